import { describe, expect, it } from "vitest";
import { StatusService } from "../../gen/typescript/heartbeat/v1/status_service_pb.js";
import { endable, valuesOf } from "../../src/http/slow-readers.ts";
import type { CallContext } from "../../src/services/call-context.ts";
import { FakeClock } from "../support/fake-clock.ts";

function bench() {
  const clock = new FakeClock();
  const socket = { destroyed: 0, destroy: () => ++socket.destroyed };
  let end: (() => void) | undefined;
  const methods = {
    getStatus: () => "untouched",
    async *watchEvents(_request: unknown, context: CallContext) {
      end = () => context.end?.(new Error() as never);
      yield 1;
      yield 2;
    },
  };
  const { getStatus, watchEvents } = endable(StatusService, methods, clock);
  const { signal } = new AbortController();
  const request = { socket } as unknown as Parameters<typeof valuesOf>[0];
  const context = { signal, values: valuesOf(request) };
  const stream = watchEvents({}, context)[Symbol.asyncIterator]();
  return { clock, socket, stream, getStatus, end: () => end?.() };
}

describe("a stream over HTTP that has to end", () => {
  it("loses its connection when its reader does not read on within ten seconds", async () => {
    const { clock, socket, stream, end } = bench();
    await stream.next();
    end();
    clock.advance(5_000);
    end();
    clock.advance(4_999);
    expect(socket.destroyed).toBe(0);
    clock.advance(1);
    expect(socket.destroyed).toBe(1);
    expect(clock.pendingTimers).toBe(0);
  });

  it("keeps its connection when its reader comes to the end", async () => {
    const { clock, socket, stream, end } = bench();
    await stream.next();
    end();
    await stream.next();
    await stream.next();
    clock.advance(60_000);
    expect(socket.destroyed).toBe(0);
    expect(clock.pendingTimers).toBe(0);
  });

  it("is the only kind of call that is changed", () => {
    expect(bench().getStatus()).toBe("untouched");
  });
});
