/** What an ack tells. */
export interface AckedBeat {
  /** When the beat was sent, in monotonic ms. Up to then, the server knew this agent alive. */
  readonly sentAt: number;
  /** From sending to the ack, in ms with a fraction; undefined when it was not measured. */
  readonly rttMs: number | undefined;
}

interface SentBeat {
  readonly sequence: bigint;
  readonly sentAt: number;
  readonly sentPrecise: number;
}

/** Sending times that are remembered; past it, an ack counts for the newest that is. */
const REMEMBERED = 64;

/** The beats of a stream that the server has not acknowledged. */
export class UnackedBeats {
  #sent: SentBeat[] = [];

  sent(sequence: bigint, sentAt: number, sentPrecise: number): void {
    if (this.#sent.length < REMEMBERED) this.#sent.push({ sequence, sentAt, sentPrecise });
  }

  /** Takes an ack for this beat and all before it; undefined when it brings no news. */
  acked(sequence: bigint, nowPrecise: number): AckedBeat | undefined {
    let newest: SentBeat | undefined;
    while (this.#sent.length > 0 && this.#sent[0]!.sequence <= sequence)
      newest = this.#sent.shift();
    if (newest === undefined) return undefined;
    const measured = newest.sequence === sequence;
    const rttMs = measured ? nowPrecise - newest.sentPrecise : undefined;
    return { sentAt: newest.sentAt, rttMs };
  }
}
