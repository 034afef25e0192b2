import type {
  BeatRequest,
  BeatResponse,
} from "../../gen/typescript/heartbeat/v1/heartbeat_service_pb.js";
import type { WatchEventsResponse } from "../../gen/typescript/heartbeat/v1/status_service_pb.js";
import type { Notification } from "../../src/alerts/notification.ts";
import { isOfAgent, type RecordedEvent } from "../../src/events/event.ts";
import type { Opened } from "../../src/journal/store.ts";
import type { AgentWitness, SimAgent } from "./agent.ts";
import { AlertRules } from "./alert-rules.ts";
import { EpochRules } from "./epoch-rules.ts";
import type { House } from "./house.ts";
import { LivenessRules } from "./liveness-rules.ts";
import { OperatorRules } from "./operator-rules.ts";
import { ProtectionRules } from "./protection-rules.ts";
import { RecordRules } from "./record-rules.ts";
import type { SenderWitness, SimSender } from "./sender.ts";
import type { ServerWitness, SimServer } from "./server.ts";
import type { ServerStream } from "./stream.ts";
import { SumRules } from "./sum-rules.ts";
import { TaskRules } from "./task-rules.ts";
import { Verdicts } from "./verdicts.ts";
import type { SimWatcher, WatcherWitness } from "./watcher.ts";
import type { World } from "./world.ts";

/** How often what takes a look at everybody is checked. */
const LOOK_EVERY_MS = 10_000;

/**
 * Knows the truth, since it sees what happens to everybody, and holds what the server says against it
 * after every step.
 */
export class Oracle implements ServerWitness, AgentWitness, SenderWitness, WatcherWitness {
  readonly verdicts: Verdicts;
  readonly record: RecordRules;
  readonly liveness: LivenessRules;
  readonly epochs: EpochRules;
  readonly protection: ProtectionRules;
  readonly sums: SumRules;
  readonly operators: OperatorRules;
  readonly tasks: TaskRules;
  readonly alerts: AlertRules;
  readonly #world: World;
  #server: SimServer | undefined;
  #house: House | undefined;
  #lookAt = 0;

  constructor(world: World) {
    this.#world = world;
    this.verdicts = new Verdicts(() => world.now);
    this.record = new RecordRules(world, this.verdicts);
    this.liveness = new LivenessRules(world, this.verdicts, this.record);
    this.epochs = new EpochRules(this.verdicts);
    this.protection = new ProtectionRules(this.verdicts, this.record);
    this.sums = new SumRules(this.verdicts, this.record);
    this.operators = new OperatorRules(this.verdicts, this.record);
    this.tasks = new TaskRules(this.verdicts, this.record);
    this.alerts = new AlertRules(this.verdicts);
  }

  watch(server: SimServer): void {
    this.#server = server;
    this.record.watch(server.settings);
    this.liveness.watch(server);
    this.protection.watch(server);
  }

  knows(agents: Iterable<SimAgent>, senders: Iterable<SimSender>): void {
    for (const agent of agents) {
      this.liveness.knows(agent);
      this.tasks.knows(agent);
    }
    for (const sender of senders) this.liveness.knows(sender);
  }

  // ---- the server -----------------------------------------------------------------------------

