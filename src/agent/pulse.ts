import { timestampDate, timestampFromMs } from "@bufbuild/protobuf/wkt";
import type { Clock, Instant } from "../clock.ts";
import { Lease } from "./lease.ts";
import type { ConnectionHealth } from "./options.ts";
import type { AckedBeat } from "./unacked.ts";

/** What the acks tell of the link, over all streams of an agent. */
export class Pulse {
  readonly lease: Lease;
  readonly #clock: Clock;
  #ackedAt: Instant | undefined;
  #rttMs: number | undefined;

  constructor(clock: Clock, onLost: (silentMs: number) => void) {
    this.#clock = clock;
    this.lease = new Lease(clock, onLost);
  }

  acked({ sentAt, rttMs }: AckedBeat): void {
    this.#ackedAt = this.#clock.now();
    this.#rttMs = rttMs ?? this.#rttMs;
    this.lease.renew(sentAt);
  }

  health(connected: boolean, reconnectAttempts: number): ConnectionHealth {
    const { mono } = this.#clock.now();
    const at = this.#ackedAt;
    return {
      healthy: connected && this.lease.holds,
      connected,
      lastHeartbeatAck: at && timestampDate(timestampFromMs(at.wall)),
      secondsSinceAck: at && (mono - at.mono) / 1000,
      reconnectAttempts,
      rttMs: this.#rttMs,
    };
  }
}
