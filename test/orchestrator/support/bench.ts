import type { OrchestratorOptions } from "../../../src/orchestrator/options.ts";
import { Orchestrator } from "../../../src/orchestrator/orchestrator.ts";
import { PeriodicProcessAgent } from "../../../src/orchestrator/periodic-process-agent.ts";
import { FakeProcess } from "../../agent/support/fake-process.ts";
import { FakeClock } from "../../support/fake-clock.ts";
import { FakeProcesses } from "./fake-processes.ts";
import { NotedLogger } from "./noted-logger.ts";

export class Worker extends PeriodicProcessAgent {
  static readonly module = import.meta.url;
  static readonly config = { limit: 10, executionIntervalMs: 3_000 };
  override runner() {}
}

/** An orchestrator with fake processes, clock and signals; every random wait is the longest. */
export function bench(options: OrchestratorOptions = {}) {
  const clock = new FakeClock();
  const processes = new FakeProcesses();
  const host = new FakeProcess();
  const logger = new NotedLogger();
  const orchestrator = new Orchestrator(
    { logger, ...options },
    { clock, random: () => 0.999_999, startProcess: processes.start, signals: host },
  );
  return { orchestrator, clock, processes, host, logger };
}

/** What a promise has come to by now. */
export async function settled<T>(promise: Promise<T>): Promise<T | "pending"> {
  await new Promise((resolve) => setImmediate(resolve));
  return Promise.race([promise, Promise.resolve("pending" as const)]);
}

export const completed = { kind: "completed", reason: "its limit is reached" } as const;
export const stopped = { kind: "stopped", reason: "told to" } as const;
export const crashed = { kind: "crashed", reason: "a bug" } as const;
export const superseded = { kind: "superseded", reason: "another holds its name" } as const;
