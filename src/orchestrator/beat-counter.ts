import type { BeatChannel, OpenChannel } from "../agent/channel.ts";

/** Counts what goes over an agent's channels. */
export class BeatCounter {
  sent = 0;
  acked = 0;

  /** Channels as `open` makes them, counted. */
  counting(open: OpenChannel): OpenChannel {
    return (listener) => {
      // On each stream sequences count from 1, so the youngest that is acknowledged is their number.
      let acked = 0;
      const channel = open({
        onAnswer: (answer) => {
          const youngest = Math.max(acked, Number(answer.ackedSequence));
          this.acked += youngest - acked;
          acked = youngest;
          listener.onAnswer(answer);
        },
        onWritable: () => listener.onWritable(),
        onEnd: (end) => listener.onEnd(end),
      });
      return this.#countSent(channel);
    };
  }

  #countSent(channel: BeatChannel): BeatChannel {
    return {
      get writable() {
        return channel.writable;
      },
      send: (beat) => {
        this.sent++;
        channel.send(beat);
      },
      finish: () => channel.finish(),
      abandon: () => channel.abandon(),
      hold: (on) => channel.hold(on),
    };
  }
}
