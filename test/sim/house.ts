import { pino } from "pino";
import type { Courier } from "../../src/alerts/courier.ts";
import type { Notification } from "../../src/alerts/notification.ts";
import { defaultAlertPolicy, type Route } from "../../src/alerts/routing.ts";
import { trusting } from "../../src/auth/authenticator.ts";
import type { Engine } from "../../src/engine/engine.ts";
import { openEngine } from "../../src/engine/open.ts";
import type { JournalStore } from "../../src/journal/store.ts";
import { Exchange } from "../../src/messaging/exchange.ts";
import type { LivenessPolicy } from "../../src/monitor/policy.ts";
import type { ProtectionPolicy } from "../../src/monitor/protection.ts";
import { Handovers } from "../../src/services/handovers.ts";
import type { ServiceParts } from "../../src/services/parts.ts";
import { Refusals } from "../../src/services/refusals.ts";
import { createServices, type Services } from "../../src/services/services.ts";
import { Sessions } from "../../src/services/sessions.ts";
import { Watchers } from "../../src/services/watchers.ts";
import { untraced } from "../../src/tracing/tracing.ts";
import { TestAlerts } from "../support/alerts.ts";
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

/** Who hears what one life of the server does. */
export interface HouseWitness {
  /** Which life it is: names that it gives are no other's. */
  readonly life: number;
  readonly onTold: (notification: Notification) => void;
  readonly onInternalError: (line: string) => void;
}

const receiver = { name: "people", kind: "webhook", target: "https://people.example" } as const;
const everybody: Route = { name: "all", channels: ["people"], policy: defaultAlertPolicy };

/** One life of the server: the real rooms, wired as `src/server.ts` wires them, without sockets. */
export interface House {
  readonly process: Process;
  readonly engine: Engine;
  readonly sessions: Sessions;
  readonly watchers: Watchers;
  readonly courier: Courier;
  readonly parts: ServiceParts;
  readonly services: Services;
}

/** Opens a house on what the store holds; the engine is not started. */
export async function openHouse(
  process: Process,
  store: JournalStore,
  settings: ServerSettings,
  { life, onTold, onInternalError }: HouseWitness,
): Promise<House> {
  const { clock } = process;
  const alerts = new TestAlerts({
    routing: { routeOf: () => everybody },
    channels: [{ ...receiver, send: async (notification) => onTold(notification) }],
    name: `life-${life}-alert`,
  });
  const engine = await openEngine({
    clock,
    store,
    tickMs: settings.tickMs,
    maxHeldBackMs: settings.maxHeldBackMs,
    historyEvents: settings.historyEvents,
    historyAgeMs: settings.historyAgeMs,
    backlogEvents: settings.backlogEvents,
    greeting: "heartbeat started",
    companion: alerts.desk,
    onCompanionTrouble: (error) => onInternalError(String(error)),
    monitor: {
      policy: settings.policy,
      protection: settings.protection,
      retentionMs: settings.retentionMs,
      tickMs: settings.tickMs,
      restartGraceMs: settings.restartGraceMs,
    },
  });
  const sessions = new Sessions(engine.monitor, { ...settings, clock });
  const handovers = new Handovers(engine, sessions);
  const watchers = new Watchers(10_000, "max-watchers");
  const log = pino({ level: "error" }, { write: onInternalError });
  const { courier, ...alerting } = alerts.begin(engine, log);
  const parts: ServiceParts = {
    engine,
    sessions,
    handovers,
    watchers,
    subscribers: new Watchers(10_000, "max-subscribers"),
    exchange: new Exchange(),
    alerts: alerting,
    authenticator: trusting,
    refusals: new Refusals(log, clock),
    tracing: untraced,
    log,
    serverId: "sim",
    version: "0.0.0",
  };
  engine.onEvent((recorded) => sessions.hear(recorded));
  engine.onEvent((recorded) => handovers.hear(recorded));
  const services = createServices(parts, { watcherMaxLag: settings.watcherMaxLag });
  return { process, engine, sessions, watchers, courier, parts, services };
}
