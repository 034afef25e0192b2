import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { durationFromMs, durationMs, timestampFromMs, timestampMs } from "@bufbuild/protobuf/wkt";
import { sleep, temporaryDirectory } from "../bench/processes.ts";
import { AgentState, EventType } from "../gen/typescript/heartbeat/v1/heartbeat_pb.js";
import { nobodyBlamed } from "./alarms.ts";
import { bounded, type Context, type Fault, inWords, promised, type Row } from "./fault.ts";
import { Fleet } from "./fleet.ts";
import { faketimeLibrary } from "./needs.ts";
import { Server } from "./server.ts";
import { until } from "./wait.ts";
import { Witness } from "./witness.ts";

const INTERVAL_MS = 500;
const TIMEOUT_MS = 3 * INTERVAL_MS;
const LATE_MS = 250;
const HOUR_MS = 3_600_000;
const PAUSE_MS = 3_000;
const RESTART_GRACE_MS = 3_000;
/** No machine that is merely busy stands still for so long. */
const LONG_STALL_MS = 30_000;

export const wallClock: Fault = {
  name: "wall-clock",
  what: "The server's wall clock is an hour off: ahead, behind, and jumping while it runs and across a restart (libfaketime).",
  needs: ["linux", "faketime"],
  timeoutMs: 240_000,
  run: async (context) => {
    const trial = await Trial.open(context);
    try {
      return await trial.run();
    } finally {
      trial.close();
    }
  },
};

/** The server's wall clock: this machine's and so much more. */
class FakeClock {
  readonly #file = join(temporaryDirectory(), "clock");

  constructor() {
    this.set(0);
  }

  get env(): Record<string, string> {
    return {
      LD_PRELOAD: faketimeLibrary()!,
      FAKETIME_TIMESTAMP_FILE: this.#file,
      FAKETIME_NO_CACHE: "1",
      // Time that only passes stays as it is: what jumps in the world is the wall clock alone.
      FAKETIME_DONT_FAKE_MONOTONIC: "1",
      NO_FAKE_STAT: "1",
    };
  }

  set(offsetMs: number): void {
    const seconds = offsetMs / 1_000;
    writeFileSync(this.#file, `${seconds < 0 ? "" : "+"}${seconds}\n`);
  }
}

class Trial {
  readonly #context: Context;
  readonly #clock: FakeClock;
  readonly #server: Server;
  readonly #witness: Witness;
  readonly #others: Fleet;
  readonly #harmed = new Set<string>();

  private constructor(context: Context, clock: FakeClock, server: Server) {
    this.#context = context;
    this.#clock = clock;
    this.#server = server;
    this.#witness = new Witness(server);
    const common = { address: server.address, intervalMs: INTERVAL_MS, maxBackoffMs: 500 };
    this.#others = new Fleet({ ...common, prefix: "other-", real: 30, light: 20 });
  }

  static async open(context: Context): Promise<Trial> {
    const clock = new FakeClock();
    const flags = ["--retention", "3h", "--restart-grace", `${RESTART_GRACE_MS}ms`];
    const server = await Server.start(context, { env: clock.env, flags, unprotected: true });
    const trial = new Trial(context, clock, server);
    await trial.#others.connected();
    await trial.#others.report({ anew: true });
    return trial;
  }

  close(): void {
    this.#witness.close();
  }

