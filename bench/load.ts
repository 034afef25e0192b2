/**
 * The load generator: a process of its own, so that its work is nobody else's.
 *
 * `node bench/load.ts SETTINGS` with {@link LoadSettings} as JSON opens all streams and says "open".
 * Then it obeys what comes over its channel: "run" sends messages and answers with a {@link LoadResult},
 * "stop" says goodbye and ends. Without a channel (typed into a shell) it runs once and prints.
 */
import type { ClientHttp2Session, ClientHttp2Stream } from "node:http2";
import { openSession, openStream } from "./client.ts";
import { cpuMs, sleep } from "./processes.ts";
import { type Protocol, protocolOf } from "./protocols.ts";
import type { ServerName } from "./servers.ts";
import { percentile } from "./stats.ts";

export interface LoadSettings {
  server: ServerName;
  /** HOST:PORT. */
  address: string;
  /** Whose processor time is read around the measured span. */
  serverPid: number;
  connections: number;
  streamsPerConnection: number;
  /** The number of the first agent. Runs against one server take numbers of their own. */
  firstAgent: number;
  /** What agents declare; how often they beat when paced. */
  intervalMs: number;
  /** 0: each stream sends when its answer came. Otherwise: each stream every so many milliseconds. */
  paceMs: number;
}

export interface RunSettings {
  warmUpMs: number;
  measuredMs: number;
  /** Whether every message is wanted with its time, rather than percentiles alone. */
  samples?: boolean;
}

/** A message that was answered: when it went out (wall time, with a fraction), and after how long. */
export type Sample = readonly [sentAt: number, latencyMs: number];

export interface LoadResult {
  /** Messages answered in the measured span. */
  done: number;
  /** Answers that were still out when the next message of a paced stream was due. */
  late: number;
  /** The longest by which a paced message went out after its time: this process's own fault. */
  worstLagMs: number;
  /** Streams that ended before they were told to. */
  ended: number;
  /** How the first of them ended. */
  firstEnd: string;
  spanMs: number;
  serverCpuMs: number;
  loadCpuMs: number;
  p50Ms: number;
  p99Ms: number;
  /** When they were asked for. */
  samples?: Sample[];
}

export type LoadAnswer =
  | { type: "open" }
  | { type: "failed"; reason: string }
  | { type: "result"; result: LoadResult };
export type LoadCommand = { type: "run"; run: RunSettings } | { type: "stop" };

/** How many connections are opened at the same time. */
const OPENING_AT_ONCE = 64;
/** How finely paced messages are spread. */
const PACER_STEP_MS = 2;
const LAST_ANSWERS_MS = 1_000;

/** One stream, and what is out on it. */
class Agent {
  readonly #load: Load;
  readonly protocol: Protocol;
  #stream: ClientHttp2Stream | undefined;
  #taken: (() => void) | undefined;
  #sent = 0;
  /** When the message went out whose answer is awaited; 0 when none is. */
  #awaitedSince = 0;

  constructor(load: Load, protocol: Protocol) {
    this.#load = load;
    this.protocol = protocol;
  }

  /** Resolves when the first message is answered. */
  open(session: ClientHttp2Session): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#taken = resolve;
      this.#stream = openStream(session, this.protocol.path, {
        onMessage: () => this.#answered(),
        onEnd: (reason) => {
          reject(new Error(reason));
          this.#load.ended(reason);
        },
      });
      this.#stream.write(this.protocol.first);
    });
  }

  get waits(): boolean {
    return this.#awaitedSince !== 0;
  }

  send(): void {
    this.#sent++;
    this.#awaitedSince = performance.now();
    this.#stream!.write(this.protocol.message(this.#sent));
  }

  leave(): void {
    if (this.protocol.last !== undefined) this.#stream!.write(this.protocol.last);
    this.#stream!.end();
  }

  #answered(): void {
    if (this.#taken !== undefined) {
      this.#taken();
      this.#taken = undefined;
      return;
    }
    if (this.#awaitedSince === 0) return;
    this.#load.answered(this.#awaitedSince, performance.now());
    this.#awaitedSince = 0;
    if (this.#load.closedLoop) this.send();
  }
}

class Load {
  readonly #settings: LoadSettings;
  /** By number; a place is empty until its stream is taken. */
  readonly #agents: (Agent | undefined)[];
  #pacer: NodeJS.Timeout | undefined;
  #phase: "idle" | "running" | "leaving" = "idle";
  #measuring = false;
  #latencies: number[] = [];
  #samples: Sample[] | undefined;
  #late = 0;
  #worstLagMs = 0;
  #ended = 0;
  #firstEnd = "";

  constructor(settings: LoadSettings) {
    this.#settings = settings;
    const count = settings.connections * settings.streamsPerConnection;
    this.#agents = new Array<undefined>(count).fill(undefined);
  }

