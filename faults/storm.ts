import { sleep } from "../bench/processes.ts";
import { nobodyBlamed } from "./alarms.ts";
import { affordableAgents, bounded, type Fault, inWords, promised, shown } from "./fault.ts";
import { CROWDED, Fleet } from "./fleet.ts";
import { Server } from "./server.ts";
import { Witness } from "./witness.ts";

const QUIET_INTERVAL_MS = 1_000;
/** A fleet of this size beats more seldom. */
const STORM_INTERVAL_MS = 10_000;
const ALL_WITHIN_MS = 90_000;
const QUIET_MS = 5_000;
/** One agent in so many is heartbeat/agent itself. */
const REAL_ONE_IN = 10;

export const storm: Fault = {
  name: "storm",
  what: "A great number of connections is opened at once, to a server that serves a quiet fleet of others; then the server is killed and started again, and all come back.",
  needs: ["linux"],
  timeoutMs: 400_000,
  run: async (context) => {
    const server = await Server.start(context);
    const witness = new Witness(server);
    const { address } = server;
    const size = affordableAgents(context.agents);
    const real = Math.floor(size / 2 / REAL_ONE_IN);
    const light = Math.floor(size / 2) - real;
    const quiet = new Fleet({
      address,
      prefix: "quiet-",
      real: 100,
      light: 400,
      intervalMs: QUIET_INTERVAL_MS,
    });
    try {
      await quiet.connected();
      await sleep(QUIET_MS);
      const before = await quiet.report({ anew: true });
      const fleets = ["a-", "b-"].map(
        (prefix) =>
          new Fleet({ address, prefix, real, light, intervalMs: STORM_INTERVAL_MS, ...CROWDED }),
      );
      const connected = async () =>
        Math.max(
          ...(await Promise.all(fleets.map((fleet) => fleet.timeUntilConnected(ALL_WITHIN_MS)))),
        );
      const first = await connected();
      const during = await quiet.report({ anew: true });
      // Opening them all at once was this side's own standstill.
      await Promise.all(fleets.map((fleet) => fleet.report({ anew: true })));
      const deferred = (await server.status.getStatus({})).admissionsDeferredTotal;

      await server.kill();
      await server.start();
      const again = await connected();
      const after = await quiet.report();
      const { admissionsDeferredTotal } = await server.status.getStatus({});
      await sleep(context.pick(35_000, 1_000));
      await witness.caughtUp();
      const reports = await Promise.all([quiet, ...fleets].map((fleet) => fleet.report()));
      const how = `${size} connections at once, ${quiet.ids.length} agents already there`;
      const comeBack = `server killed and started, ${size + quiet.ids.length} come back`;
      const acks = (report: typeof before) =>
        `p50 ${inWords(report.acks.p50Ms)}, p99 ${inWords(report.acks.p99Ms)}, max ${inWords(report.acks.maxMs)}`;
      return [
        bounded(
          how,
          `all are taken within ${inWords(ALL_WITHIN_MS)}`,
          first,
          ALL_WITHIN_MS,
          `after ${inWords(first)}; ${deferred} times put off`,
        ),
        promised(
          how,
          "the quiet ones keep their streams",
          during.lost === before.lost
            ? []
            : [`${during.lost - before.lost} lost, the last: ${during.lastLoss}`],
          "all",
        ),
        shown(how, `acks of the quiet ones: ${acks(during)}; before: ${acks(before)}`),
        bounded(
          comeBack,
          `all are taken within ${inWords(ALL_WITHIN_MS)}`,
          again,
          ALL_WITHIN_MS,
          `after ${inWords(again)}; ${admissionsDeferredTotal} times put off`,
        ),
        await nobodyBlamed(comeBack, witness, [quiet, ...fleets]),
        promised(
          comeBack,
          "all keep their epochs, and nobody is refused",
          [...reports.flatMap(({ complaints }) => complaints), ...witness.complaints],
          `acks of the quiet ones: ${acks(after)}`,
        ),
      ];
    } finally {
      witness.close();
    }
  },
};