  async run(): Promise<Row[]> {
    const rows: Row[] = [];
    for (const [offsetMs, how] of [
      [HOUR_MS, "jumps an hour ahead while it runs"],
      [-HOUR_MS, "jumps two hours back while it runs"],
    ] as const) {
      this.#clock.set(offsetMs);
      rows.push(...(await this.#look(how, offsetMs)));
    }
    for (const [offsetMs, how] of [
      [HOUR_MS, "restart, two hours ahead of before"],
      [-HOUR_MS, "restart, two hours behind before"],
    ] as const) {
      rows.push(...(await this.#restart(how, offsetMs)));
    }
    return rows;
  }

  /** Whether an agent that falls silent is found as ever, and a pause lasts as long as it was meant to. */
  async #look(how: string, offsetMs: number): Promise<Row[]> {
    const witness = this.#witness;
    const victim = await this.#newVictim();
    const [paused] = this.#others.ids as [string];
    const resumedBefore = witness.of(EventType.RESUMED, paused).length;
    const pausedAt = performance.now();
    await this.#server.control.pauseAgent({ agentId: paused, pauseFor: durationFromMs(PAUSE_MS) });
    victim.freeze();
    const [id] = victim.ids as [string];
    const down = await until(`${id} is DOWN`, 20_000, () => witness.of(EventType.DOWN, id)[0]);
    const offMs = timestampMs(down.event.occurredAt!) - Date.now();
    if (Math.abs(offMs - offsetMs) > 10_000) {
      throw new Error(`the server's clock is ${inWords(offMs)} off, not ${inWords(offsetMs)}`);
    }
    const resumed = await until(`${paused} is resumed`, 20_000, () =>
      witness.of(EventType.RESUMED, paused).at(resumedBefore),
    );
    const lateMs = durationMs(down.event.silence!) - TIMEOUT_MS;
    return [
      await nobodyBlamed(how, witness, [this.#others], this.#harmed),
      promised(
        how,
        "and it does not take the jump for a standstill",
        this.#stalls(),
        "no MONITOR_STALLED",
      ),
      bounded(
        how,
        `DOWN at the deadline, at most ${LATE_MS} ms late, never early`,
        lateMs < 0 ? Number.POSITIVE_INFINITY : lateMs,
        LATE_MS,
        `${inWords(lateMs)} late`,
      ),
      bounded(
        how,
        "a pause lasts as long as it was meant to",
        Math.abs(resumed.at - pausedAt - PAUSE_MS),
        1_000,
        `${inWords(resumed.at - pausedAt)} of ${inWords(PAUSE_MS)}`,
      ),
    ];
  }

  async #restart(how: string, offsetMs: number): Promise<Row[]> {
    const witness = this.#witness;
    const { status, control } = this.#server;
    const dead = [...this.#harmed][0]!;
    // A pause that outlasts the hours by which the clock is off.
    const paused = this.#others.ids[1]!;
    await control.pauseAgent({ agentId: paused, pauseFor: durationFromMs(5 * HOUR_MS) });
    await this.#server.kill();
    this.#clock.set(offsetMs);
    await this.#server.start();
    const startedAt = Date.now();
    await this.#others.connected();
    // Whoever is to be blamed wrongly has been by then.
    await sleep(RESTART_GRACE_MS * 1.1 + TIMEOUT_MS + 1_000);
    const rows = await this.#look(how, offsetMs);
    await witness.caughtUp();
    const { agent: stillDead } = await status.getAgent({ agentId: dead });
    const { agent: stillPaused } = await status.getAgent({ agentId: paused });
    const since = timestampFromMs(startedAt + offsetMs - 30_000);
    const { events } = await status.listEvents({
      organizationId: "*",
      since,
      types: [EventType.MONITOR_STARTED],
    });
    return [
      ...rows,
      promised(
        how,
        "what is DOWN stays DOWN and known, a pause goes on, the record is found by its times",
        [
          ...(stillDead?.state === AgentState.DOWN
            ? []
            : [`${dead} is ${stillDead && AgentState[stillDead.state]}`]),
          ...(stillPaused?.paused ? [] : [`${paused} is no longer paused`]),
          ...(events.length >= 1 ? [] : ["ListEvents since the start finds no MONITOR_STARTED"]),
          ...witness.complaints,
        ],
        `${events.at(-1)?.reason ?? ""}`,
      ),
    ];
  }

  async #newVictim(): Promise<Fleet> {
    const prefix = `victim-${this.#harmed.size}-`;
    const victim = new Fleet({
      address: this.#server.address,
      prefix,
      real: 1,
      intervalMs: INTERVAL_MS,
    });
    this.#harmed.add(victim.ids[0]!);
    await victim.connected();
    await sleep(this.#context.pick(1_000, 500));
    return victim;
  }

  #stalls(): string[] {
    return this.#witness
      .of(EventType.MONITOR_STALLED)
      .filter(({ event }) => Number(event.details.stalled_ms) > LONG_STALL_MS)
      .map(({ event }) => event.reason);
  }
}
