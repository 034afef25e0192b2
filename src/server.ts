import { randomInt } from "node:crypto";
import { readFileSync } from "node:fs";
import type { Logger } from "pino";
import { type Plans, planAlerting, type Watched } from "./alerts/alerting.ts";
import { type Authenticator, TokenAuthenticator, trusting } from "./auth/authenticator.ts";
import { KeyRing } from "./auth/key-ring.ts";
import { type Clock, type Instant, sleep } from "./clock.ts";
import type { Settings } from "./config/settings.ts";
import type { Engine } from "./engine/engine.ts";
import { type EngineOptions, openEngine } from "./engine/open.ts";
import { UnreadableRow } from "./engine/rows.ts";
import type { MonitorDraining } from "./events/event.ts";
import { logTransition } from "./events/log-line.ts";
import { startGrpc, type TlsFiles } from "./grpc/server.ts";
import { startHttp } from "./http/server.ts";
import { openStore } from "./journal/sqlite/threaded-store.ts";
import type { JournalStore } from "./journal/store.ts";
import { Exchange } from "./messaging/exchange.ts";
import { commitHistogram } from "./metrics/commits.ts";
import { Metrics } from "./metrics/metrics.ts";
import { TimedStore } from "./metrics/timed-store.ts";
import { graceFor, type LivenessPolicy } from "./monitor/policy.ts";
import type { ProtectionPolicy } from "./monitor/protection.ts";
import type { RetryPlacement } from "./monitor/retry-policy.ts";
import { guard } from "./services/guard.ts";
import { Handovers } from "./services/handovers.ts";
import type { ServiceParts } from "./services/parts.ts";
import { Refusals } from "./services/refusals.ts";
import { createServices, type Services } from "./services/services.ts";
import { Sessions } from "./services/sessions.ts";
import { Watchers } from "./services/watchers.ts";
import { tracingOf } from "./tracing/open.ts";

export interface RunningServer {
  /** HOST:PORT, with the port that was got. */
  readonly grpcAddress: string;
  readonly httpAddress: string;
  /**
   * Goes in peace: health says NOT_SERVING, agents are asked to come back, watches and then streams
   * end with UNAVAILABLE. None of it counts as a drop. Resolves when everything is closed.
   */
  drain(reason: string): Promise<void>;
}

export interface ServerParts {
  readonly clock: Clock;
  readonly log: Logger;
  readonly version: string;
  /** Where secrets of the alerts file may be. Default: nowhere. */
  readonly env?: Readonly<Record<string, string | undefined>>;
}

type EngineParts = ServerParts & { readonly plans: Plans };

/** A server whose tick comes this late does not watch as it should. */
const LATE_TICK_MS = 1_000;
/** What calls that are under way get when every stream has ended. */
const LAST_CALLS_MS = 1_000;

/**
 * Wires the rooms, and goes on where the server before ended. Rejects when the journal cannot be opened,
 * an address cannot be bound, or a TLS file or the alerts file cannot be used.
 */
