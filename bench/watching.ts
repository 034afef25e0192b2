/**
 * `node bench/watching.ts ADDRESS COUNT`: so many watches of all events, each on a connection of its own, that
 * are read and thrown away. A process of its own, so that its work is nobody else's.
 */
import { openSession, openStream } from "./client.ts";
import { WATCH_PATH, watchFrame } from "./messages.ts";

const [address = "", count = "0"] = process.argv.slice(2);
let read = 0;
let ended = "";

for (let n = 0; n < Number(count); n++) {
  const session = await openSession(address);
  const stream = openStream(session, WATCH_PATH, {
    onMessage: () => {
      read++;
    },
    onEnd: (reason) => {
      ended ||= reason;
    },
  });
  stream.end(watchFrame());
}
process.on("message", () => process.send?.({ read, ended }));
process.once("disconnect", () => process.exit());
