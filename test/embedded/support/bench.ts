import { HeartbeatMonitor } from "../../../src/embedded/monitor.ts";
import type { HeartbeatTimeout, HeartbeatWarning } from "../../../src/embedded/notices.ts";
import type { HeartbeatMonitorOptions } from "../../../src/embedded/options.ts";
import { FakeClock } from "../../support/fake-clock.ts";

export const SECOND_MS = 1_000;
export const MINUTE_MS = 60 * SECOND_MS;
export const HOUR_MS = 60 * MINUTE_MS;
export const DAY_MS = 24 * HOUR_MS;

/** A monitor on a fake clock that runs, and what its handlers were told. */
export function bench(options: HeartbeatMonitorOptions = {}) {
  const clock = new FakeClock();
  const warnings: HeartbeatWarning[] = [];
  const timeouts: HeartbeatTimeout[] = [];
  const logged: string[] = [];
  const monitor = new HeartbeatMonitor({
    clock,
    onWarning: (warning) => void warnings.push(warning),
    onTimeout: (timeout) => void timeouts.push(timeout),
    log: { warn: (message) => void logged.push(message) },
    ...options,
  });
  monitor.start();
  /** Lets time pass while these agents beat every second. */
  const passBeating = (ms: number, ...agentIds: string[]) => {
    for (let passed = 0; passed < ms; passed += SECOND_MS) {
      clock.advance(SECOND_MS);
      for (const agentId of agentIds) monitor.beat(agentId);
    }
  };
  return { clock, monitor, warnings, timeouts, logged, passBeating };
}

/** Kind and agent of each notice, for comparing at a glance. */
export function told(notices: readonly (HeartbeatWarning | HeartbeatTimeout)[]): string[] {
  return notices.map(({ kind, agentId }) => `${kind} ${agentId}`);
}
