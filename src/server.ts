import { randomInt } from "node:crypto";
import { readFileSync } from "node:fs";
import type { Logger } from "pino";
import { type Clock, sleep } from "./clock.ts";
import type { Settings } from "./config/settings.ts";
import { Engine } from "./engine/engine.ts";
import { logTransition } from "./events/log-line.ts";
import { startGrpc, type TlsFiles } from "./grpc/server.ts";
import { startHttp } from "./http/server.ts";
import { MemoryLog } from "./journal/memory.ts";
import { Monitor } from "./monitor/monitor.ts";
import { graceFor, type LivenessPolicy } from "./monitor/policy.ts";
import type { ServiceParts } from "./services/parts.ts";
import { createServices } from "./services/services.ts";
import { Sessions } from "./services/sessions.ts";
import { Watchers } from "./services/watchers.ts";

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

/** What calls that are under way get when every stream has ended. */
const LAST_CALLS_MS = 1_000;

/** Wires the rooms. Rejects when an address cannot be bound or a TLS file cannot be read. */
export async function startServer(
  settings: Settings,
  { clock, log, version }: { clock: Clock; log: Logger; version: string },
): Promise<RunningServer> {
  const engine = createEngine(settings, clock);
  const sessions = new Sessions(engine.monitor);
  const watchers = new Watchers(settings.maxWatchers);
  const parts: ServiceParts = {
    engine,
    sessions,
    watchers,
    log,
    serverId: settings.serverId,
    version,
  };
  engine.onEvent((recorded) => sessions.hear(recorded));
  engine.onEvent((recorded) => logTransition(log, recorded));
  const services = createServices(parts, { watcherMaxLag: settings.watcherMaxLag });
  const tls = readTls(settings);
  const grpc = await startGrpc(services, parts, {
    address: settings.grpcAddress,
    keepaliveTimeMs: settings.keepaliveTimeMs,
    keepaliveTimeoutMs: settings.keepaliveTimeoutMs,
    maxConnectionMemoryMib: settings.maxConnectionMemoryMiB,
    tls,
  });
  const http = await startHttp(services, parts, { address: settings.httpAddress, tls }).catch(
    async (error: unknown) => {
      await grpc.close(clock, 0);
      throw error;
    },
  );
  engine.announce(`heartbeat ${version} started`);
  engine.start();

  async function drain(reason: string): Promise<void> {
    log.info({ reason, streams: sessions.openCount }, "draining");
    const until = clock.now().mono + settings.drainGraceMs;
    // From here on nobody is judged: who obeys and leaves is silent for our sake.
    engine.stop();
    grpc.closeListener();
    sessions.drain(settings.drainSpreadMs);
    watchers.drain();
    while (sessions.openCount > 0 && clock.now().mono < until) await sleep(clock, 20);
    sessions.dismissAll();
    await Promise.all([grpc.close(clock, LAST_CALLS_MS), http.close(clock, LAST_CALLS_MS)]);
    log.info("drained");
  }
  return { grpcAddress: grpc.address, httpAddress: http.address, drain };
}

function createEngine(settings: Settings, clock: Clock): Engine {
  const policy: LivenessPolicy = Object.freeze({
    intervalMs: settings.intervalMs,
    timeoutMultiplier: settings.timeoutMultiplier,
    maxMissedBeats: settings.maxMissedBeats,
    graceMs: settings.graceMs ?? graceFor(settings.intervalMs),
    dropGraceMs: settings.dropGraceMs,
    taskStaleAfterMs: settings.taskStaleAfterMs,
    taskTimeoutAfterMs: settings.taskTimeoutAfterMs,
    staleWarningOnlyOnce: settings.staleWarningOnlyOnce,
  });
  const monitor = new Monitor(clock.now(), {
    policy,
    maxAgents: settings.maxAgents,
    retentionMs: settings.retentionMs,
    tickMs: settings.tickMs,
    hashSeed: randomInt(2 ** 32),
  });
  const log = new MemoryLog(settings.historyEvents);
  return new Engine({ clock, monitor, log, tickMs: settings.tickMs });
}

function readTls({ tlsCert, tlsKey }: Settings): TlsFiles | undefined {
  if (!tlsCert || !tlsKey) return undefined;
  return { cert: readFileSync(tlsCert), key: readFileSync(tlsKey) };
}
