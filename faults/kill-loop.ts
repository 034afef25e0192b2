import { sleep } from "../bench/processes.ts";
import { percentile } from "../bench/stats.ts";
import { EventType } from "../gen/typescript/heartbeat/v1/heartbeat_pb.js";
import { nobodyBlamed } from "./alarms.ts";
import { type Context, type Fault, inWords, promised, type Row, shown } from "./fault.ts";
import { Fleet } from "./fleet.ts";
import { Operator } from "./operator.ts";
import { gapsOf, lostOrChanged, readBack } from "./record.ts";
import { Server } from "./server.ts";
import { until } from "./wait.ts";
import { Witness } from "./witness.ts";

const INTERVAL_MS = 1_000;
/** Beyond the longest wait between two attempts of these agents, with room. */
const RESTART_GRACE_MS = 6_000;
const MAX_BACKOFF_MS = 500;
/** A life of the server lasts up to this long, from its first line. */
const LONGEST_LIFE_MS = 600;
/** So many kills, then one agent dies together with the server. */
const DEATH_EVERY = 20;
/** So many kills, then all that operators were answered is compared. */
const CHECK_EVERY = 5;

export const killLoop: Fault = {
  name: "kill-loop",
  what: "The server is killed with SIGKILL at random instants and started again, under load: agents that beat, drop, leave and are born again, tasks, operators, watches.",
  needs: ["linux"],
  timeoutMs: 1_800_000,
  run: async (context) => {
    const flags = ["--restart-grace", `${RESTART_GRACE_MS}ms`];
    const server = await Server.start(context, { flags });
    const trial = new Trial(context, server);
    try {
      return await trial.run();
    } finally {
      trial.close();
    }
  },
};

class Trial {
  readonly #context: Context;
  readonly #server: Server;
  readonly #operator: Operator;
  readonly #witnesses: readonly Witness[];
  /** Agents that nobody harms, and agents that have a hard life. */
  readonly #steady: Fleet;
  readonly #restless: Fleet;
  readonly #doomed: Fleet;
  readonly #awayForGood: string[] = [];
  #kills = 0;

  constructor(context: Context, server: Server) {
    const { address } = server;
    const common = { address, intervalMs: INTERVAL_MS, maxBackoffMs: MAX_BACKOFF_MS, tasks: true };
    this.#context = context;
    this.#server = server;
    this.#operator = new Operator(server);
    this.#witnesses = [new Witness(server), new Witness(server)];
    this.#steady = new Fleet({
      ...common,
      prefix: "steady-",
      real: context.pick(40, 10),
      light: context.pick(40, 10),
    });
    this.#restless = new Fleet({
      ...common,
      prefix: "restless-",
      light: context.pick(60, 20),
      unrestMs: 4_000,
    });
    this.#doomed = new Fleet({ ...common, prefix: "doomed-", light: 10 });
  }

  async run(): Promise<Row[]> {
    const rounds = this.#context.pick(200, 5);
    await this.#steady.connected();
    await this.#doomed.connected();
    await this.#steady.report({ anew: true });
    await this.#restless.report({ anew: true });
    this.#operator.work();
    while (this.#kills < rounds) await this.#round();
    await this.#operator.stop();
    this.#restless.calm();
    await this.#settle();
    return this.#rows();
  }

  close(): void {
    for (const witness of this.#witnesses) witness.close();
  }

  async #round(): Promise<void> {
    await sleep(Math.random() * LONGEST_LIFE_MS);
    if (this.#kills % DEATH_EVERY === DEATH_EVERY / 2 || this.#kills === 1) this.#doomed.vanish(1);
    await this.#server.kill();
    this.#kills++;
    await this.#server.start();
    if (this.#kills % CHECK_EVERY === 0) await this.#operator.check();
    if (this.#kills % 20 === 0) this.#context.say(`kill-loop: ${this.#kills} kills`);
  }

  /** Until all are back, and all who died are known to have. */
  async #settle(): Promise<void> {
    for (const fleet of [this.#steady, this.#restless]) {
      await fleet.connected().catch((error: Error) => this.#awayForGood.push(error.message));
    }
    const { vanished } = await this.#doomed.report();
    const [witness] = this.#witnesses as [Witness];
    const missing = () => vanished.filter((id) => witness.of(EventType.DOWN, id).length === 0);
    await until(
      "those who died are DOWN",
      RESTART_GRACE_MS * 2 + 10_000,
      () => missing().length === 0,
    ).catch(() => witness.complaints.push(`never DOWN: ${missing().join(", ")}`));
    await this.#operator.check();
    for (const each of this.#witnesses) await each.caughtUp();
  }

  async #rows(): Promise<Row[]> {
    const told = this.#witnesses.flatMap((witness) => witness.told.map(({ event }) => event));
    // What is told from here on may come after the last page.
    const record = await readBack(this.#server);
    const reports = await Promise.all(
      [this.#steady, this.#restless, this.#doomed].map((fleet) => fleet.report()),
    );
    const { vanished } = reports[2]!;
    const harmed = new Set(vanished);
    const [witness] = this.#witnesses as [Witness];
    const { answered, unanswered } = this.#operator;
    const starts = this.#server.startsMs.slice(1);
    const how = `${this.#kills} x SIGKILL, ${reports.reduce((sum, { agents }) => sum + agents, 0)} agents`;
    const number = (value: number) => value.toLocaleString("en");
    return [
      promised(
        how,
        "every event that was told is in the record, unchanged",
        lostOrChanged(told, record),
        `${number(record.length)} events, ${number(told.length)} times told`,
      ),
      promised(
        how,
        "sequences have no gap, from 1 on",
        gapsOf(record),
        `1 to ${number(record.length)}`,
      ),
      promised(
        how,
        "a watch that resumes sees no gap and no repeat",
        this.#witnesses.flatMap(({ complaints }) => complaints),
        `${this.#witnesses.length} watches resumed ${this.#witnesses.reduce((sum, { resumed }) => sum + resumed, 0)} times`,
      ),
      promised(
        how,
        "what an operator was answered stays true",
        this.#operator.complaints,
        `${number(answered)} calls answered, ${number(unanswered)} cut off`,
      ),
      promised(
        how,
        "all come back; epochs never shrink, and none is given to two lives",
        [...reports.flatMap(({ complaints }) => complaints), ...this.#awayForGood],
        `greatest epoch ${Math.max(...reports.map(({ greatestEpoch }) => greatestEpoch))}`,
      ),
      await nobodyBlamed(how, witness, [this.#steady, this.#restless], harmed),
      promised(
        `${vanished.length} agents die together with the server`,
        "who dies meanwhile is DOWN, once",
        vanished
          .map((id) => ({ id, count: witness.of(EventType.DOWN, id).length }))
          .filter(({ count }) => count !== 1)
          .map(({ id, count }) => `${count} times DOWN of ${id}`),
        "all found",
      ),
      shown(
        "process started -> listening",
        `p50 ${inWords(percentile(starts, 0.5))}, p99 ${inWords(percentile(starts, 0.99))}`,
      ),
    ];
  }
}
