import { randomFillSync } from "node:crypto";
import { readdirSync, readFileSync, truncateSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { sleep } from "../bench/processes.ts";
import { EventType } from "../gen/typescript/heartbeat/v1/heartbeat_pb.js";
import { type Context, type Fault, promised, type Row } from "./fault.ts";
import { Fleet } from "./fleet.ts";
import { readBack } from "./record.ts";
import { Server } from "./server.ts";

const FILE = "heartbeat.db";
const INTERVAL_MS = 500;
const MAX_BACKOFF_MS = 500;
const RESTART_GRACE_MS = 2_000;
const KILLS = 3;
/** In the mean something happens to an agent after so long: it is dropped, leaves, is born again. */
const UNREST_MS = 2_000;

/** Ways to ruin a file. */
const ways: readonly [string, (file: string) => void][] = [
  [
    "cut off in the middle",
    (file) => truncateSync(file, Math.floor(readFileSync(file).length / 2)),
  ],
  ["its first 512 bytes garbled", (file) => garble(file, 0, 512)],
  [
    "its middle garbled",
    (file) => {
      const { length } = readFileSync(file);
      garble(file, Math.floor(length * 0.3), Math.floor(length * 0.7));
    },
  ],
];

export const tornJournal: Fault = {
  name: "torn-journal",
  what: "The journal's file is ruined while the server is away, in several ways.",
  needs: ["linux"],
  timeoutMs: 240_000,
  run: async (context) => {
    const rows: Row[] = [];
    for (const [how, ruin] of ways) rows.push(...(await ruined(context, how, ruin)));
    return rows;
  },
};

async function ruined(context: Context, how: string, ruin: (file: string) => void): Promise<Row[]> {
  const flags = ["--restart-grace", `${RESTART_GRACE_MS}ms`];
  const server = await Server.start(context, { flags });
  const file = join(server.dataDir, FILE);
  const common = { address: server.address, intervalMs: INTERVAL_MS, maxBackoffMs: MAX_BACKOFF_MS };
  const fleet = new Fleet({
    ...common,
    prefix: "a-",
    real: 10,
    light: 40,
    unrestMs: UNREST_MS,
    tasks: true,
  });
  await sleep(UNREST_MS);
  // What is given out after a death begins far above what was known before it.
  for (let kill = 0; kill < KILLS; kill++) {
    await server.kill();
    await server.start();
    await sleep(UNREST_MS);
  }
  const { greatestEpoch } = await fleet.report();
  await server.end();
  ruin(file);
  const bytes = readFileSync(file);
  const before = new Set(readdirSync(server.dataDir));
  await server.start();
  // Also who is born now, and knows of no epoch, must get a greater one.
  await sleep(2 * UNREST_MS);
  fleet.calm();
  await sleep(RESTART_GRACE_MS * 1.1 + 3 * INTERVAL_MS + 1_000);
  await fleet.connected();
  const events = await readBack(server);
  const aside = events.find(({ type }) => type === EventType.JOURNAL_SET_ASIDE);
  const kept = readdirSync(server.dataDir).find(
    (name) => !before.has(name) && readFileSync(join(server.dataDir, name)).equals(bytes),
  );
  const after = await fleet.report();
  const downs = events.filter(({ type }) => type === EventType.DOWN);
  await fleet.kill();
  await server.kill();
  return [
    promised(
      how,
      "the file is set aside as it was, under a new name, and it is told",
      [
        ...(aside ? [] : ["no JOURNAL_SET_ASIDE"]),
        ...(kept ? [] : ["no file holds what the ruined one held"]),
      ],
      `"${aside?.reason.replaceAll(server.dataDir, "DATA-DIR")}"; ${kept}`,
    ),
    promised(
      how,
      "agents go on: no epoch shrinks or is given to two lives, nobody is refused or DOWN",
      [...after.complaints, ...downs.map(({ agentId, reason }) => `DOWN of ${agentId}: ${reason}`)],
      `50 agents back, greatest epoch before ${greatestEpoch}, after ${after.greatestEpoch}`,
    ),
  ];
}

function garble(file: string, from: number, to: number): void {
  const bytes = readFileSync(file);
  randomFillSync(bytes, from, Math.max(1, Math.min(to, bytes.length) - from));
  writeFileSync(file, bytes);
}
