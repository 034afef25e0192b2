/**
 * An operator who does things and remembers what was answered: what was answered is true for good.
 */

import { durationFromMs, durationMs } from "@bufbuild/protobuf/wkt";
import { Code, ConnectError } from "@connectrpc/connect";
import { sleep } from "../bench/processes.ts";
import { type Agent, AgentState } from "../gen/typescript/heartbeat/v1/heartbeat_pb.js";
import type { Server } from "./server.ts";

const PREFIX = "op-";
/** Fits a page. */
const MOST_AGENTS = 500;
const HOUR_MS = 3_600_000;
const RETRY_MS = 20;

/** What is known of one agent. A field that is undefined is either of two: its call was not answered. */
interface Known {
  readonly id: string;
  label: string | undefined;
  intervalMs: number | undefined;
  paused: boolean | undefined;
  left: boolean | undefined;
}

export class Operator {
  /** Calls that were answered, and those that were not. */
  answered = 0;
  unanswered = 0;
  readonly complaints: string[] = [];
  readonly #server: Server;
  readonly #known: Known[] = [];
  #working: Promise<void> | undefined;
  #stopped = false;

  constructor(server: Server) {
    this.#server = server;
  }

  /** Begins to call, one call after the other. */
  work(): void {
    this.#working = this.#run();
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    await this.#working;
  }

  /** Compares all that was answered with what the server says now. */
  async check(): Promise<void> {
    // What is answered while the page is under way would be compared with an older answer.
    const before = structuredClone(this.#known);
    const { agents } = await this.#server.status.listAgents({ idPrefix: PREFIX, pageSize: 1_000 });
    const now = new Map(agents.map((agent) => [agent.agentId, agent]));
    before.forEach((known, index) => {
      const after = this.#known[index]!;
      const difference = differs(known, now.get(known.id));
      // Changed under way: what is compared would be neither the old nor the new.
      if (difference === undefined || JSON.stringify(known) !== JSON.stringify(after)) return;
      this.complaints.push(`${known.id}: ${difference} although the answer was given`);
    });
  }

  async #run(): Promise<void> {
    while (!this.#stopped) {
      const known = this.#known[Math.floor(Math.random() * this.#known.length)];
      const dice = Math.random();
      if (known === undefined || (dice < 0.3 && this.#known.length < MOST_AGENTS)) {
        await this.#register();
      } else if (dice < 0.55) await this.#pause(known);
      else if (dice < 0.75) await this.#resume(known);
      else if (dice < 0.95) await this.#judge(known);
      else await this.#let(known);
    }
  }

  async #register(): Promise<void> {
    const id = `${PREFIX}${this.#known.length}`;
    const label = String(Math.random());
    const intervalMs = HOUR_MS;
    const known: Known = {
      id,
      label: undefined,
      intervalMs: undefined,
      paused: false,
      left: false,
    };
    const request = {
      agentId: id,
      labels: { label },
      policy: { interval: durationFromMs(intervalMs) },
    };
    const done = await this.#call(() => this.#server.control.registerAgent(request));
    if (!done) return;
    this.#known.push(Object.assign(known, { label, intervalMs }));
  }

  async #pause(known: Known): Promise<void> {
    if (known.left !== false) return;
    known.paused = undefined;
    const request = { agentId: known.id, pauseFor: durationFromMs(HOUR_MS), reason: "a trial" };
    if (await this.#call(() => this.#server.control.pauseAgent(request))) known.paused = true;
  }

  async #resume(known: Known): Promise<void> {
    if (known.left !== false) return;
    known.paused = undefined;
    const request = { agentId: known.id };
    if (await this.#call(() => this.#server.control.resumeAgent(request))) known.paused = false;
  }

  async #judge(known: Known): Promise<void> {
    known.intervalMs = undefined;
    const intervalMs = HOUR_MS + Math.floor(Math.random() * HOUR_MS);
    const request = { agentId: known.id, policy: { interval: durationFromMs(intervalMs) } };
    const done = await this.#call(() => this.#server.control.updatePolicy(request));
    if (done) known.intervalMs = intervalMs;
  }

  async #let(known: Known): Promise<void> {
    if (known.left !== false) return;
    known.left = undefined;
    known.paused = undefined;
    const request = { agentId: known.id, reason: "a trial" };
    if (await this.#call(() => this.#server.control.unregisterAgent(request))) known.left = true;
  }

  /** Whether the call was answered. One that is cut off may have been done or not. */
  async #call(call: () => Promise<unknown>): Promise<boolean> {
    try {
      await call();
      this.answered++;
      return true;
    } catch (error) {
      const { code, message } = ConnectError.from(error);
      this.unanswered++;
      // A cut connection has many names; a refusal for what was asked has others.
      const refused = [Code.InvalidArgument, Code.NotFound, Code.Internal, Code.FailedPrecondition];
      if (refused.includes(code) && !/destroyed|closed|reset|REFUSED/i.test(message)) {
        this.complaints.push(`an operator was refused: ${message}`);
      }
      await sleep(RETRY_MS);
      return false;
    }
  }
}

/** What the server says otherwise than it has answered. */
function differs(known: Known, agent: Agent | undefined): string | undefined {
  if (agent === undefined) return "is unknown";
  const left = agent.state === AgentState.LEFT;
  if (known.left !== undefined && known.left !== left) return `left is ${left}`;
  const intervalMs = agent.policy?.interval && durationMs(agent.policy.interval);
  if (known.intervalMs !== undefined && known.intervalMs !== intervalMs) {
    return `interval is ${intervalMs}, not ${known.intervalMs}`;
  }
  if (known.label !== undefined && known.label !== agent.labels.label) {
    return `label is ${agent.labels.label}`;
  }
  if (known.paused !== undefined && known.paused !== agent.paused)
    return `paused is ${agent.paused}`;
  return undefined;
}
