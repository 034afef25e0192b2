import { pino } from "pino";
import { type Channel, DeliveryError } from "../../../src/alerts/channel.ts";
import { Courier } from "../../../src/alerts/courier.ts";
import type { AlertSnapshot, Notification } from "../../../src/alerts/notification.ts";
import { Outbox } from "../../../src/alerts/outbox.ts";
import { FakeClock } from "../../support/fake-clock.ts";
import { KeptDocuments } from "./kept.ts";

/** What a channel does with a message: takes it, refuses it, or says nothing until it is told to. */
export type Manner = "takes" | "hangs" | { readonly permanent: boolean; retryAfterMs?: number };

export class FakeChannel implements Channel {
  readonly kind = "webhook";
  readonly target = "nowhere";
  readonly name: string;
  manner: Manner = "takes";
  /** Ids of messages, in the order in which they were tried. */
  readonly tried: string[] = [];
  readonly taken: string[] = [];
  underWay = 0;
  mostUnderWay = 0;
  aborted = 0;
  release: () => void = () => {};

  constructor(name: string) {
    this.name = name;
  }

  async send({ id }: Notification, signal: AbortSignal): Promise<void> {
    this.tried.push(id);
    this.mostUnderWay = Math.max(this.mostUnderWay, ++this.underWay);
    try {
      if (this.manner === "hangs") await this.#hang(signal);
      if (typeof this.manner === "object") throw new DeliveryError("refused", this.manner);
      this.taken.push(id);
    } finally {
      this.underWay--;
    }
  }

  #hang(signal: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      const before = this.release;
      this.release = () => {
        before();
        resolve();
      };
      signal.addEventListener("abort", () => {
        this.aborted++;
        reject(new DeliveryError("aborted", { permanent: false }));
      });
    });
  }
}

/** One that is told again and again what fires. */
export class ForgetfulChannel extends FakeChannel {
  readonly refreshes: string[][] = [];

  async refresh(firing: Iterable<AlertSnapshot>): Promise<void> {
    this.refreshes.push([...firing].map(({ id }) => id));
    if (typeof this.manner === "object") throw new DeliveryError("refused", this.manner);
  }
}

/** An outbox, its courier and a disk on a fake clock. */
export class Post {
  readonly clock: FakeClock;
  readonly disk: KeptDocuments;
  readonly outbox: Outbox;
  readonly courier: Courier;
  readonly logged: Record<string, unknown>[] = [];
  firing: AlertSnapshot[] = [];
  /** Why nothing can be kept; undefined when it can. */
  trouble: Error | undefined;
  keeps = 0;

  constructor(
    channels: readonly Channel[],
    { clock = new FakeClock(), disk = new KeptDocuments() } = {},
  ) {
    this.clock = clock;
    this.disk = disk;
    const names = channels.map(({ name }) => name);
    this.outbox = new Outbox({ channels: names, random: () => 1, onUnreadable: () => {} });
    this.outbox.restore(disk.all, clock.now());
    this.courier = new Courier(channels, {
      clock,
      now: () => clock.now(),
      outbox: this.outbox,
      keeper: {
        keep: () => this.disk.apply(this.outbox.takeChanges()),
        kept: async () => {
          if (this.trouble) throw this.trouble;
          this.keeps++;
        },
      },
      firing: { firing: () => this.firing },
      log: pino(
        { level: "debug" },
        { write: (line: string) => void this.logged.push(JSON.parse(line)) },
      ),
    });
  }

  /** The server is killed: what was kept is what the next one finds. */
  restart(channels: readonly Channel[]): Post {
    return new Post(channels, { clock: this.clock, disk: this.disk });
  }
}
