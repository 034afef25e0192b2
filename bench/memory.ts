/**
 * Memory per connected agent: what a server grows by when agents connect, register and beat.
 */
import type { Bench } from "./effort.ts";
import { affordable, Generator } from "./generator.ts";
import { rssKiB, sleep } from "./processes.ts";
import { bounded, type Finding, type Row, shown, unmeasured } from "./report.ts";
import {
  directoryFor,
  keepingsOf,
  type Server,
  startEtcd,
  startFloor,
  startHeartbeat,
} from "./servers.ts";

const BUDGET_KIB = 48;
const INTERVAL_MS = 600_000;

export async function measureMemory(bench: Bench): Promise<Finding> {
  const { connections, note } = affordable(bench.effort.connections);
  const rows: Row[] = [];
  const figures: Record<string, unknown> = { connections };
  for (const contender of contenders(bench)) {
    const { name } = contender;
    const server = await contender.start();
    try {
      const grown = await growth(server, connections, bench.effort.settleMs);
      figures[name] = grown;
      const measured = `${grown.perAgentKiB.toFixed(1)} KiB`;
      bench.say(`memory, ${connections} connections: ${name} ${measured} an agent`);
      rows.push(row(contender, connections, grown, measured, note));
    } finally {
      await server.stop();
    }
  }
  if (bench.etcd === undefined) {
    rows.push(unmeasured("memory per connected agent: etcd", "skipped", "etcd was not found"));
  }
  return { rows, figures };
}

interface Contender {
  readonly name: string;
  /** Whether the budget is its. */
  readonly ours: boolean;
  start(): Promise<Server>;
}

function contenders({ entry, etcd }: Bench): Contender[] {
  const list: Contender[] = [{ name: "floor", ours: false, start: startFloor }];
  for (const keeping of keepingsOf(entry)) {
    const start = () => startHeartbeat({ entry, dataDirectory: directoryFor(keeping) });
    list.push({ name: `heartbeat, ${keeping}`, ours: true, start });
  }
  if (etcd !== undefined) list.push({ name: "etcd", ours: false, start: () => startEtcd(etcd) });
  return list;
}

interface Growth {
  readonly beforeKiB: number;
  readonly afterKiB: number;
  readonly perAgentKiB: number;
}

async function growth(server: Server, connections: number, settleMs: number): Promise<Growth> {
  await sleep(settleMs / 4);
  const beforeKiB = rssKiB(server.pid);
  const generator = await Generator.open({
    server: server.name,
    address: server.address,
    serverPid: server.pid,
    connections,
    streamsPerConnection: 1,
    firstAgent: 1,
    intervalMs: INTERVAL_MS,
    paceMs: settleMs,
  });
  try {
    // Two beats of each, so that what a stream needs only once it is used is there too.
    await generator.run({ warmUpMs: settleMs, measuredMs: settleMs });
    const afterKiB = rssKiB(server.pid);
    return { beforeKiB, afterKiB, perAgentKiB: (afterKiB - beforeKiB) / connections };
  } finally {
    await generator.close();
  }
}

function row(
  { name, ours }: Contender,
  connections: number,
  { beforeKiB, afterKiB, perAgentKiB }: Growth,
  measured: string,
  limitNote: string,
): Row {
  const what = `memory per connected agent, ${connections} connections: ${name}`;
  const mib = (kib: number) => Math.round(kib / 1_024);
  const note = [`${mib(beforeKiB)} -> ${mib(afterKiB)} MiB`, limitNote].filter(Boolean).join("; ");
  return ours
    ? bounded(what, `<= ${BUDGET_KIB} KiB`, perAgentKiB, BUDGET_KIB, measured, note)
    : shown(what, measured, note);
}