export async function startServer(
  settings: Settings,
  { clock, log, version, env = {} }: ServerParts,
): Promise<RunningServer> {
  const plans = planAlerting(settings, { clock, log, env });
  const authenticator = await openAuthenticator(settings, clock, log);
  const tracing = await tracingOf(settings, version, clock, log);
  const commits = commitHistogram();
  const timed = (store: JournalStore) =>
    new TimedStore(store, clock, (tookMs) => commits.observe(tookMs / 1000));
  const engine = await openJournaledEngine(settings, { clock, log, version, plans }, timed);
  const alerting = plans.begin(watchedBy(engine));
  const sessions = new Sessions(engine.monitor, { ...settings, clock });
  const handovers = new Handovers(engine, sessions);
  const watchers = new Watchers(settings.maxWatchers, "max-watchers");
  const subscribers = new Watchers(settings.maxSubscribers, "max-subscribers");
  const parts: ServiceParts = {
    authenticator,
    refusals: new Refusals(log, clock),
    tracing,
    engine,
    sessions,
    handovers,
    watchers,
    subscribers,
    exchange: new Exchange(),
    alerts: { book: plans.desk.book, deliveries: alerting.courier },
    log,
    serverId: settings.serverId,
    version,
  };
  engine.onEvent((recorded) => sessions.hear(recorded));
  engine.onEvent((recorded) => handovers.hear(recorded));
  engine.onEvent((recorded) => logTransition(log, recorded));
  const metrics = new Metrics(parts, commits, () => alerting.selfBeat?.report());
  const services = guard(createServices(parts, { watcherMaxLag: settings.watcherMaxLag }));
  const { grpc, http } = await listen(services, parts, metrics, settings).catch(
    async (error: unknown) => {
      await engine.close();
      throw error;
    },
  );
  engine.start();
  alerting.start();

  async function drain(reason: string): Promise<void> {
    const streams = sessions.openCount;
    log.info({ reason, streams }, "draining");
    const until = clock.now().mono + settings.drainGraceMs;
    // From here on nobody is judged: who obeys and leaves is silent for our sake.
    engine.stop();
    engine.record([draining(engine.now(), streams, reason)]);
    grpc.closeListener();
    sessions.drain(settings.drainSpreadMs);
    watchers.drain();
    subscribers.drain();
    while (sessions.openCount > 0 && clock.now().mono < until) await sleep(clock, 20);
    sessions.dismissAll();
    const closing = [grpc.close(clock, LAST_CALLS_MS), http.close(clock, LAST_CALLS_MS)];
    await Promise.all([...closing, alerting.stop()]);
    await tracing.close(LAST_CALLS_MS);
    await engine.close();
    log.info("drained");
  }
  return { grpcAddress: grpc.address, httpAddress: http.address, drain };
}

/** The engine as alerting sees it. */
function watchedBy(engine: Engine): Watched {
  return {
    now: () => engine.now(),
    keep: () => engine.keepDocuments(),
    kept: () => engine.log.kept(),
    trouble() {
      const { health } = engine.log;
      if (health.name !== "healthy") return `the journal is in trouble: ${health.trouble}`;
      if (engine.tickLagMs < LATE_TICK_MS) return undefined;
      return `the monitor does not keep up: its last tick was ${engine.tickLagMs} ms late`;
    },
  };
}

/** Keys that cannot be read end the start, instead of every call later. */
async function openAuthenticator(
  { authKeys }: Settings,
  clock: Clock,
  log: Logger,
): Promise<Authenticator> {
  if (authKeys === undefined) return trusting;
  const ring = new KeyRing(authKeys, clock, log);
  const { operators, organizations } = await ring.keys();
  const found = { operators: operators.length, organizations: [...organizations.keys()] };
  if (found.operators + found.organizations.length > 0) log.info(found, "tokens are asked for");
  else log.warn({ authKeys }, "tokens are asked for, and there is no key: nobody can call");
  return new TokenAuthenticator(ring, clock);
}

function draining(at: Instant, streams: number, why: string): MonitorDraining {
  const reason = `the monitor stops: ${why}; ${streams} streams were asked to come back`;
  return { type: "monitor_draining", at, streams, reason };
}

/** Both doors open, or none. */
async function listen(
  services: Services,
  parts: ServiceParts,
  metrics: Metrics,
  settings: Settings,
) {
  const tls = readTls(settings);
  const grpc = await startGrpc(services, parts, {
    address: settings.grpcAddress,
    keepaliveTimeMs: settings.keepaliveTimeMs,
    keepaliveTimeoutMs: settings.keepaliveTimeoutMs,
    maxConnectionMemoryMib: settings.maxConnectionMemoryMiB,
    tls,
  });
  try {
    const http = await startHttp(services, parts, metrics, {
      address: settings.httpAddress,
      tls,
      origins: settings.httpCors ?? [],
      requestTimeoutMs: settings.httpRequestTimeoutMs,
      tickMs: settings.tickMs,
    });
    return { grpc, http };
  } catch (error) {
    await grpc.close(parts.engine.clock, 0);
    throw error;
  }
}

