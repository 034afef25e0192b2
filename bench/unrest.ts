/**
 * `node bench/unrest.ts ADDRESS COUNT RATE`: agents of the example fleet of that size go down and recover,
 * RATE changes a second, until it is ended.
 */
import { openSession, unary } from "./client.ts";
import { SEND_BEAT_PATH } from "./messages.ts";
import { beatOf, exampleFleet, type Member } from "./wall-fleet.ts";
import { frame } from "./wire.ts";

const TURN_MS = 20;
const CALL_TIMEOUT_MS = 10_000;

const [address = "", count = "0", rate = "0"] = process.argv.slice(2);
const members = exampleFleet(Number(count)).filter(({ standing }) => standing === "alive");
const session = await openSession(address);
const failing = (member: Member) =>
  beatOf(member, { goodbye: { reason: "gave up", failed: true } });

/** Of each member, whether it is down; they take turns. */
let next = 0;
let owed = 0;
let changes = 0;
let last = performance.now();

function turn(): void {
  const now = performance.now();
  owed = Math.min(Number(rate), owed + ((now - last) * Number(rate)) / 1_000);
  last = now;
  for (; owed >= 1; owed--) {
    const member = members[Math.floor(next / 2) % members.length]!;
    const beat = next++ % 2 === 0 ? failing(member) : beatOf(member, {});
    unary(session, SEND_BEAT_PATH, frame(beat), CALL_TIMEOUT_MS).then(
      () => {
        changes++;
      },
      (error: Error) => {
        process.stderr.write(`${error.message}\n`);
        process.exit(1);
      },
    );
  }
}

setInterval(turn, TURN_MS);
process.on("message", (message) => {
  if (message === "count") process.send?.({ changes });
});
