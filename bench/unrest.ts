/**
 * `node bench/unrest.ts ADDRESS COUNT RATE`: agents of the example fleet of that size go down and recover
 * a second later, RATE changes a second, until it is ended.
 */
import { create, toBinary } from "@bufbuild/protobuf";
import { SendBeatRequestSchema } from "../gen/typescript/heartbeat/v1/heartbeat_service_pb.js";
import { openSession, unary } from "./client.ts";
import { SEND_BEAT_PATH } from "./messages.ts";
import { exampleFleet, type Member } from "./wall-fleet.ts";
import { frame } from "./wire.ts";

/** As often as a screen is drawn: changes in larger heaps would be a load that nobody has. */
const TURN_MS = 16;
const CALL_TIMEOUT_MS = 10_000;
/** More at once, after a pause that a busy machine made, are no even load either. */
const MOST_AT_ONCE = 200;

const [address = "", count = "0", rate = "0"] = process.argv.slice(2);
const members = exampleFleet(Number(count)).filter(({ standing }) => standing === "alive");
/** Of these, those that are down at a time. */
const down = Math.min(Math.floor(Number(rate) / 2), Math.floor(members.length / 2));
const session = await openSession(address);

/** What is sent, made before it is needed: two cores are shared with what is measured. */
const failing = members.map((member) =>
  beat(member, { goodbye: { reason: "gave up", failed: true } }),
);
const recovering = members.map((member) => beat(member));

/** Of an agent that is known, which need not say again who it is. */
function beat(
  { agentId }: Member,
  rest: { goodbye?: { reason: string; failed: boolean } } = {},
): Buffer {
  const request = create(SendBeatRequestSchema, { beat: { agentId, ...rest } });
  return frame(toBinary(SendBeatRequestSchema, request));
}

let next = 0;
let owed = 0;
let changes = 0;
let last = performance.now();

function turn(): void {
  const now = performance.now();
  owed = Math.min(MOST_AT_ONCE, owed + ((now - last) * Number(rate)) / 1_000);
  last = now;
  for (; owed >= 1; owed--) change(next++);
}

/** One goes down, and then the one that has been down for longest recovers. */
function change(step: number): void {
  const place = Math.floor(step / 2);
  const isRecovery = step % 2 === 1;
  if (isRecovery && place < down) return;
  const message = isRecovery
    ? recovering[(place - down) % members.length]
    : failing[place % members.length];
  unary(session, SEND_BEAT_PATH, message!, CALL_TIMEOUT_MS).then(
    () => {
      changes++;
    },
    (error: Error) => {
      process.stderr.write(`${error.message}\n`);
      process.exit(1);
    },
  );
}

setInterval(turn, TURN_MS);
process.on("message", (message) => {
  if (message === "count") process.send?.({ changes });
});
