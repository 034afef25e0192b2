import { sleep } from "../bench/processes.ts";
import { EventType } from "../gen/typescript/heartbeat/v1/heartbeat_pb.js";
import { nobodyBlamed } from "./alarms.ts";
import {
  affordableAgents,
  bounded,
  type Context,
  type Fault,
  inWords,
  promised,
  type Row,
  shown,
} from "./fault.ts";
import { Fleet } from "./fleet.ts";
import { Server } from "./server.ts";
import { timeUntil, until } from "./wait.ts";
import { Witness } from "./witness.ts";

const INTERVAL_MS = 5_000;
const TIMEOUT_MS = 3 * INTERVAL_MS;
/** One agent in so many is heartbeat/agent itself. */
const REAL_ONE_IN = 10;
/** restart-grace's default: what agents whose stream broke have to be heard from again. */
const RESTART_GRACE_MS = 60_000;
/** Waits are drawn from up to a tenth more, and a machine under load is late. */
const SLACK = 1.1;
const SLACK_MS = 3_000;

export const serverStopped: Fault = {
  name: "server-stopped",
  what: "The server's process is stopped with SIGSTOP for a while, as a suspended machine would stop it; meanwhile one agent's process is killed.",
  needs: ["linux"],
  timeoutMs: 600_000,
  run: async (context) => {
    const spans = context.pick([5_000, 15_000, 60_000], [3_000]);
    const size = affordableAgents(context.agents);
    const count = context.pick(2, 1);
    const real = Math.floor(size / count / REAL_ONE_IN);
    const light = Math.floor(size / count) - real;
    const server = await Server.start(context);
    const witness = new Witness(server);
    const { address } = server;
    const common = {
      address,
      intervalMs: INTERVAL_MS,
      real,
      light,
      rampMs: context.pick(30_000, 500),
    };
    const fleets = Array.from(
      { length: count },
      (_, index) => new Fleet({ ...common, prefix: `fleet-${index}-` }),
    );
    try {
      await Promise.all(fleets.map((fleet) => fleet.connected(180_000)));
      const reports = await Promise.all(fleets.map((fleet) => fleet.report({ anew: true })));
      const rows: Row[] = [
        shown(
          `${fleets.length * (real + light)} agents, ${fleets.length * real} of them heartbeat/agent`,
          `memory of their ${fleets.length} processes: ${reports.map(({ rssMiB }) => `${rssMiB} MiB`).join(", ")}`,
        ),
      ];
      const harmed = new Set<string>();
      for (const [index, span] of spans.entries()) {
        const victim = new Fleet({
          address,
          prefix: `victim-${index}-`,
          real: 1,
          intervalMs: INTERVAL_MS,
        });
        harmed.add(victim.ids[0]!);
        await victim.connected();
        rows.push(...(await stopFor(span, { context, server, witness, fleets, victim, harmed })));
      }
      return rows;
    } finally {
      witness.close();
    }
  },
};

interface Parts {
  readonly context: Context;
  readonly server: Server;
  readonly witness: Witness;
  readonly fleets: readonly Fleet[];
  readonly victim: Fleet;
  readonly harmed: ReadonlySet<string>;
}

async function stopFor(span: number, parts: Parts): Promise<Row[]> {
  const { context, server, witness, fleets, victim, harmed } = parts;
  const agents = fleets.reduce((sum, fleet) => sum + fleet.ids.length, 0);
  const how = `stopped for ${span / 1_000} s, ${agents} agents`;
  const stallsBefore = witness.of(EventType.MONITOR_STALLED).length;
  const eventsBefore = witness.told.length;

  server.freeze();
  await sleep(span / 2);
  await victim.kill();
  await sleep(span / 2);
  server.thaw();
  const thawed = performance.now();
  const [victimId] = victim.ids as [string];
  const bound = Math.max(TIMEOUT_MS, RESTART_GRACE_MS) * SLACK + TIMEOUT_MS + SLACK_MS;
  const [back, , told] = await Promise.all([
    Promise.all(fleets.map((fleet) => fleet.timeUntilConnected(120_000))).then((all) =>
      Math.max(...all),
    ),
    until("the victim is DOWN", bound * 2, () => witness.of(EventType.DOWN, victimId)[0]).catch(
      () => {},
    ),
    timeUntil(10_000, () => witness.of(EventType.MONITOR_STALLED).length > stallsBefore),
  ]);
  const down = witness.of(EventType.DOWN, victimId)[0];
  // Those who come back last had as long: whoever is to be blamed wrongly has been by then.
  await sleep(Math.max(0, context.pick(thawed + bound - performance.now(), 1_000)));
  await witness.caughtUp();

  const stalls = witness.of(EventType.MONITOR_STALLED).slice(stallsBefore);
  const lengthOf = ({ event }: (typeof stalls)[number]) => Number(event.details.stalled_ms);
  const stall = stalls.toSorted((a, b) => lengthOf(b) - lengthOf(a))[0]?.event;
  const events = witness.told.length - eventsBefore;
  return [
    await nobodyBlamed(how, witness, fleets, harmed),
    bounded(
      how,
      "it says that it stood still",
      told,
      10_000,
      stall ? `MONITOR_STALLED: ${stall.reason}` : "no MONITOR_STALLED",
    ),
    bounded(
      how,
      `an agent killed meanwhile is DOWN within ${inWords(bound)} after the others are back`,
      (down?.at ?? Number.POSITIVE_INFINITY) - thawed,
      // While they come back in numbers nobody is given up.
      bound + back,
      down ? `after ${inWords(down.at - thawed)}` : "not found",
    ),
    shown(how, `all connected ${inWords(back)} after it went on; ${events} events`),
    ...(witness.complaints.length > 0
      ? [promised(how, "the watch goes on", witness.complaints, "")]
      : []),
  ];
}
