import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { durationMs } from "@bufbuild/protobuf/wkt";
import { sleep, temporaryDirectory } from "../bench/processes.ts";
import { EventType } from "../gen/typescript/heartbeat/v1/heartbeat_pb.js";
import { nobodyBlamed } from "./alarms.ts";
import { troubled } from "./disk-trouble.ts";
import {
  acksBounded,
  bounded,
  type Context,
  type Fault,
  inWords,
  type Row,
  shown,
} from "./fault.ts";
import { Fleet } from "./fleet.ts";
import { run } from "./needs.ts";
import { Server } from "./server.ts";
import { until } from "./wait.ts";
import { Witness } from "./witness.ts";

const INTERVAL_MS = 200;
const TIMEOUT_MS = 3 * INTERVAL_MS;
const LATE_MS = 250;
const FSYNC_MS = 500;
/** A commit may wait for the one before it, and for a checkpoint. */
const TOLD_WITHIN_MS = 6 * FSYNC_MS;

export const sickDisk: Fault = {
  name: "sick-disk",
  what: "A disk on which every fsync takes half a second, and one that turns read-only under the server: by a library put between the server and the system.",
  needs: ["linux", "cc"],
  timeoutMs: 240_000,
  run: async (context) => [...(await slow(context)), ...(await readOnly(context))],
};

/** A data directory that can be made ill. */
class SickFolder {
  readonly dataDir = temporaryDirectory();
  readonly #state = join(temporaryDirectory(), "ailment");
  readonly #library = join(temporaryDirectory(), "sick-disk.so");

  constructor() {
    const source = fileURLToPath(new URL("sick-disk.c", import.meta.url));
    run("cc", ["-shared", "-fPIC", "-O1", "-o", this.#library, source, "-ldl"]);
    this.ail("");
  }

  get env(): Record<string, string> {
    return { LD_PRELOAD: this.#library, SICK_FILE: this.#state, SICK_FOLDER: this.dataDir };
  }

  ail(ailment: string): void {
    writeFileSync(this.#state, ailment);
  }
}

async function readOnly(context: Context): Promise<Row[]> {
  const folder = new SickFolder();
  const server = await Server.start(context, {
    dataDir: folder.dataDir,
    env: folder.env,
    unprotected: true,
  });
  return troubled(context, server, {
    how: "disk read-only",
    begin: () => folder.ail("readonly"),
    end: () => folder.ail(""),
  });
}

async function slow(context: Context): Promise<Row[]> {
  const folder = new SickFolder();
  const flags = ["--synchronous", "full"];
  const server = await Server.start(context, {
    dataDir: folder.dataDir,
    env: folder.env,
    unprotected: true,
    flags,
  });
  const witness = new Witness(server);
  const { address } = server;
  const fleet = new Fleet({
    address,
    prefix: "a-",
    real: 20,
    light: 80,
    intervalMs: INTERVAL_MS,
    tasks: true,
  });
  const victim = new Fleet({ address, prefix: "victim-", real: 1, intervalMs: INTERVAL_MS });
  try {
    await fleet.connected();
    await victim.connected();
    await fleet.report({ anew: true });
    await sleep(context.pick(5_000, 1_000));
    const before = await fleet.report({ anew: true });
    folder.ail(`slow ${FSYNC_MS}`);
    await sleep(context.pick(10_000, 2_000));
    const frozen = performance.now();
    victim.freeze();
    const [id] = victim.ids as [string];
    const down = await until("the DOWN", 20_000, () => witness.of(EventType.DOWN, id)[0]);
    const calling = performance.now();
    await server.control.registerAgent({ agentId: "expected" });
    const called = performance.now() - calling;
    const meanwhile = await fleet.report();
    folder.ail("");
    await witness.caughtUp();
    const how = `each fsync takes ${FSYNC_MS} ms, synchronous full`;
    const lateMs = durationMs(down.event.silence!) - TIMEOUT_MS;
    return [
      acksBounded(how, before, meanwhile),
      bounded(
        how,
        `DOWN is decided at the deadline, at most ${LATE_MS} ms late, never early`,
        lateMs < 0 ? Number.POSITIVE_INFINITY : lateMs,
        LATE_MS,
        `${inWords(lateMs)} late`,
      ),
      bounded(
        how,
        `and told within ${inWords(TOLD_WITHIN_MS)} more, once it is kept`,
        down.at - frozen - TIMEOUT_MS,
        TOLD_WITHIN_MS,
        `${inWords(down.at - frozen)} after it fell silent`,
      ),
      await nobodyBlamed(how, witness, [fleet], new Set([id])),
      shown(how, `an operator's call takes ${inWords(called)}`),
    ];
  } finally {
    witness.close();
  }
}
