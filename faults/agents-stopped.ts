import { durationMs } from "@bufbuild/protobuf/wkt";
import { sleep } from "../bench/processes.ts";
import { type Event, EventType } from "../gen/typescript/heartbeat/v1/heartbeat_pb.js";
import { nobodyBlamed } from "./alarms.ts";
import { bounded, type Fault, inWords, promised } from "./fault.ts";
import { Fleet } from "./fleet.ts";
import { Server } from "./server.ts";
import { until } from "./wait.ts";
import { Witness } from "./witness.ts";

const INTERVAL_MS = 500;
const TIMEOUT_MS = 3 * INTERVAL_MS;
const LATE_MS = 250;

export const agentsStopped: Fault = {
  name: "agents-stopped",
  what: "Processes with one agent each are stopped with SIGSTOP: their connections stay open and say nothing. Later they go on.",
  needs: ["linux"],
  timeoutMs: 120_000,
  run: async (context) => {
    // Few stop at once, and many do not: it is no mass failure.
    const stopped = context.pick(8, 2);
    const server = await Server.start(context, { unprotected: true });
    const { address } = server;
    const witness = new Witness(server);
    const others = new Fleet({ address, prefix: "other-", real: 30, intervalMs: INTERVAL_MS });
    const fleets = Array.from(
      { length: stopped },
      (_, index) =>
        new Fleet({ address, prefix: `stopped-${index}-`, real: 1, intervalMs: INTERVAL_MS }),
    );
    try {
      for (const fleet of [others, ...fleets]) await fleet.connected();
      await others.report({ anew: true });
      await sleep(INTERVAL_MS * 2);
      const stoppedAt = performance.now();
      for (const fleet of fleets) fleet.freeze();
      const ids = fleets.flatMap((fleet) => fleet.ids);
      const firstOf = (type: EventType, id: string) => witness.of(type, id)[0];
      await until("all that stopped are DOWN", 20_000, () =>
        ids.every((id) => firstOf(EventType.DOWN, id) !== undefined),
      );
      const downs = ids.map((id) => firstOf(EventType.DOWN, id)!);
      const wentOnAt = performance.now();
      for (const fleet of fleets) fleet.thaw();
      await until("all that went on are back", 20_000, () =>
        ids.every((id) => firstOf(EventType.RECOVERED, id) !== undefined),
      );
      const backs = ids.map((id) => firstOf(EventType.RECOVERED, id)!);

      const how = `${stopped} of ${stopped + others.ids.length} agents stopped`;
      const lateness = downs.map(({ event }) => silenceMs(event) - TIMEOUT_MS);
      const worst = Math.max(...lateness);
      const reports = await Promise.all(fleets.map((fleet) => fleet.report()));
      return [
        promised(
          how,
          "SUSPECT before DOWN",
          ids.filter((id) => {
            const suspected = firstOf(EventType.SUSPECTED, id)?.event;
            return (
              suspected === undefined ||
              suspected.sequence > firstOf(EventType.DOWN, id)!.event.sequence
            );
          }),
          "each",
        ),
        bounded(
          how,
          `DOWN at the deadline, at most ${LATE_MS} ms late, never early`,
          Math.min(...lateness) < 0 ? Number.POSITIVE_INFINITY : worst,
          LATE_MS,
          `${inWords(Math.min(...lateness))} to ${inWords(worst)} late; told ${inWords(Math.max(...downs.map(({ at }) => at)) - stoppedAt)} after the stop`,
        ),
        promised(
          how,
          "RECOVERED when they go on, with the same epoch",
          backs
            .filter(({ event }, index) => event.epoch !== downs[index]!.event.epoch)
            .map(({ event }) => `${event.agentId} came back with epoch ${event.epoch}`)
            .concat(reports.flatMap(({ complaints }) => complaints)),
          `all within ${inWords(Math.max(...backs.map(({ at }) => at)) - wentOnAt)}`,
        ),
        await nobodyBlamed(how, witness, [others], new Set(ids)),
      ];
    } finally {
      witness.close();
    }
  },
};

function silenceMs({ silence }: Event): number {
  return silence === undefined ? 0 : durationMs(silence);
}
