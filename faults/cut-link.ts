import { durationMs } from "@bufbuild/protobuf/wkt";
import { sleep } from "../bench/processes.ts";
import { EventType } from "../gen/typescript/heartbeat/v1/heartbeat_pb.js";
import { nobodyBlamed } from "./alarms.ts";
import { bounded, type Fault, inWords, promised, type Row } from "./fault.ts";
import { Fleet } from "./fleet.ts";
import { Namespace } from "./network.ts";
import { Server } from "./server.ts";
import { timeUntil, until } from "./wait.ts";
import { Witness } from "./witness.ts";

const INTERVAL_MS = 1_000;
const TIMEOUT_MS = 3 * INTERVAL_MS;
const LATE_MS = 250;
const MAX_BACKOFF_MS = 2_000;
/** An attempt that began while the link was cut is given up after 10 s. */
const BACK_WITHIN_MS = 20_000;

export const cutLink: Fault = {
  name: "cut-link",
  what: "Agents live in another network namespace, and the link to it is cut without a word: no FIN, no RST. Later it is mended.",
  needs: ["linux", "netns"],
  timeoutMs: 180_000,
  run: async (context) => {
    const server = await Server.start(context, { everywhere: true, unprotected: true });
    const witness = new Witness(server);
    const namespace = new Namespace();
    try {
      const address = `${namespace.hostAddress}:${server.port}`;
      const common = { intervalMs: INTERVAL_MS, maxBackoffMs: MAX_BACKOFF_MS };
      // Enough stay that it is no mass failure.
      const others = new Fleet({ ...common, address: server.address, prefix: "other-", real: 30 });
      const far = new Fleet({ ...common, address, prefix: "far-", real: 8 }, namespace);
      await others.connected();
      await far.connected();
      await others.report({ anew: true });
      const ways: [string, () => void, () => void][] = [
        ["cable pulled (veth down)", () => namespace.cut(), () => namespace.mend()],
        ["packets dropped (nft)", () => namespace.swallow(), () => namespace.pass()],
      ];
      const rows: Row[] = [];
      for (const [how, cut, mend] of ways) {
        rows.push(...(await cutOnce(`8 of 38 agents, ${how}`, { cut, mend, far, witness })));
        await sleep(2 * INTERVAL_MS);
      }
      rows.push(await nobodyBlamed("the other 30", witness, [others], new Set(far.ids)));
      return rows;
    } finally {
      witness.close();
      namespace.remove();
    }
  },
};

interface Cut {
  readonly cut: () => void;
  readonly mend: () => void;
  readonly far: Fleet;
  readonly witness: Witness;
}

async function cutOnce(how: string, { cut, mend, far, witness }: Cut): Promise<Row[]> {
  const from = witness.told.length;
  const since = (type: EventType) =>
    witness.told
      .slice(from)
      .filter(({ event }) => event.type === type && far.ids.includes(event.agentId));
  const epochs = new Map(
    witness.told
      .map(({ event }) => [event.agentId, event.epoch] as const)
      .filter(([id]) => id !== ""),
  );

  cut();
  const cutAt = performance.now();
  await until(
    "all that were cut off are DOWN",
    20_000,
    () => since(EventType.DOWN).length >= far.ids.length,
  );
  const downs = since(EventType.DOWN);
  const lateness = downs.map(({ event }) => durationMs(event.silence!) - TIMEOUT_MS);
  mend();
  const back = await timeUntil(
    BACK_WITHIN_MS,
    () =>
      new Set(since(EventType.RECOVERED).map(({ event }) => event.agentId)).size === far.ids.length,
  );
  await far.connected();
  const { complaints } = await far.report();
  const worst = Math.max(...lateness);
  return [
    bounded(
      how,
      `DOWN at the deadline, at most ${LATE_MS} ms late, never early`,
      Math.min(...lateness) < 0 ? Number.POSITIVE_INFINITY : worst,
      LATE_MS,
      `${inWords(Math.min(...lateness))} to ${inWords(worst)} late; told ${inWords(Math.max(...downs.map(({ at }) => at)) - cutAt)} after the cut`,
    ),
    bounded(
      how,
      "RECOVERED when it is mended",
      back,
      BACK_WITHIN_MS,
      `all within ${inWords(back)}`,
    ),
    promised(
      how,
      "with the same epoch",
      since(EventType.RECOVERED)
        .filter(({ event }) => epochs.get(event.agentId) !== event.epoch)
        .map(({ event }) => `${event.agentId} came back with epoch ${event.epoch}`)
        .concat(complaints),
      "each",
    ),
  ];
}