  serverStarted(house: House, opened: Opened): void {
    this.#house = house;
    this.record.restarted(house, this.#server!.disk.platter, opened);
    this.sums.restarted(house);
    this.tasks.excuse();
    this.liveness.restarted(house);
    this.protection.restarted(house);
    this.operators.look(house);
    this.alerts.look(house);
  }

  serverEnded(how: "killed" | "drained"): void {
    this.#house = undefined;
    this.record.ended(how);
    this.liveness.ended();
    this.protection.ended();
  }

  serverStopped(): void {
    this.liveness.time?.stop();
  }

  serverWent(): void {
    this.tasks.excuse();
    this.liveness.time?.cont();
    this.liveness.went();
  }

  /** The server's wall clock leapt: for all that it knows, it slept. */
  serverLeapt(): void {
    this.tasks.excuse();
    this.liveness.time?.excuse();
    this.liveness.went();
  }

  decided(recorded: RecordedEvent): void {
    this.record.decided(recorded, this.#house!);
    this.tasks.decided(recorded);
    const { event } = recorded;
    if (isOfAgent(event)) {
      if (event.type === "removed") {
        this.operators.removed(`${event.organizationId}/${event.agentId}`);
      }
      this.liveness.decided(event);
      this.protection.decided(event, this.liveness.time!.now);
    } else {
      this.liveness.announced(event);
      this.protection.announced(event, this.liveness.time!.now);
    }
  }

  kept(house: House): void {
    this.record.kept(house);
  }

  diskFault(error: unknown): void {
    this.verdicts.fail("record", `the disk was given what does not follow: ${error}`);
  }

  /** All have gone: nothing of them is left in the server. */
  emptied(): void {
    const house = this.#house;
    if (!house) return;
    const left = {
      streams: house.sessions.openCount,
      watchers: house.watchers.openCount,
      timers: house.process.clock.pending,
    };
    // The tick, the journal's look at itself, and the courier's two at what there is to send.
    this.verdicts.demand(
      left.streams === 0 && left.watchers === 0 && left.timers <= 4,
      "leaks",
      () => `all have gone, and left is ${JSON.stringify(left)}`,
    );
    this.alerts.emptied(house);
  }

  told(notification: Notification): void {
    this.alerts.arrived(notification, this.#server!.disk.platter);
  }

  internalError(line: string): void {
    this.verdicts.fail("no-internal-error", line);
  }

  // ---- streams and calls ----------------------------------------------------------------------

  received(stream: ServerStream, beat: BeatRequest, answered: boolean): void {
    const blocked = !stream.connection.writable("down");
    this.verdicts.demand(
      answered || blocked || stream.endedWith !== undefined,
      "acks",
      () => `beat ${beat.sequence} was taken and not acknowledged at once`,
      stream.connection.owner,
    );
    const { id, owner } = stream.connection;
    if (stream.endedWith) this.record.note(owner, `refused: ${stream.endedWith.code}`);
    else if (!stream.greeted) this.record.note(owner, `stream ${id} of ${stream.instanceId}`);
    this.tasks.received(stream, beat, blocked);
    this.liveness.heard(stream, beat);
    this.sums.heard(stream, beat);
  }

  losing(stream: ServerStream): void {
    this.record.note(stream.connection.owner, `stream ${stream.connection.id} has ended`);
    this.liveness.losing(stream);
  }

  lost(stream: ServerStream): void {
    this.liveness.lost(stream);
  }

  said(stream: ServerStream, response: BeatResponse): void {
    this.tasks.said(stream, response);
    if (response.welcome) this.epochs.welcomed(stream, response.welcome.epoch);
  }

  sent(sender: SimSender): void {
    this.liveness.called(sender);
    this.sums.called();
  }

  watched(watcher: SimWatcher, response: WatchEventsResponse): void {
    this.record.watched(watcher, response);
  }

  outOfRange(watcher: SimWatcher, house: House): void {
    this.record.outOfRange(watcher, house);
  }

  // ---- agents ---------------------------------------------------------------------------------

  disturbed(agent: SimAgent): void {
    const state = `${agent.life?.agent.state}${agent.life?.process.runs ? "" : ", not running"}`;
    this.record.note(agent.key, `something happens to ${agent.life?.instanceId}: ${state}`);
    this.liveness.disturbed(agent.key);
  }

  welcomed(): void {}

  senderChanged(sender: SimSender): void {
    this.liveness.disturbed(sender.key);
  }

  // ---- after every step -----------------------------------------------------------------------

  look(): void {
    const house = this.#house;
    // Who is asked to leave judges nobody any more.
    if (!house?.engine.isRunning || !this.#server || this.#server.isStopped) return;
    this.protection.look(house, this.liveness.time!.now);
    if (house.engine.log.isCrowded) {
      this.liveness.time!.excuse();
      this.tasks.excuse();
    }
    if (this.#world.now < this.#lookAt) return;
    this.#lookAt = this.#world.now + LOOK_EVERY_MS;
    this.liveness.look(house);
    this.sums.look(house);
    this.tasks.look(house);
    this.operators.look(house);
    this.alerts.look(house);
    this.record.look(house, this.#server.settings);
  }
}
