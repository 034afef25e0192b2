import { randomUUID } from "node:crypto";
import type { Logger } from "pino";
import type { Clock, Instant } from "../clock.ts";
import type { Settings } from "../config/settings.ts";
import { type AlertsFile, readAlertsFile } from "./config/alerts-file.ts";
import { Courier } from "./courier.ts";
import type { Keeper } from "./delivering.ts";
import { AlertDesk } from "./desk.ts";
import { Outbox } from "./outbox.ts";
import { tellingNobody } from "./routing.ts";
import { readSelfBeatUrl, SelfBeat } from "./self-beat.ts";

export interface AlertingParts {
  readonly clock: Clock;
  readonly log: Logger;
  /** Where secrets may be. */
  readonly env: Readonly<Record<string, string | undefined>>;
}

/** What the alerts file and the settings say, before there is an engine. */
export interface Plans {
  readonly desk: AlertDesk;
  /** Everything that sends, once the engine is there. */
  begin(monitor: Watched): Alerting;
}

/** What alerting needs of the engine. */
export interface Watched extends Keeper {
  /** The monitor's own time. */
  readonly now: () => Instant;
  /** Why the monitor is not well; undefined when it is. */
  readonly trouble: () => string | undefined;
}

/** Alerts of a server that runs. */
export interface Alerting {
  readonly courier: Courier;
  readonly selfBeat: SelfBeat | undefined;
  start(): void;
  /** Nothing is sent any more. What was under way is sent by the next server. */
  stop(): Promise<void>;
}

/** Reads what there is to be read, so that a mistake in it ends the start. Throws SettingsError. */
export function planAlerting(settings: Settings, parts: AlertingParts): Plans {
  const { channels, routing } = alertsFileOf(settings, parts);
  const { selfBeatUrlFile, selfBeatIntervalMs: intervalMs } = settings;
  const url = selfBeatUrlFile === undefined ? undefined : readSelfBeatUrl(selfBeatUrlFile);
  const { clock, log } = parts;
  const outbox = new Outbox({
    channels: channels.map(({ name }) => name),
    random: Math.random,
    onUnreadable: (id, err) => log.error({ id, err }, "what was kept of a delivery cannot be read"),
  });
  const desk = new AlertDesk({
    routing,
    outgoing: outbox,
    newId: randomUUID,
    onProblem: (problem, facts) => log.error(facts, problem),
  });
  return {
    desk,
    begin(watched) {
      const { now, trouble } = watched;
      const firing = desk.book;
      const courier = new Courier(channels, { clock, now, outbox, keeper: watched, firing, log });
      const selfBeat = url && new SelfBeat({ clock, log, url, intervalMs, trouble });
      return {
        courier,
        selfBeat,
        start() {
          courier.start();
          selfBeat?.start();
        },
        stop() {
          selfBeat?.stop();
          return courier.stop();
        },
      };
    },
  };
}

function alertsFileOf({ alerts, serverId }: Settings, { clock, env }: AlertingParts): AlertsFile {
  if (alerts === undefined) return { channels: [], routing: tellingNobody };
  return readAlertsFile(alerts, { clock, serverId, env });
}
