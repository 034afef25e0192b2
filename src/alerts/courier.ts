import type { Logger } from "pino";
import type { Clock, Instant, Timer } from "../clock.ts";
import type { Channel } from "./channel.ts";
import type {
  ChannelReport,
  Deliveries,
  DeliveryReport,
  Firing,
  Keeper,
  TestReport,
} from "./delivering.ts";
import { Lane } from "./lane.ts";
import type { Notification } from "./notification.ts";
import type { Outbox } from "./outbox.ts";

export interface CourierParts {
  readonly clock: Clock;
  /** The monitor's own time. */
  readonly now: () => Instant;
  readonly outbox: Outbox;
  readonly keeper: Keeper;
  readonly firing: Firing;
  readonly log: Logger;
}

/** How often it looks whether something is to be forgotten or given up. */
const REVIEW_MS = 60_000;
/** It looks no sooner again, however soon something is due. */
const SOONEST_MS = 10;
/** The journal is asked again, when it could not say that something is kept. */
const KEPT_AGAIN_MS = 1_000;

/**
 * Sends what the outbox holds: nothing before it is on disk, each channel by itself. What was under way
 * when the server ended is sent again by the next one, under the same name.
 */
export class Courier implements Deliveries {
  readonly #parts: CourierParts;
  readonly #lanes: ReadonlyMap<string, Lane>;
  /** Up to here everything is on disk, and may be sent. */
  #keptOrder: number;
  #review: Timer | undefined;
  #timer: Timer | undefined;
  #isDue = false;
  #asking = false;
  #tests = 0;

  constructor(channels: readonly Channel[], parts: CourierParts) {
    this.#parts = parts;
    this.#keptOrder = parts.outbox.restoredOrder;
    const firing = (channel: string) => parts.firing.firing(channel);
    const lanes = channels.map(
      (channel) => new Lane(channel, { ...parts, firing, onSettled: () => this.#soon() }),
    );
    this.#lanes = new Map(lanes.map((lane) => [lane.channel.name, lane]));
  }

  start(): void {
    if (this.#review) return;
    const { clock, outbox, now, log } = this.#parts;
    outbox.onWaiting = () => this.#soon();
    this.#review = clock.every(REVIEW_MS, () => {
      for (const [channel, count] of outbox.prune(now())) {
        log.error({ channel, count }, "alerts were given up; they can be sent again");
      }
      this.#soon();
    });
    this.#soon();
  }

  /** Sends nothing any more. Resolves when nothing is under way; what was is sent by the next server. */
  async stop(): Promise<void> {
    this.#review?.cancel();
    this.#review = undefined;
    this.#timer?.cancel();
    this.#parts.outbox.onWaiting = () => {};
    await Promise.all([...this.#lanes.values()].map((lane) => lane.stop()));
    this.#parts.keeper.keep();
  }

  channels(): readonly ChannelReport[] {
    const reports = [...this.#lanes.values()].map((lane) => lane.report());
    return reports.sort((a, b) => (a.name < b.name ? -1 : 1));
  }

  async test(channel: string): Promise<TestReport | undefined> {
    return this.#lanes.get(channel)?.test(this.#testMessage(channel));
  }

  list(): readonly DeliveryReport[] {
    return this.#parts.outbox.list();
  }

  resend(id: string, now: Instant): DeliveryReport | undefined {
    const report = this.#parts.outbox.resend(id, now);
    if (report?.state === "waiting") this.#lanes.get(report.channel)?.hurry();
    return report;
  }

  #testMessage(channel: string): Notification {
    const { wall: at } = this.#parts.now();
    const summary = `This is a test of the channel ${channel}. Nothing is wrong.`;
    return {
      id: `test-${at}-${++this.#tests}.${channel}`,
      notice: "test",
      at,
      summary,
      alert: undefined,
    };
  }

  /** Looks once at the end of this turn of the loop, whatever happens in it. */
  #soon(): void {
    if (this.#isDue) return;
    this.#isDue = true;
    this.#parts.clock.soon(() => {
      this.#isDue = false;
      if (this.#review) this.#look();
    });
  }

  #look(): void {
    const { outbox, keeper } = this.#parts;
    keeper.keep();
    if (outbox.lastOrder > this.#keptOrder) this.#askWhatIsKept();
    for (const lane of this.#lanes.values()) lane.send(this.#keptOrder);
    this.#setTimer();
  }

  #askWhatIsKept(): void {
    if (this.#asking) return;
    this.#asking = true;
    const { clock, outbox, keeper } = this.#parts;
    const order = outbox.lastOrder;
    keeper.kept().then(
      () => {
        this.#asking = false;
        this.#keptOrder = order;
        this.#soon();
      },
      () => {
        // The journal's own health tells of it.
        clock.after(KEPT_AGAIN_MS, () => {
          this.#asking = false;
          this.#soon();
        });
      },
    );
  }

  #setTimer(): void {
    const { clock, now } = this.#parts;
    this.#timer?.cancel();
    const due = [...this.#lanes.values()].map(
      (lane) => lane.nextAt(this.#keptOrder) ?? Number.POSITIVE_INFINITY,
    );
    const inMs = Math.min(...due) - now().mono;
    this.#timer = clock.after(Math.min(Math.max(SOONEST_MS, inMs), REVIEW_MS), () => this.#soon());
  }
}
