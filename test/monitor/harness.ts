import type { Instant } from "../../src/clock.ts";
import type { EventType, LivenessEvent } from "../../src/events/event.ts";
import type { Hello } from "../../src/monitor/lease.ts";
import { Monitor, type MonitorOptions } from "../../src/monitor/monitor.ts";
import type { PolicyPatch } from "../../src/monitor/policy.ts";
import type { TaskReport } from "../../src/monitor/task.ts";
import type { Outdated } from "../../src/monitor/task-news.ts";

/** A monitor whose time a test moves, tick by tick. */
export class Bench {
  #mono = 0;
  /** Another one after a restart. */
  monitor: Monitor;
  /** Every event so far. */
  readonly events: LivenessEvent[] = [];

  constructor(options: MonitorOptions = {}) {
    this.monitor = new Monitor(this.now, options);
  }

  get now(): Instant {
    return { mono: this.#mono, wall: 1_700_000_000_000 + this.#mono };
  }

  /** Lets time pass in steps of a tick, as the engine does. */
  pass(ms: number): void {
    const end = this.#mono + ms;
    while (this.#mono < end) {
      this.#mono = Math.min(end, this.#mono + 10);
      this.monitor.advance(this.now);
    }
    this.take();
  }

  /** Lets time pass in one leap. */
  leap(ms: number): void {
    this.#mono += ms;
    this.monitor.advance(this.now);
    this.take();
  }

  attach(agentId: string, hello: Partial<Hello> & { policy?: PolicyPatch } = {}) {
    const { policy, ...rest } = hello;
    const lease = this.monitor.attach(
      {
        organizationId: "default",
        agentId,
        instanceId: `${agentId}-1`,
        epoch: 0,
        stream: true,
        declaration: { agentType: "", labels: {}, policy: policy ?? {} },
        client: undefined,
        ...rest,
      },
      this.now,
    );
    this.take();
    return lease;
  }

  beat(slot: number): void {
    this.monitor.beat(slot, this.now);
    this.take();
  }

  drop(slot: number): void {
    this.monitor.drop(slot, this.now);
    this.take();
  }

  /** News of a task; returns what the agent is told to stop. */
  task(slot: number, taskId: string, report: Partial<TaskReport> = {}): Outdated | undefined {
    const outdated = this.monitor.reportTask(
      slot,
      {
        taskId,
        state: "running",
        progress: 0,
        detail: new Uint8Array(),
        error: "",
        staleAfterMs: undefined,
        timeoutAfterMs: undefined,
        retry: undefined,
        token: 0,
        ...report,
      },
      this.now,
    );
    this.take();
    return outdated;
  }

  view(slot: number) {
    return this.monitor.view(slot, this.now);
  }

  /** Collects what was told, and returns what is new. */
  take(): LivenessEvent[] {
    const told = this.monitor.takeEvents();
    this.events.push(...told);
    return told;
  }

  /** The types of all events since the last call, in order. */
  #seen = 0;
  types(): EventType[] {
    this.take();
    const fresh = this.events.slice(this.#seen).map((event) => event.type);
    this.#seen = this.events.length;
    return fresh;
  }

  last<Type extends EventType>(type: Type): Extract<LivenessEvent, { type: Type }> {
    const found = this.events.findLast((event) => event.type === type);
    if (!found) throw new Error(`no event ${type}`);
    return found as Extract<LivenessEvent, { type: Type }>;
  }
}