async function openJournaledEngine(
  settings: Settings,
  parts: EngineParts,
  timed: (store: JournalStore) => JournalStore,
): Promise<Engine> {
  if (settings.ephemeral) return openEngine(engineOptions(settings, parts, undefined));
  const { clock, log } = parts;
  const { dataDir: directory, synchronous } = settings;
  const options = { directory, synchronous, now: clock.now().wall };
  const store = await openStore(options);
  if (store.opened.setAside !== undefined)
    log.error(setAsideAs(store), "the journal cannot be read");
  try {
    return await openEngine(engineOptions(settings, parts, timed(store)));
  } catch (error) {
    await store.close(false);
    if (!(error instanceof UnreadableRow)) throw error;
    const anew = await openStore({ ...options, distrusted: true });
    log.error({ err: error, ...setAsideAs(anew) }, "the journal cannot be read");
    return openEngine(engineOptions(settings, parts, timed(anew)));
  }
}

const setAsideAs = ({ opened }: JournalStore) => ({ setAsideAs: opened.setAside });

function engineOptions(
  settings: Settings,
  { clock, log, version, plans }: EngineParts,
  store: JournalStore | undefined,
): EngineOptions {
  return {
    clock,
    store,
    monitor: {
      policy: policyOf(settings),
      maxAgents: settings.maxAgents,
      retentionMs: settings.retentionMs,
      restartGraceMs: settings.restartGraceMs,
      tickMs: settings.tickMs,
      hashSeed: randomInt(2 ** 32),
      protection: protectionOf(settings),
    },
    tickMs: settings.tickMs,
    maxHeldBackMs: settings.maxHeldBackMs,
    historyEvents: settings.historyEvents,
    historyAgeMs: settings.historyAgeMs,
    backlogEvents: settings.journalBacklog,
    greeting: `heartbeat ${version} started`,
    companion: plans.desk,
    onCompanionTrouble: (err) =>
      log.error({ err }, "alerts have failed; agents are watched, and not all may be told"),
    onHealth(health) {
      if (health.name === "healthy") log.info("the journal keeps up again");
      else log.error({ trouble: health.trouble }, "the journal is in trouble; agents are watched");
    },
  };
}

function policyOf(settings: Settings): LivenessPolicy {
  return Object.freeze({
    intervalMs: settings.intervalMs,
    timeoutMultiplier: settings.timeoutMultiplier,
    maxMissedBeats: settings.maxMissedBeats,
    graceMs: settings.graceMs ?? graceFor(settings.intervalMs),
    dropGraceMs: settings.dropGraceMs,
    taskStaleAfterMs: settings.taskStaleAfterMs,
    taskTimeoutAfterMs: settings.taskTimeoutAfterMs,
    staleWarningOnlyOnce: settings.staleWarningOnlyOnce,
    taskRetry: Object.freeze({
      maxAttempts: settings.taskRetryAttempts,
      backoffMs: settings.taskRetryBackoffMs,
      maxBackoffMs: settings.taskRetryMaxBackoffMs,
      placement: placements[settings.taskRetryPlacement],
    }),
  });
}

const placements: Readonly<Record<Settings["taskRetryPlacement"], RetryPlacement>> = {
  "any-of-type": "any_of_type",
  "same-agent": "same_agent",
};

function protectionOf(settings: Settings): ProtectionPolicy | undefined {
  if (!settings.protection) return undefined;
  return {
    minAgents: settings.protectionMinAgents,
    share: settings.protectionShare,
    windowMs: settings.protectionWindowMs,
    holdMs: settings.protectionHoldMs,
    releasePerSecond: settings.protectionReleasePerSecond,
  };
}

function readTls({ tlsCert, tlsKey }: Settings): TlsFiles | undefined {
  if (!tlsCert || !tlsKey) return undefined;
  return { cert: readFileSync(tlsCert), key: readFileSync(tlsKey) };
}
