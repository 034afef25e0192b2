import { fromJsonString } from "@bufbuild/protobuf";
import { TaskRetrySchema, TaskState } from "../../gen/typescript/heartbeat/v1/heartbeat_pb.js";
import type {
  BeatRequest,
  BeatResponse,
} from "../../gen/typescript/heartbeat/v1/heartbeat_service_pb.js";
import type { Instant } from "../../src/clock.ts";
import type { RecordedEvent } from "../../src/events/event.ts";
import type { Monitor } from "../../src/monitor/monitor.ts";
import type { SimAgent } from "./agent.ts";
import type { Chain } from "./chains.ts";
import type { House } from "./house.ts";
import type { RecordRules } from "./record-rules.ts";
import type { ServerStream } from "./stream.ts";
import type { Verdicts } from "./verdicts.ts";

/** Whoever was to be asked at two looks that are this far apart by the monitor's clock should have been. */
const PROMPT_MS = 3_000;

/** Lost tasks: who is told of them, when, and that somebody is. Where they are, the ledger knows. */
export class TaskRules {
  readonly #verdicts: Verdicts;
  readonly #record: RecordRules;
  /** Attempts that the present answer told its stream to stop. */
  #canceled = new Set<string>();
  /** To whom each offer was told. */
  readonly #told = new Map<string, string>();
  /** By which event each was decided. */
  readonly #decided = new Map<string, number>();
  /** Agents that take lost tasks. */
  readonly #takers = new Set<string>();
  /** Agents whose tasks nobody else is to do. */
  readonly #keepers = new Set<string>();
  /** Since when, by the monitor's clock, a task waits though somebody is there for it. */
  #neglected = new Map<string, number>();

  constructor(verdicts: Verdicts, record: RecordRules) {
    this.#verdicts = verdicts;
    this.#record = record;
  }

  knows(agent: SimAgent): void {
    if (agent.plan.takesTasks) this.#takers.add(agent.key);
    if (agent.plan.policy.taskRetry?.placement === "same-agent") this.#keepers.add(agent.key);
  }

  /** What is told late, or by another life of the server, is judged by another clock. */
  excuse(): void {
    this.#neglected.clear();
  }

  decided({ sequence, event }: RecordedEvent): void {
    if (event.type === "task_retried") this.#decided.set(nameOf(event.task), sequence);
  }

  /** An answer goes out on a stream. */
  said({ connection, house }: ServerStream, { directives, messages }: BeatResponse): void {
    for (const { kind } of directives) {
      if (kind.case === "cancelTask") this.#canceled.add(kind.value.taskId);
    }
    for (const { subject, data } of messages) {
      if (subject === "tasks.retry") this.#offered(connection.owner, data, house);
    }
  }

  #offered(owner: string, data: Uint8Array, { engine }: House): void {
    const offer = fromJsonString(TaskRetrySchema, new TextDecoder().decode(data));
    const { organizationId, taskId, epoch } = offer;
    const key = nameOf(offer);
    const other = this.#told.get(key);
    this.#told.set(key, owner);
    this.#verdicts.demand(
      other === undefined || other === owner,
      "one-owner",
      () => `${key} was offered to ${other} and to ${owner}`,
      owner,
    );
    const agentId = owner.slice(owner.indexOf("/") + 1);
    const chain = this.#record.live.chains.at(organizationId, agentId, taskId);
    this.#verdicts.demand(
      chain?.phase === "offered" && BigInt(chain.epoch) === epoch,
      "one-owner",
      () => `${key} was told to ${owner}, and the task is ${chain?.phase} at it`,
      owner,
    );
    // Nothing that was offered is undone by a kill -9.
    const sequence = this.#decided.get(key) ?? Number.POSITIVE_INFINITY;
    this.#verdicts.demand(
      sequence <= engine.log.lastSequence,
      "told-is-kept",
      () => `${key}, event ${sequence}, was told; ${engine.log.lastSequence} is kept`,
      owner,
    );
  }

  /** A beat was taken, and answered. */
  received(stream: ServerStream, beat: BeatRequest, blocked: boolean): void {
    const canceled = this.#canceled;
    this.#canceled = new Set();
    if (blocked || stream.endedWith !== undefined) return;
    const [organizationId = "", agentId = ""] = stream.connection.owner.split("/");
    const { chains } = this.#record.live;
    for (const { taskId, state, epoch } of beat.tasks) {
      if (state !== TaskState.RUNNING) continue;
      const here = chains.at(organizationId, agentId, taskId);
      if (here && BigInt(here.epoch) === epoch) continue;
      const elsewhere = chains.left(organizationId, agentId, taskId);
      this.#verdicts.demand(
        !elsewhere || canceled.has(taskId),
        "one-owner",
        () => `it goes on with ${taskId}, which is ${elsewhere?.phase} at ${elsewhere?.at}, untold`,
        stream.connection.owner,
      );
    }
  }

  /** Nobody waits while somebody is there. */
  look({ engine }: House): void {
    const now = engine.now();
    const neglected = new Map<string, number>();
    for (const chain of this.#record.live.chains.all()) {
      if (chain.phase !== "waiting") continue;
      const there = this.#takerOf(engine.monitor, chain, now);
      if (there === undefined) continue;
      const key = `${chain.organizationId}/${chain.at}/${chain.taskId}/${chain.attempt} ${there}`;
      const since = this.#neglected.get(key) ?? now.mono;
      neglected.set(key, since);
      this.#verdicts.demand(
        now.mono - since < PROMPT_MS,
        "lost-is-handed-on",
        () => `${chain.taskId} waits for ${now.mono - since} ms, and ${there} is there`,
        `${chain.organizationId}/${chain.at}`,
      );
    }
    this.#neglected = neglected;
  }

  /** Somebody to whom the monitor could hand a task that is due; one that any agent may be asked for. */
  #takerOf(monitor: Monitor, chain: Chain, now: Instant): string | undefined {
    const { organizationId, taskId, at, former } = chain;
    if (this.#keepers.has(`${organizationId}/${former[0] ?? at}`)) return undefined;
    const slot = monitor.find(organizationId, at);
    const due = slot === undefined ? undefined : monitor.task(slot, taskId, now)?.nextAttemptAt;
    if (due === undefined || due > now.wall) return undefined;
    for (const other of monitor.directory.slots(organizationId)) {
      const { agentId, state, connected, paused, held, tasks } = monitor.view(other, now);
      const free = !tasks.some((task) => task.taskId === taskId);
      const there = state === "alive" && connected && !paused && !held && free;
      const takes = this.#takers.has(`${organizationId}/${agentId}`);
      if (there && takes && !monitor.columns.isAwaited(other)) return agentId;
    }
    return undefined;
  }
}

/** An attempt's name, as its event and its offer have it. */
function nameOf(task: {
  readonly organizationId: string;
  readonly fromAgentId: string;
  readonly taskId: string;
  readonly attempt: number;
  readonly epoch: bigint | number;
}): string {
  const { organizationId, fromAgentId, taskId, attempt, epoch } = task;
  return `${organizationId}/${fromAgentId}/${taskId} attempt ${attempt}, epoch ${epoch}`;
}
