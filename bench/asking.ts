/**
 * What a question costs whoever asks, and how long it holds everybody else: lists, the status, metrics and the
 * snapshot of a watch, of a server that has very many agents.
 */
import type { ClientHttp2Session } from "node:http2";
import {
  create,
  type DescMessage,
  fromBinary,
  type MessageInitShape,
  toBinary,
} from "@bufbuild/protobuf";
import { AgentState } from "../gen/typescript/heartbeat/v1/heartbeat_pb.js";
import {
  GetStatusRequestSchema,
  ListAgentsRequestSchema,
  WatchAgentsRequestSchema,
  WatchAgentsResponseSchema,
} from "../gen/typescript/heartbeat/v1/status_service_pb.js";
import { openSession, openStream, unary } from "./client.ts";
import type { Bench } from "./effort.ts";
import { removeDirectory, sleep, temporaryDirectory, within } from "./processes.ts";
import { populate } from "./rearm.ts";
import { bounded, type Finding, type Row, unmeasured } from "./report.ts";
import { keepsJournal, type Server, startHeartbeat } from "./servers.ts";
import { percentile } from "./stats.ts";
import { frame } from "./wire.ts";

const STATUS = "/heartbeat.v1.StatusService";
const CALL_TIMEOUT_MS = 20_000;
const START_TIMEOUT_MS = 60_000;
const SNAPSHOT_TIMEOUT_MS = 60_000;
/** Asked before, and not counted: the server has compiled what it runs. */
const WARM_UPS = 20;
/** Between two questions: nobody asks without a pause. */
const PAUSE_MS = 20;

/** A question, and what an answer may take with so many agents and with ten times as many. */
interface Question {
  readonly what: string;
  readonly budgetMs: readonly [usual: number, large: number];
  /** Of a snapshot a few are enough. */
  readonly once?: boolean;
  ask(asker: Asker): Promise<unknown>;
}

interface Asker {
  readonly session: ClientHttp2Session;
  readonly http: string;
  readonly agents: number;
}

const list = (request: MessageInitShape<typeof ListAgentsRequestSchema>) => (asker: Asker) =>
  call(asker, "ListAgents", ListAgentsRequestSchema, request);

const questions: readonly Question[] = [
  { what: "ListAgents, a page of 100", budgetMs: [20, 50], ask: list({}) },
  { what: "ListAgents, a page of 1,000", budgetMs: [20, 50], ask: list({ pageSize: 1_000 }) },
  {
    what: "ListAgents, who is DOWN, by last beat",
    budgetMs: [20, 200],
    ask: list({ states: [AgentState.SUSPECT, AgentState.DOWN], orderBy: "last_beat desc" }),
  },
  {
    what: "GetStatus",
    budgetMs: [20, 50],
    ask: (asker) => call(asker, "GetStatus", GetStatusRequestSchema, {}),
  },
  { what: "/metrics", budgetMs: [50, 50], ask: ({ http }) => get(`${http}/metrics`) },
  {
    what: "/metrics?agents=1",
    budgetMs: [50, 50],
    ask: ({ http }) => get(`${http}/metrics?agents=1`),
  },
  { what: "WatchAgents, until all are told", budgetMs: [2_000, 10_000], once: true, ask: snapshot },
];

export async function measureAsking(bench: Bench): Promise<Finding> {
  if (!keepsJournal(bench.entry)) {
    return {
      rows: [unmeasured("questions", "skipped", "this build keeps no journal")],
      figures: {},
    };
  }
  const rows: Row[] = [];
  const figures: Record<string, Record<string, readonly number[]>> = {};
  for (const [size, agents] of bench.effort.askedAgents.entries()) {
    const dataDirectory = temporaryDirectory();
    await populate(bench, dataDirectory, agents);
    const { entry } = bench;
    const server = await startHeartbeat({ entry, dataDirectory, startTimeoutMs: START_TIMEOUT_MS });
    try {
      const asked = await askAll(bench, server, agents);
      figures[agents] = Object.fromEntries(
        asked.map(({ question, took }) => [question.what, took]),
      );
      for (const { question, took } of asked) {
        rows.push(judge(question, agents, question.budgetMs[size] ?? 0, took));
      }
    } finally {
      await server.stop(START_TIMEOUT_MS);
      removeDirectory(dataDirectory);
    }
  }
  return { rows, figures };
}

interface Asked {
  readonly question: Question;
  readonly took: readonly number[];
}

async function askAll(bench: Bench, server: Server, agents: number): Promise<Asked[]> {
  const session = await openSession(server.address);
  const asker = { session, http: `http://${server.httpAddress}`, agents };
  const asked: Asked[] = [];
  try {
    for (const question of questions) {
      const times = question.once ? bench.effort.snapshots : bench.effort.questions;
      const took = await ask(question, asker, times);
      asked.push({ question, took });
      bench.say(`asking: ${agents} agents: ${question.what}: ${show(took)}`);
    }
  } finally {
    session.destroy();
  }
  return asked;
}

async function ask(question: Question, asker: Asker, times: number): Promise<number[]> {
  for (let n = 0; n < (question.once ? 1 : WARM_UPS); n++) await question.ask(asker);
  const took: number[] = [];
  for (let n = 0; n < times; n++) {
    await sleep(PAUSE_MS);
    const start = performance.now();
    await question.ask(asker);
    took.push(performance.now() - start);
  }
  return took;
}

async function call<Request extends DescMessage>(
  { session }: Asker,
  method: string,
  schema: Request,
  request: MessageInitShape<Request>,
): Promise<void> {
  const message = frame(toBinary(schema, create(schema, request)));
  // It is not read: what that takes is whose answer it is.
  await unary(session, `${STATUS}/${method}`, message, CALL_TIMEOUT_MS);
}

async function get(url: string): Promise<void> {
  const answer = await fetch(url);
  const text = await answer.text();
  if (!answer.ok || !text.includes("heartbeat_agents")) throw new Error(`${url}: ${answer.status}`);
}

function snapshot({ session, agents }: Asker): Promise<void> {
  let seen = 0;
  return within<void>(SNAPSHOT_TIMEOUT_MS, "a snapshot", (resolve, reject) => {
    const stream = openStream(session, `${STATUS}/WatchAgents`, {
      onMessage: (message) => {
        if (seen++ < agents) return;
        const { change } = fromBinary(WatchAgentsResponseSchema, message);
        if (change.case !== "snapshotComplete") return reject(new Error("too many are told"));
        stream.close();
        return resolve();
      },
      onEnd: (reason) => reject(new Error(reason)),
    });
    const request = create(WatchAgentsRequestSchema, {});
    stream.end(frame(toBinary(WatchAgentsRequestSchema, request)));
  });
}

/** A rare one that is slow is the machine's; the one in twenty is ours. */
function judge({ what }: Question, agents: number, budgetMs: number, took: readonly number[]): Row {
  return bounded(
    `${agents.toLocaleString("en")} agents: ${what}`,
    `p95 <= ${budgetMs.toLocaleString("en")} ms`,
    percentile(took, 0.95),
    budgetMs,
    show(took),
  );
}

function show(took: readonly number[]): string {
  const [p50, p95] = [percentile(took, 0.5), percentile(took, 0.95)];
  return `p50 ${p50.toFixed(1)}, p95 ${p95.toFixed(1)}, max ${Math.max(...took).toFixed(1)} ms`;
}
