import { createServer } from "node:http";
import { type AddressInfo, connect } from "node:net";
import { pino } from "pino";
import { describe, expect, it } from "vitest";
import { trusting } from "../../src/auth/authenticator.ts";
import { plainRoutes, type Route } from "../../src/http/routes.ts";
import { Refusals } from "../../src/services/refusals.ts";
import { eventually } from "../support/eventually.ts";
import { FakeClock } from "../support/fake-clock.ts";

/** A server with one route, on a clock that stands until it is moved. */
async function serving(answer: Route["answer"]) {
  const clock = new FakeClock();
  const logged: Record<string, unknown>[] = [];
  const routes = [{ pattern: /^\/it$/, methods: ["GET"], query: [], answer }];
  const log = pino({ level: "error" }, { write: (line) => void logged.push(JSON.parse(line)) });
  const handler = plainRoutes({
    routes,
    authenticator: trusting,
    clock,
    refusals: new Refusals(log, clock),
    origins: [],
  });
  const server = createServer(handler);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  return {
    clock,
    logged,
    port,
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

describe("an answer", () => {
  it("that its reader does not take within ten seconds is taken back", async () => {
    const text = "x".repeat(64 * 1024 * 1024);
    await using house = await serving(() => ({ status: 200, text }));
    const socket = connect(house.port, "127.0.0.1");
    let closed = false;
    socket.on("close", () => {
      closed = true;
    });
    socket.on("error", () => {});
    socket.pause();
    socket.write("GET /it HTTP/1.1\r\nhost: x\r\n\r\n");
    await eventually("it is being written", () => house.clock.pendingTimers === 1);
    house.clock.advance(9_999);
    expect(house.clock.pendingTimers).toBe(1);
    house.clock.advance(1);
    await eventually("the server has let go", () => house.clock.pendingTimers === 0);
    socket.resume();
    await eventually("the connection is closed", () => closed);
  });

  it("that was read leaves no timer behind", async () => {
    await using house = await serving(() => ({ status: 200, text: "ok" }));
    expect(await (await fetch(`http://127.0.0.1:${house.port}/it`)).text()).toBe("ok");
    await eventually("the timer is gone", () => house.clock.pendingTimers === 0);
  });

  it("to a fault of ours says nothing but an id that is in the log", async () => {
    await using house = await serving(() => {
      throw new TypeError("secret");
    });
    const answer = await fetch(`http://127.0.0.1:${house.port}/it`);
    const text = await answer.text();
    expect(answer.status).toBe(500);
    expect(text).not.toContain("secret");
    expect(text).toContain(String(house.logged[0].errorId));
  });
});
