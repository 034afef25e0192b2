/**
 * Processor time per beat and ack, against the floor and etcd.
 *
 * All servers stay up and take turns in each round, so that whatever else the machine does falls on
 * all of them; what counts is the ratio within a round.
 */
import type { Bench } from "./effort.ts";
import { Generator } from "./generator.ts";
import type { LoadResult } from "./load.ts";
import { bounded, type Finding, type Row, shown, unmeasured } from "./report.ts";
import { type Server, type ServerName, startEtcd, startFloor, startHeartbeat } from "./servers.ts";
import { median, showSpread, spread } from "./stats.ts";

interface Shape {
  readonly name: string;
  readonly connections: number;
  readonly streamsPerConnection: number;
  readonly ofFloor: number;
  readonly ofEtcd: number;
}

const shapes: readonly Shape[] = [
  {
    name: "one connection an agent (100 x 1)",
    connections: 100,
    streamsPerConnection: 1,
    ofFloor: 1.6,
    ofEtcd: 0.6,
  },
  {
    name: "100 streams a connection (4 x 100)",
    connections: 4,
    streamsPerConnection: 100,
    ofFloor: 1.7,
    ofEtcd: 0.35,
  },
];

/** Nobody may be late for a beat while others are measured. */
const INTERVAL_MS = 600_000;

interface Turn {
  readonly cpuUs: number;
  readonly perSecond: number;
  /** How much of one core the server used; well below 1 it was not what limited the run. */
  readonly serverCores: number;
  readonly loadCores: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
}

type Round = Partial<Record<ServerName, Turn>>;

export async function measureCpu(bench: Bench): Promise<Finding> {
  const servers: Server[] = [];
  const rows: Row[] = [];
  const figures: Record<string, Round[]> = {};
  try {
    servers.push(await startFloor());
    servers.push(await startHeartbeat({ entry: bench.entry }));
    if (bench.etcd !== undefined) servers.push(await startEtcd(bench.etcd));
    let firstAgent = 1;
    for (const shape of shapes) {
      const rounds = await takeTurns(bench, servers, shape, firstAgent);
      firstAgent += shape.connections * shape.streamsPerConnection;
      rows.push(...judge(shape, rounds));
      figures[shape.name] = rounds;
    }
  } finally {
    await Promise.all(servers.map((server) => server.stop()));
  }
  return { rows, figures };
}

/** Every server keeps its own generator and its streams, which rest while it is another's turn. */
async function takeTurns(
  { effort, say }: Bench,
  servers: readonly Server[],
  shape: Shape,
  firstAgent: number,
): Promise<Round[]> {
  const generators: { name: ServerName; generator: Generator }[] = [];
  const rounds: Round[] = [];
  try {
    for (const server of servers) {
      generators.push({ name: server.name, generator: await open(server, shape, firstAgent) });
    }
    for (let i = 0; i < effort.warmUpRounds + effort.rounds; i++) {
      const round: Round = {};
      for (const { name, generator } of generators) {
        round[name] = asTurn(await generator.run(effort));
      }
      if (i < effort.warmUpRounds) continue;
      rounds.push(round);
      say(`cpu, ${shape.name}, round ${rounds.length}: ${showRound(round)}`);
    }
  } finally {
    await Promise.all(generators.map(({ generator }) => generator.close()));
  }
  return rounds;
}

function open(
  server: Server,
  { connections, streamsPerConnection }: Shape,
  firstAgent: number,
): Promise<Generator> {
  return Generator.open({
    server: server.name,
    address: server.address,
    serverPid: server.pid,
    connections,
    streamsPerConnection,
    firstAgent,
    intervalMs: INTERVAL_MS,
    paceMs: 0,
  });
}

function asTurn(result: LoadResult): Turn {
  return {
    cpuUs: (result.serverCpuMs * 1_000) / result.done,
    perSecond: (result.done * 1_000) / result.spanMs,
    serverCores: result.serverCpuMs / result.spanMs,
    loadCores: result.loadCpuMs / result.spanMs,
    p50Ms: result.p50Ms,
    p99Ms: result.p99Ms,
  };
}

function showRound(round: Round): string {
  return Object.entries(round)
    .map(([name, turn]) => {
      const cores = `server ${turn.serverCores.toFixed(2)}, load ${turn.loadCores.toFixed(2)} cores`;
      return `${name} ${turn.cpuUs.toFixed(1)} us (${Math.round(turn.perSecond)}/s, ${cores})`;
    })
    .join("; ");
}

function judge(shape: Shape, rounds: readonly Round[]): Row[] {
  const rows: Row[] = [];
  for (const name of ["floor", "heartbeat", "etcd"] as const) {
    const turns = rounds.flatMap((round) => round[name] ?? []);
    if (turns.length === 0) continue;
    const cpu = showSpread(spread(turns.map((turn) => turn.cpuUs)), 1);
    const rate = Math.round(median(turns.map((turn) => turn.perSecond)));
    const p99 = median(turns.map((turn) => turn.p99Ms)).toFixed(1);
    rows.push(
      shown(
        `CPU per beat and ack, ${shape.name}: ${name}`,
        `${cpu} us`,
        `${rate}/s, p99 ${p99} ms`,
      ),
    );
  }
  rows.push(ratio(shape, rounds, "floor", "bare node:http2", shape.ofFloor));
  rows.push(ratio(shape, rounds, "etcd", "etcd LeaseKeepAlive", shape.ofEtcd));
  return rows;
}

function ratio(
  shape: Shape,
  rounds: readonly Round[],
  other: ServerName,
  otherName: string,
  limit: number,
): Row {
  const what = `CPU per beat and ack, ${shape.name}, of ${otherName}`;
  const ratios = rounds.flatMap((round) => {
    const theirs = round[other];
    const ours = round.heartbeat;
    return theirs === undefined || ours === undefined ? [] : [ours.cpuUs / theirs.cpuUs];
  });
  if (ratios.length === 0) return unmeasured(what, "skipped", `the ${other} program was not found`);
  const found = spread(ratios);
  return bounded(what, `<= ${limit} x`, found.median, limit, `${showSpread(found, 2)} x`);
}
