/**
 * A process that holds one Beat stream and beats, until somebody kills it.
 *
 * `node bench/victim.ts ADDRESS PATH FIRST`, FIRST being its first message, framed, in base64. It
 * imports next to nothing: two hundred of it are started.
 */
import { openSession, openStream } from "./client.ts";
import { beatFrame } from "./wire.ts";

const BEAT_EVERY_MS = 500;

const [address, path, first] = process.argv.slice(2) as [string, string, string];
process.once("disconnect", () => process.exit());

const session = await openSession(address);
let acks = 0;
let sequence = 1;
const stream = openStream(session, path, {
  onMessage() {
    acks++;
    if (acks === 1) process.send?.("ready");
  },
  onEnd(reason) {
    process.send?.(`ended: ${reason}`);
  },
});
stream.write(Buffer.from(first, "base64"));
setInterval(() => stream.write(beatFrame(++sequence)), BEAT_EVERY_MS);
