import { sleep } from "../bench/processes.ts";
import { EventType } from "../gen/typescript/heartbeat/v1/heartbeat_pb.js";
import { bounded, type Context, type Fault, inWords, promised, type Row, shown } from "./fault.ts";
import { Fleet } from "./fleet.ts";
import { missing } from "./needs.ts";
import { Namespace } from "./network.ts";
import { Server } from "./server.ts";
import { timeUntil, until } from "./wait.ts";
import { type Told, Witness } from "./witness.ts";

const INTERVAL_MS = 1_000;
const MAX_BACKOFF_MS = 2_000;
const BACK_WITHIN_MS = 30_000;
const HOLD_MS = 10_000;
const RELEASE_PER_SECOND = 10;

export const halfCut: Fault = {
  name: "half-cut",
  what: "Half of the agents are cut off at once, without a word: in another network namespace, or, without root, by SIGSTOP of their process. Once they come back, once they do not.",
  needs: ["linux"],
  timeoutMs: 240_000,
  run: async (context) => [...(await comesBack(context)), ...(await staysAway(context))],
};

/** A server and two fleets of the same size, one of which can be cut off. */
class Halves {
  readonly server: Server;
  readonly witness: Witness;
  readonly near: Fleet;
  readonly far: Fleet;
  readonly how: string;
  readonly #namespace: Namespace | undefined;

  private constructor(server: Server, size: number, namespace: Namespace | undefined) {
    const common = {
      intervalMs: INTERVAL_MS,
      maxBackoffMs: MAX_BACKOFF_MS,
      real: size / 2,
      light: size / 2,
    };
    const host = namespace?.hostAddress ?? "127.0.0.1";
    this.server = server;
    this.#namespace = namespace;
    this.witness = new Witness(server);
    this.near = new Fleet({ ...common, address: server.address, prefix: "near-" });
    this.far = new Fleet(
      { ...common, address: `${host}:${server.port}`, prefix: "far-" },
      namespace,
    );
    this.how = `${size} of ${2 * size} agents, ${namespace ? "cable pulled" : "stopped"}`;
  }

  static async open(context: Context, flags: readonly string[] = []): Promise<Halves> {
    const namespace = missing("netns") === undefined ? new Namespace() : undefined;
    const server = await Server.start(context, { flags, everywhere: namespace !== undefined });
    const halves = new Halves(server, context.pick(100, 20), namespace);
    await halves.near.connected();
    await halves.far.connected();
    // Two rounds of beats: who has just come is no measure.
    await sleep(2 * INTERVAL_MS);
    return halves;
  }

  cut(): void {
    if (this.#namespace) this.#namespace.cut();
    else this.far.freeze();
  }

  mend(): void {
    if (this.#namespace) this.#namespace.mend();
    else this.far.thaw();
  }

  async close(): Promise<void> {
    this.witness.close();
    await this.near.kill();
    await this.far.kill();
    await this.server.kill();
    this.#namespace?.remove();
  }
}

async function comesBack(context: Context): Promise<Row[]> {
  const halves = await Halves.open(context);
  const { witness, far, how } = halves;
  try {
    halves.cut();
    const cutAt = performance.now();
    await timeUntil(20_000, () => witness.of(EventType.PROTECTION_STARTED).length > 0);
    await sleep(context.pick(15_000, 6_000));
    const status = await halves.server.status.getStatus({});
    const downsHeld = witness.falseAlarms();
    halves.mend();
    const back = await timeUntil(
      BACK_WITHIN_MS,
      () =>
        new Set(witness.of(EventType.RECOVERED).map(({ event }) => event.agentId)).size >=
        far.ids.length,
    );
    const ended = await timeUntil(
      BACK_WITHIN_MS,
      () => witness.of(EventType.PROTECTION_ENDED).length > 0,
    );
    await sleep(context.pick(5_000, 1_000));
    const started = witness.of(EventType.PROTECTION_STARTED);
    const [first] = started;
    return [
      promised(
        how,
        "exactly one PROTECTION_STARTED, before anybody is DOWN",
        started.length === 1 ? [] : [`${started.length} of them`],
        first ? `${inWords(first.at - cutAt)} after the cut: ${first.event.reason}` : "none",
      ),
      promised(
        how,
        "nobody is DOWN while it holds",
        downsHeld,
        `${status.heldCount} held, shown as such`,
      ),
      bounded(how, "mended: all RECOVERED", back, BACK_WITHIN_MS, `within ${inWords(back)}`),
      bounded(
        how,
        "protection ends by itself",
        ended,
        BACK_WITHIN_MS,
        witness.of(EventType.PROTECTION_ENDED)[0]?.event.reason ?? "it has not ended",
      ),
      promised(how, "and nobody was DOWN at all", witness.falseAlarms(), "no false alarm"),
    ];
  } finally {
    await halves.close();
  }
}

async function staysAway(context: Context): Promise<Row[]> {
  const halves = await Halves.open(context, [
    ...["--protection-hold", `${HOLD_MS}ms`],
    ...["--protection-release", String(RELEASE_PER_SECOND)],
  ]);
  const { witness, far } = halves;
  const how = `${halves.how} for good, held for ${HOLD_MS / 1_000} s at most`;
  try {
    halves.cut();
    const releaseMs = (far.ids.length / RELEASE_PER_SECOND) * 1_000;
    const downs = () => witness.of(EventType.DOWN);
    await until(
      "those who stay away are DOWN",
      20_000 + HOLD_MS + releaseMs,
      () => downs().length >= far.ids.length,
    ).catch(() => {});
    await sleep(1_000);
    const started = witness.of(EventType.PROTECTION_STARTED)[0];
    const ended = witness.of(EventType.PROTECTION_ENDED)[0];
    const heldMs = (ended?.at ?? Number.POSITIVE_INFINITY) - (started?.at ?? 0);
    return [
      bounded(
        how,
        `protection ends after ${HOLD_MS / 1_000} s`,
        Math.abs(heldMs - HOLD_MS),
        1_500,
        `after ${inWords(heldMs)}: ${ended?.event.reason}`,
      ),
      promised(
        how,
        "then those who stay away are DOWN, once each, and nobody else",
        [
          ...far.ids
            .filter((id) => witness.of(EventType.DOWN, id).length !== 1)
            .map((id) => `${witness.of(EventType.DOWN, id).length} times DOWN of ${id}`),
          ...witness.falseAlarms(new Set(far.ids)),
        ],
        `${downs().length} DOWN`,
      ),
      bounded(
        how,
        `at most ${RELEASE_PER_SECOND} a second`,
        mostWithin(downs(), 1_000),
        // A second of ours and one of the server's do not begin together.
        RELEASE_PER_SECOND * 2,
        `at most ${mostWithin(downs(), 1_000)} within a second, over ${inWords(spanOf(downs()))}`,
      ),
      ...(witness.of(EventType.PROTECTION_STARTED).length === 1
        ? []
        : [shown(how, `${witness.of(EventType.PROTECTION_STARTED).length} PROTECTION_STARTED`)]),
    ];
  } finally {
    await halves.close();
  }
}

function mostWithin(told: readonly Told[], spanMs: number): number {
  return Math.max(
    0,
    ...told.map(({ at: from }) => told.filter(({ at }) => at >= from && at < from + spanMs).length),
  );
}

function spanOf(told: readonly Told[]): number {
  return told.length === 0 ? 0 : told.at(-1)!.at - told[0]!.at;
}
