/**
 * What is promised while the journal cannot be written, and after: the same whatever ails the disk.
 */

import { durationMs } from "@bufbuild/protobuf/wkt";
import { Code, ConnectError } from "@connectrpc/connect";
import { sleep } from "../bench/processes.ts";
import { HealthCheckResponse_ServingStatus as Serving } from "../gen/typescript/grpc/health/v1/health_pb.js";
import { AgentState, EventType } from "../gen/typescript/heartbeat/v1/heartbeat_pb.js";
import { nobodyBlamed } from "./alarms.ts";
import { acksBounded, bounded, type Context, inWords, promised, type Row } from "./fault.ts";
import { Fleet } from "./fleet.ts";
import { gapsOf, lostOrChanged, readBack } from "./record.ts";
import type { Server } from "./server.ts";
import { timeUntil, until } from "./wait.ts";
import { Witness } from "./witness.ts";

const INTERVAL_MS = 500;
const TIMEOUT_MS = 3 * INTERVAL_MS;
const LATE_MS = 250;
const NOTICED_WITHIN_MS = 30_000;
const RECOVERED_WITHIN_MS = 60_000;
const CONTROL = "heartbeat.v1.ControlService";

/** What ails the disk, and how it is healed. */
export interface Ailment {
  readonly how: string;
  begin(): void;
  end(): void;
}

/** Brings the trouble on, looks, heals it, looks again. */
export async function troubled(context: Context, server: Server, ailment: Ailment): Promise<Row[]> {
  const trial = new Trial(server, ailment);
  try {
    return await trial.run(context.pick(5_000, 1_000));
  } finally {
    trial.close();
  }
}

class Trial {
  readonly #server: Server;
  readonly #ailment: Ailment;
  readonly #witness: Witness;
  readonly #fleet: Fleet;
  readonly #victim: Fleet;
  #registered = 0;

