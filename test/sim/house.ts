import { pino } from "pino";
import { trusting } from "../../src/auth/authenticator.ts";
import type { Engine } from "../../src/engine/engine.ts";
import { openEngine } from "../../src/engine/open.ts";
import type { JournalStore } from "../../src/journal/store.ts";
import { Exchange } from "../../src/messaging/exchange.ts";
import type { LivenessPolicy } from "../../src/monitor/policy.ts";
import type { ProtectionPolicy } from "../../src/monitor/protection.ts";
import type { ServiceParts } from "../../src/services/parts.ts";
import { createServices, type Services } from "../../src/services/services.ts";
import { Sessions } from "../../src/services/sessions.ts";
import { Watchers } from "../../src/services/watchers.ts";
import type { Process } from "./machine.ts";

/** How a simulated server is set up. */
export interface ServerSettings {
  readonly tickMs: number;
  readonly policy: LivenessPolicy;
  readonly protection: ProtectionPolicy | undefined;
  readonly restartGraceMs: number;
  readonly maxHeldBackMs: number;
  readonly retentionMs: number;
  readonly historyEvents: number;
  readonly historyAgeMs: number;
  readonly backlogEvents: number;
  readonly admissionRatePerSecond: number;
  readonly greetingTimeoutMs: number;
  readonly watcherMaxLag: number;
  readonly keepaliveTimeMs: number;
  readonly keepaliveTimeoutMs: number;
  readonly drainSpreadMs: number;
}

/** One life of the server: the real rooms, wired as `src/server.ts` wires them, without sockets. */
export interface House {
  readonly process: Process;
  readonly engine: Engine;
  readonly sessions: Sessions;
  readonly watchers: Watchers;
  readonly parts: ServiceParts;
  readonly services: Services;
}

/** Opens a house on what the store holds; the engine is not started. */
export async function openHouse(
  process: Process,
  store: JournalStore,
  settings: ServerSettings,
  onInternalError: (line: string) => void,
): Promise<House> {
  const { clock } = process;
  const engine = await openEngine({
    clock,
    store,
    tickMs: settings.tickMs,
    maxHeldBackMs: settings.maxHeldBackMs,
    historyEvents: settings.historyEvents,
    historyAgeMs: settings.historyAgeMs,
    backlogEvents: settings.backlogEvents,
    greeting: "heartbeat started",
    monitor: {
      policy: settings.policy,
      protection: settings.protection,
      retentionMs: settings.retentionMs,
      tickMs: settings.tickMs,
      restartGraceMs: settings.restartGraceMs,
    },
  });
  const sessions = new Sessions(engine.monitor, { ...settings, clock });
  const watchers = new Watchers(10_000, "max-watchers");
  const log = pino({ level: "error" }, { write: onInternalError });
  const parts: ServiceParts = {
    engine,
    sessions,
    watchers,
    subscribers: new Watchers(10_000, "max-subscribers"),
    exchange: new Exchange(),
    authenticator: trusting,
    log,
    serverId: "sim",
    version: "0.0.0",
  };
  engine.onEvent((recorded) => sessions.hear(recorded));
  const services = createServices(parts, { watcherMaxLag: settings.watcherMaxLag });
  return { process, engine, sessions, watchers, parts, services };
}
