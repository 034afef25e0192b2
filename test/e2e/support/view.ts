import { ControlService } from "../../../gen/typescript/heartbeat/v1/control_service_pb.js";
import {
  type Agent,
  type Event,
  EventType,
} from "../../../gen/typescript/heartbeat/v1/heartbeat_pb.js";
import { HeartbeatService } from "../../../gen/typescript/heartbeat/v1/heartbeat_service_pb.js";
import { StatusService } from "../../../gen/typescript/heartbeat/v1/status_service_pb.js";
import { eventually } from "../../support/eventually.ts";
import { RawClient } from "../../support/raw-client.ts";

/** What an event is called: "DOWN". */
export const typeOf = ({ type }: Pick<Event, "type">): string => EventType[type];

/** A server as a person sees it who asks. */
export class View implements Disposable {
  readonly client: RawClient;

  constructor({ grpcAddress }: { readonly grpcAddress: string }) {
    this.client = new RawClient(grpcAddress);
  }

  async beat(agentId: string, rest: object = {}): Promise<void> {
    await this.client.call(HeartbeatService.method.sendBeat, { beat: { agentId, ...rest } });
  }

  async pause(agentId: string): Promise<void> {
    await this.client.call(ControlService.method.pauseAgent, { agentId });
  }

  async agent(agentId: string): Promise<Agent> {
    const { agent } = await this.client.call(StatusService.method.getAgent, { agentId });
    if (!agent) throw new Error(`no answer for ${agentId}`);
    return agent;
  }

  /** The history after a sequence, of one agent or of all. */
  async events(agentId = "", afterSequence = 0n): Promise<Event[]> {
    const request = { agentId, afterSequence, pageSize: 1_000 };
    return (await this.client.call(StatusService.method.listEvents, request)).events;
  }

  async types(agentId: string, afterSequence = 0n): Promise<string[]> {
    return (await this.events(agentId, afterSequence)).map(typeOf);
  }

  async lastSequence(): Promise<bigint> {
    return (await this.client.call(StatusService.method.getStatus, {})).lastSequence;
  }

  /** Resolves when the agent has beaten a few times more than now. */
  async beatsOn(agentId: string, withinMs?: number): Promise<void> {
    const known = async () => await this.agent(agentId).catch(() => undefined);
    const before = (await known())?.beatsReceived ?? 0n;
    const goesOn = async () => ((await known())?.beatsReceived ?? 0n) >= before + 4n;
    await eventually(`${agentId} beats on`, goesOn, withinMs);
  }

  [Symbol.dispose](): void {
    this.client[Symbol.dispose]();
  }
}