  constructor(server: Server, ailment: Ailment) {
    const { address } = server;
    const name = ailment.how.replaceAll(/\W+/g, "-");
    this.#server = server;
    this.#ailment = ailment;
    this.#witness = new Witness(server);
    this.#fleet = new Fleet({
      address,
      prefix: `${name}-`,
      real: 20,
      light: 80,
      intervalMs: INTERVAL_MS,
      tasks: true,
    });
    this.#victim = new Fleet({
      address,
      prefix: `${name}-victim-`,
      real: 1,
      intervalMs: INTERVAL_MS,
    });
  }

  close(): void {
    this.#witness.close();
  }

  async run(spanMs: number): Promise<Row[]> {
    const { how } = this.#ailment;
    await this.#fleet.connected();
    await this.#victim.connected();
    await this.#fleet.report({ anew: true });
    await sleep(spanMs);
    const before = await this.#fleet.report({ anew: true });
    this.#ailment.begin();
    const began = performance.now();
    const during = await this.#during(spanMs);
    const meanwhile = await this.#fleet.report();
    this.#ailment.end();
    const after = await this.#after();
    return [
      ...during,
      acksBounded(`${how}, for ${inWords(performance.now() - began)}`, before, meanwhile),
      ...after,
    ];
  }

  async #during(spanMs: number): Promise<Row[]> {
    const { status, health } = this.#server;
    const { how } = this.#ailment;
    const refusal = await this.#refusal();
    const noticed = await timeUntil(
      NOTICED_WITHIN_MS,
      async () => !(await status.getStatus({})).journalHealthy,
    );
    const told = this.#witness.told.length;
    this.#victim.freeze();
    const [id] = this.#victim.ids as [string];
    const known = await timeUntil(
      10_000,
      async () => (await status.getAgent({ agentId: id })).agent?.state === AgentState.DOWN,
    );
    await sleep(spanMs);
    const { journalTrouble, journalBacklog } = await status.getStatus({});
    const whole = (await health.check({ service: "" })).status;
    const control = (await health.check({ service: CONTROL })).status;
    const early = this.#witness.told.slice(told).filter(({ event }) => event.agentId === id);
    return [
      promised(
        how,
        "it says so: status, health of ControlService NOT_SERVING, health of the server SERVING",
        [
          ...(Number.isFinite(noticed) ? [] : ["journal_healthy stays true"]),
          ...(control === Serving.NOT_SERVING ? [] : [`ControlService is ${Serving[control]}`]),
          ...(whole === Serving.SERVING ? [] : [`the server is ${Serving[whole]}`]),
          ...(journalTrouble === "" ? ["journal_trouble is empty"] : []),
        ],
        `"${journalTrouble}"`,
      ),
      promised(
        how,
        "operators are refused with UNAVAILABLE",
        refusal.code === Code.Unavailable ? [] : [`${Code[refusal.code]}: ${refusal.rawMessage}`],
        `"${refusal.rawMessage}"`,
      ),
      bounded(
        how,
        "agents are watched all the same: who stops is shown as DOWN",
        known,
        TIMEOUT_MS + 1_000,
        `${inWords(known)} after it stopped`,
      ),
      promised(
        how,
        "what is not kept is told to nobody",
        early.map(({ event }) => `${EventType[event.type]} of ${event.agentId} was told`),
        `${journalBacklog} events wait`,
      ),
    ];
  }

  async #after(): Promise<Row[]> {
    const { status, health, control } = this.#server;
    const { how } = this.#ailment;
    const witness = this.#witness;
    const before = witness.of(EventType.JOURNAL_RECOVERED).length;
    const healed = performance.now();
    const recovered = await until("JOURNAL_RECOVERED", RECOVERED_WITHIN_MS, () =>
      witness.of(EventType.JOURNAL_RECOVERED).at(before),
    ).catch(() => undefined);
    const [id] = this.#victim.ids as [string];
    const down = await until(
      "the late DOWN",
      10_000,
      () => witness.of(EventType.DOWN, id)[0],
    ).catch(() => undefined);
    const serving = await timeUntil(
      10_000,
      async () => (await health.check({ service: CONTROL })).status === Serving.SERVING,
    );
    const called = await control.registerAgent({ agentId: `${how.length}-after` }).then(
      () => undefined,
      (error: unknown) => ConnectError.from(error).message,
    );
    await witness.caughtUp();
    const { unkeptEventsTotal } = await status.getStatus({});
    const told = witness.told.map(({ event }) => event);
    const record = await readBack(this.#server);
    const lateMs = down ? durationMs(down.event.silence!) - TIMEOUT_MS : Number.POSITIVE_INFINITY;
    const { complaints } = await this.#fleet.report();
    return [
      promised(
        `${how}, healed`,
        "it catches up: JOURNAL_RECOVERED, and operators are served",
        [
          ...(recovered ? [] : [`no JOURNAL_RECOVERED within ${inWords(RECOVERED_WITHIN_MS)}`]),
          ...(Number.isFinite(serving) ? [] : ["ControlService stays NOT_SERVING"]),
          ...(called === undefined ? [] : [`an operator gets: ${called}`]),
        ],
        recovered ? `after ${inWords(recovered.at - healed)}: ${recovered.event.reason}` : "",
      ),
      promised(
        `${how}, healed`,
        "each event is told once, and sequences have no gap",
        [
          ...witness.complaints,
          ...gapsOf(record),
          ...(unkeptEventsTotal === 0n ? [] : [`${unkeptEventsTotal} events were lost`]),
          ...lostOrChanged(told, record),
          ...complaints,
        ],
        `${record.length} events`,
      ),
      await nobodyBlamed(`${how}, healed`, witness, [this.#fleet], new Set([id])),
      bounded(
        `${how}, healed`,
        "a DOWN of that time is told, with the silence that it was",
        lateMs < 0 ? Number.POSITIVE_INFINITY : lateMs,
        LATE_MS,
        down ? `${inWords(lateMs)} behind its deadline, by its own figures` : "not told",
      ),
    ];
  }

  /** Registers agents, each with a lot to be kept, until one is refused. */
  async #refusal(): Promise<ConnectError> {
    const labels = Object.fromEntries(
      Array.from({ length: 32 }, (_, index) => [`label-${index}`, "x".repeat(256)]),
    );
    const deadline = performance.now() + NOTICED_WITHIN_MS;
    while (performance.now() < deadline) {
      try {
        const agentId = `filler-${this.#ailment.how.length}-${this.#registered++}`;
        const policy = { interval: { seconds: 3_600n } };
        await this.#server.control.registerAgent({ agentId, labels, policy });
      } catch (error) {
        return ConnectError.from(error);
      }
    }
    throw new Error(`no operator was refused within ${inWords(NOTICED_WITHIN_MS)}`);
  }
}
