/**
 * What journaling costs a beat: processor time of the same build with its journal on disk and in memory.
 *
 * Both servers stay up. They take turns in the order memory, disk, disk, memory: what else the machine does,
 * and how that grows or shrinks, falls on both alike. What counts is the ratio within a round.
 */
import type { Bench, Effort } from "./effort.ts";
import { Generator } from "./generator.ts";
import { bounded, type Finding, shown, unmeasured } from "./report.ts";
import { directoryFor, type Keeping, keepingsOf, type Server, startHeartbeat } from "./servers.ts";
import { confidence, showSpread, spread } from "./stats.ts";

const BUDGET = 1.05;
const CONNECTIONS = 100;
/** Nobody may be late for a beat while the other is measured. */
const INTERVAL_MS = 600_000;
const WARM_UP_MS = 2_000;
/** So that what is out when a turn ends is answered before the other's begins. */
const TURN_WARM_UP_MS = 50;
const ORDER = ["in memory", "journaled", "journaled", "in memory"] as const;

/** A server with its generator, whose streams rest while it is the other's turn. */
interface Contender {
  readonly server: Server;
  readonly generator: Generator;
}

/** Processor time of a round by keeping, in microseconds a beat: both turns of each. */
type Round = Readonly<Record<Keeping, number>>;

export async function measureJournal(bench: Bench): Promise<Finding> {
  const what = `CPU per beat and ack, ${CONNECTIONS} x 1, journaled, of in memory`;
  const keepings = keepingsOf(bench.entry);
  if (!keepings.includes("journaled")) {
    return { rows: [unmeasured(what, "skipped", "this build keeps no journal")], figures: [] };
  }
  const contenders = new Map<Keeping, Contender>();
  try {
    for (const keeping of keepings) contenders.set(keeping, await contender(bench, keeping));
    const rounds = await takeTurns(bench.effort, contenders);
    return finding(bench, what, rounds);
  } finally {
    for (const { generator, server } of contenders.values()) {
      await generator.close();
      await server.stop();
    }
  }
}

async function contender({ entry }: Bench, keeping: Keeping): Promise<Contender> {
  const server = await startHeartbeat({ entry, dataDirectory: directoryFor(keeping) });
  const generator = await Generator.open({
    server: server.name,
    address: server.address,
    serverPid: server.pid,
    connections: CONNECTIONS,
    streamsPerConnection: 1,
    firstAgent: 1,
    intervalMs: INTERVAL_MS,
    paceMs: 0,
  });
  await generator.run({ warmUpMs: 0, measuredMs: WARM_UP_MS });
  return { server, generator };
}

async function takeTurns(
  effort: Effort,
  contenders: ReadonlyMap<Keeping, Contender>,
): Promise<Round[]> {
  const rounds: Round[] = [];
  while (rounds.length < effort.journalRounds) {
    const used = { "in memory": { cpuMs: 0, done: 0 }, journaled: { cpuMs: 0, done: 0 } };
    for (const keeping of ORDER) {
      const { generator } = contenders.get(keeping)!;
      const run = { warmUpMs: TURN_WARM_UP_MS, measuredMs: effort.journalTurnMs };
      const { serverCpuMs, done } = await generator.run(run);
      used[keeping].cpuMs += serverCpuMs;
      used[keeping].done += done;
    }
    const perBeatUs = (keeping: Keeping) => (used[keeping].cpuMs * 1_000) / used[keeping].done;
    rounds.push({ "in memory": perBeatUs("in memory"), journaled: perBeatUs("journaled") });
  }
  return rounds;
}

function finding(bench: Bench, what: string, rounds: readonly Round[]): Finding {
  const ratios = rounds.map((round) => round.journaled / round["in memory"]);
  const found = spread(ratios);
  const likely = confidence(ratios);
  const rows = (["in memory", "journaled"] as const).map((keeping) => {
    const cpu = showSpread(spread(rounds.map((round) => round[keeping])), 1);
    return shown(`CPU per beat and ack, ${CONNECTIONS} x 1: ${keeping}`, `${cpu} us`);
  });
  const sure = `median within ${likely.low.toFixed(3)}–${likely.high.toFixed(3)} (95 %)`;
  const note = `${rounds.length} rounds of four turns; ${sure}`;
  const measured = `${showSpread(found, 3)} x`;
  bench.say(`journal: ${measured}; ${note}`);
  rows.push(bounded(what, `<= ${BUDGET} x`, found.median, BUDGET, measured, note));
  return { rows, figures: rounds };
}
