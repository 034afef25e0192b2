import { HeartbeatAgent } from "../../../src/agent/agent.ts";
import { Farewell } from "../../../src/agent/farewell.ts";
import type { HeartbeatAgentOptions } from "../../../src/agent/options.ts";
import { FakeClock } from "../../support/fake-clock.ts";
import { FakeProcess } from "./fake-process.ts";
import { FakeServer } from "./fake-server.ts";

/** An agent with a fake server, clock and process, and what its callbacks were told. */
export function bench(options: Partial<HeartbeatAgentOptions> = {}) {
  const clock = new FakeClock();
  const server = new FakeServer();
  const process = new FakeProcess();
  const told: [name: string, argument: unknown][] = [];
  const tell = (name: string) => (argument: unknown) => void told.push([name, argument]);
  /** How late timers that are set from now on will fire: a host that hogs its event loop. */
  const lag = { ms: 0 };
  const agent = new HeartbeatAgent(
    {
      agentId: "billing-7",
      clock: {
        now: () => clock.now(),
        preciseMs: () => clock.preciseMs(),
        after: (delayMs, callback) => clock.after(delayMs + lag.ms, callback),
        every: (periodMs, callback) => clock.every(periodMs, callback),
        soon: (callback) => clock.soon(callback),
      },
      random: () => 0.5,
      onWelcome: tell("welcome"),
      onReconnect: tell("reconnect"),
      onLeaseLost: tell("lease lost"),
      onSuperseded: tell("superseded"),
      onDirective: tell("directive"),
      onError: tell("error"),
      onGaveUp: tell("gave up"),
      log: { warn: tell("warn") },
      ...options,
    },
    { open: server.open, farewell: new Farewell(process) },
  );
  /** What was told under this name. */
  const of = (name: string) => told.filter(([key]) => key === name).map(([, value]) => value);
  /** The names of what was told, warnings left out. */
  const names = () => told.map(([name]) => name).filter((name) => name !== "warn");
  const settle = () => clock.advanceAsync(0);
  /** Lets time pass until the agent has opened another stream. */
  const nextStream = async () => {
    const before = server.streams.length;
    for (let ms = 0; server.streams.length === before; ms += 10) {
      if (ms > 60_000) throw new Error("no further stream within a minute");
      clock.advance(10);
    }
    await settle();
    return server.stream;
  };
  return { agent, nextStream, lag, clock, server, process, told, of, names, settle };
}
