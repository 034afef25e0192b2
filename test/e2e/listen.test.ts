import { readFileSync } from "node:fs";
import { connect, type Socket } from "node:net";
import { describe, expect, it } from "vitest";
import { StatusService } from "../../gen/typescript/heartbeat/v1/status_service_pb.js";
import { eventually } from "../support/eventually.ts";
import { serve } from "../support/process.ts";
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
  it("listens on what the name stands for", async () => {
    await using server = await serve(["--grpc-address", "localhost:0"]);
    expect(server.grpcAddress).toMatch(/^localhost:\d+$/);
    using client = new RawClient(server.grpcAddress);
    await expect(client.call(StatusService.method.getStatus, {})).resolves.toBeDefined();
  });
});
