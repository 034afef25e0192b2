import { lookup } from "node:dns/promises";
import { readFileSync } from "node:fs";
import { type AddressInfo, connect, createServer, type Socket } from "node:net";
import { describe, expect, it } from "vitest";
import { StatusService } from "../../gen/typescript/heartbeat/v1/status_service_pb.js";
import { eventually } from "../support/eventually.ts";
import { heartbeat, serve } from "../support/process.ts";
import { RawClient } from "../support/raw-client.ts";

/** More than Node's usual queue of 511 holds. */
const MANY = 1_000;

function room(): number {
  try {
    return Number(readFileSync("/proc/sys/net/core/somaxconn", "utf8"));
  } catch {
    return 0;
  }
}

describe("a fleet that comes back", () => {
  it.skipIf(room() < MANY)(
    "waits at the door of a server that does not get to it, and is not sent away",
    async () => {
      await using server = await serve();
      server.program.child.kill("SIGSTOP");
      const sockets: Socket[] = [];
      let connected = 0;
      for (const address of [server.grpcAddress, server.httpAddress]) {
        const [host, port] = address.split(":");
        for (let n = 0; n < MANY; n++) {
          const socket = connect(Number(port), host, () => connected++);
          socket.on("error", () => {});
          sockets.push(socket);
        }
      }
      // None is taken while the server stands still: all of them are in the kernel's queue.
      await eventually("all are connected", () => connected === 2 * MANY);
      server.program.child.kill("SIGCONT");
      for (const socket of sockets) socket.destroy();
      using client = new RawClient(server.grpcAddress);
      await expect(client.call(StatusService.method.getStatus, {})).resolves.toBeDefined();
    },
  );
});

describe("heartbeat serve --grpc-address localhost", () => {
  it("does not start when one of the name's addresses is somebody else's", async () => {
    const addresses = await lookup("localhost", { all: true });
    const other = createServer();
    const host = addresses.at(-1)?.address;
    await new Promise<void>((resolve) => other.listen({ host, port: 0 }, resolve));
    const { port } = other.address() as AddressInfo;
    const address = ["--grpc-address", `localhost:${port}`, "--http-address", "127.0.0.1:0"];
    const { code, stderr } = await heartbeat(["serve", "--ephemeral", ...address]).done();
    other.close();
    expect(code).toBe(1);
    expect(stderr).toContain("the address is in use");
  });

  it("listens on what the name stands for", async () => {
    await using server = await serve(["--grpc-address", "localhost:0"]);
    expect(server.grpcAddress).toMatch(/^localhost:\d+$/);
    using client = new RawClient(server.grpcAddress);
    await expect(client.call(StatusService.method.getStatus, {})).resolves.toBeDefined();
  });
});
