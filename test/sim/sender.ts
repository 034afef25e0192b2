import { create } from "@bufbuild/protobuf";
import {
  BeatRequestSchema,
  SendBeatRequestSchema,
} from "../../gen/typescript/heartbeat/v1/heartbeat_service_pb.js";
import { Caller, type Outcome } from "./calls.ts";
import type { Machine } from "./machine.ts";
import { Process } from "./machine.ts";
import type { Path } from "./path.ts";
import type { SimServer } from "./server.ts";

/** Who hears what a sender's beats come to. */
export interface SenderWitness {
  senderChanged(sender: SimSender): void;
  /** The server takes a beat up; `again` when it is the same one a second time. */
  sent(sender: SimSender): void;
}

/**
 * An agent without a stream: a cron job that calls SendBeat. It repeats a call whose answer did not come,
 * and the network may deliver a call twice.
 */
export class SimSender {
  readonly organizationId: string;
  readonly agentId: string;
  readonly intervalMs: number;
  readonly machine: Machine;
  readonly path: Path;
  readonly #server: SimServer;
  readonly #witness: SenderWitness;
  process: Process | undefined;
  #sequence = 0n;

  constructor(
    plan: { organizationId: string; agentId: string; intervalMs: number },
    place: { machine: Machine; path: Path; server: SimServer },
    witness: SenderWitness,
  ) {
    this.organizationId = plan.organizationId;
    this.agentId = plan.agentId;
    this.intervalMs = plan.intervalMs;
    this.machine = place.machine;
    this.path = place.path;
    this.#server = place.server;
    this.#witness = witness;
  }

  get key(): string {
    return `${this.organizationId}/${this.agentId}`;
  }

  get isWell(): boolean {
    return this.process?.runs === true && this.path.isWell;
  }

  start(): void {
    if (this.process?.alive) return;
    const process = new Process(this.machine);
    this.process = process;
    this.#witness.senderChanged(this);
    this.#beat();
    process.clock.every(this.intervalMs, () => this.#beat());
  }

  kill(): void {
    this.process?.kill();
    this.#witness.senderChanged(this);
  }

  #beat(): void {
    const process = this.process!;
    const beat = create(BeatRequestSchema, {
      agentId: this.agentId,
      registration: {
        organizationId: this.organizationId,
        instanceId: this.agentId,
        policy: { interval: { seconds: BigInt(Math.floor(this.intervalMs / 1000)) } },
      },
      sequence: ++this.#sequence,
    });
    const request = create(SendBeatRequestSchema, { beat });
    const caller = new Caller(this.#server, process, this.path);
    const once = (done: (outcome: Outcome<unknown>) => void) =>
      caller.call((services) => {
        this.#witness.sent(this);
        return services.heartbeat.sendBeat(request);
      }, done);
    once(({ kind }) => {
      if (kind === "lost" && process.alive) once(() => {});
    });
    if (this.machine.random.chance(0.05)) once(() => {});
  }
}