  get closedLoop(): boolean {
    return this.#phase === "running" && this.#settings.paceMs === 0;
  }

  answered(sentAt: number, at: number): void {
    if (!this.#measuring) return;
    this.#latencies.push(at - sentAt);
    this.#samples?.push([performance.timeOrigin + sentAt, at - sentAt]);
  }

  ended(reason: string): void {
    if (this.#phase === "leaving") return;
    this.#ended++;
    this.#firstEnd ||= reason;
  }

  /** Paced agents beat from their opening on, so that nobody is late because others still open. */
  async open(): Promise<void> {
    if (this.#settings.paceMs > 0) this.#pace(this.#settings.paceMs);
    let next = 0;
    const worker = async () => {
      while (next < this.#settings.connections) await this.#openConnection(next++);
    };
    await Promise.all(Array.from({ length: OPENING_AT_ONCE }, worker));
  }

  async #openConnection(index: number): Promise<void> {
    const { address, server, streamsPerConnection, firstAgent, intervalMs } = this.#settings;
    const session = await openSession(address);
    for (let i = 0; i < streamsPerConnection; i++) {
      const place = index * streamsPerConnection + i;
      const agent = new Agent(this, protocolOf(server, firstAgent + place, intervalMs));
      await agent.protocol.prepare?.(session);
      await agent.open(session);
      this.#agents[place] = agent;
    }
  }

  async run({ warmUpMs, measuredMs, samples }: RunSettings): Promise<LoadResult> {
    const { serverPid, paceMs } = this.#settings;
    this.#phase = "running";
    if (paceMs === 0) {
      // Whoever still waits from the run before goes on by itself.
      for (const agent of this.#agents) if (agent?.waits === false) agent.send();
    }
    await sleep(warmUpMs);

    this.#latencies = [];
    this.#samples = samples ? [] : undefined;
    this.#late = 0;
    this.#worstLagMs = 0;
    this.#measuring = true;
    const before = { at: performance.now(), server: cpuMs(serverPid), load: cpuMs(process.pid) };
    await sleep(measuredMs);
    const after = { at: performance.now(), server: cpuMs(serverPid), load: cpuMs(process.pid) };
    this.#measuring = false;

    this.#phase = "idle";
    return {
      done: this.#latencies.length,
      late: this.#late,
      worstLagMs: this.#worstLagMs,
      ended: this.#ended,
      firstEnd: this.#firstEnd,
      spanMs: after.at - before.at,
      serverCpuMs: after.server - before.server,
      loadCpuMs: after.load - before.load,
      p50Ms: percentile(this.#latencies, 0.5),
      p99Ms: percentile(this.#latencies, 0.99),
      ...(this.#samples && { samples: this.#samples }),
    };
  }

  /** Goes round all places once every `paceMs`, evenly; a late step catches up. */
  #pace(paceMs: number): void {
    const start = performance.now();
    const count = this.#agents.length;
    let place = 0;
    this.#pacer = setInterval(() => {
      const due = ((performance.now() - start) / paceMs) * count;
      this.#worstLagMs = Math.max(this.#worstLagMs, ((due - place) / count) * paceMs);
      for (; place < due; place++) {
        const agent = this.#agents[place % count];
        if (agent?.waits) this.#late++;
        else agent?.send();
      }
    }, PACER_STEP_MS);
  }

  /** The agents leave as they should, so that the next run finds a quiet server. */
  async leave(): Promise<void> {
    this.#phase = "leaving";
    clearInterval(this.#pacer);
    for (const agent of this.#agents) agent?.leave();
    await sleep(LAST_ANSWERS_MS);
  }
}

async function main(settings: LoadSettings): Promise<void> {
  const load = new Load(settings);
  const answer = (message: LoadAnswer) => {
    if (process.send === undefined) console.log(JSON.stringify(message));
    else process.send(message);
  };
  const fail = (error: unknown) => {
    answer({ type: "failed", reason: error instanceof Error ? error.message : String(error) });
    process.exitCode = 1;
    process.disconnect?.();
  };
  const run = async (span: RunSettings) => {
    answer({ type: "result", result: await load.run(span) });
  };
  const leave = async () => {
    await load.leave();
    process.exit();
  };

  process.on("message", (command: LoadCommand) => {
    if (command.type === "run") run(command.run).catch(fail);
    else leave().catch(fail);
  });
  // Whoever started this is gone: so is the reason to load anybody.
  process.once("disconnect", () => process.exit());

  await load.open().catch(fail);
  answer({ type: "open" });
  if (process.send === undefined) {
    await run({ warmUpMs: 2_000, measuredMs: 5_000 });
    await leave();
  }
}

await main(JSON.parse(process.argv[2]!) as LoadSettings);
