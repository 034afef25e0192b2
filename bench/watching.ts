/**
 * `node bench/watching.ts ADDRESS COUNT`: so many watches of all events, each on a connection of its own, that
 * are counted and thrown away. A process of its own, so that its work is nobody else's.
 */
import { CountingReader } from "./counting-reader.ts";
import { WATCH_PATH, watchFrame } from "./messages.ts";

const [address = "", count = "0"] = process.argv.slice(2);
const readers = Array.from(
  { length: Number(count) },
  () => new CountingReader(address, WATCH_PATH, watchFrame()),
);

process.on("message", () => {
  const read = readers.reduce((sum, reader) => sum + reader.read, 0);
  const ended = readers.find((reader) => reader.ended !== "")?.ended ?? "";
  process.send?.({ read, ended });
});
process.once("disconnect", () => process.exit());
