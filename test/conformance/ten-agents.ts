/**
 * Agents of all languages on one server, killed one after the other: how long until somebody who watches is
 * told.
 */
import { sleep, within } from "../../bench/processes.ts";
import { Watcher } from "../../bench/watcher.ts";
import { EventType } from "../../gen/typescript/heartbeat/v1/heartbeat_pb.js";
import { Server } from "./server.ts";
import { TesteeProcess } from "./testee-process.ts";
import type { Language } from "./testees.ts";

export const TEN_AGENTS = {
  name: "ten agents",
  promise:
    "Ten agents of five languages on one server: each that is killed is DROPPED at a watcher within 50 ms.",
} as const;

const BOUND_MS = 50;

const EACH = 2;
const WELCOME_MS = 60_000;
const DROP_MS = 5_000;
/** So that nothing that one death brings about falls into the span of the next. */
const QUIET_MS = 200;

/** How late DROPPED came, in ms, for each agent of a language. */
export type Delays = ReadonlyMap<Language, readonly number[]>;

export function verdictOf(times: readonly number[]): "ok" | "FAILED" {
  return Math.max(...times) <= BOUND_MS ? "ok" : "FAILED";
}

interface Victim {
  readonly language: Language;
  readonly agentId: string;
  readonly testee: TesteeProcess;
}

export async function killTen(entry: string, languages: readonly Language[]): Promise<Delays> {
  await using parts = new AsyncDisposableStack();
  const server = parts.use(await Server.start(entry));
  const told = new Map<string, (at: number) => void>();
  const watcher = await Watcher.open(server.address, (event, at) => {
    if (event.type === EventType.DROPPED) told.get(event.agentId)?.(at);
  });
  parts.defer(() => watcher.close());

  const victims: Victim[] = [];
  for (let round = 0; round < EACH; round++) {
    for (const language of languages) {
      const agentId = `victim/${language.name}-${round}`;
      const testee = parts.use(new TesteeProcess(language.startTestee()));
      victims.push({ language, agentId, testee });
      testee.tell({ do: "start", options: { agentId, server: server.address } });
    }
  }
  await Promise.all(victims.map(({ testee }) => testee.next("welcome", WELCOME_MS)));

  const delays = new Map<Language, number[]>(languages.map((language) => [language, []]));
  for (const { language, agentId, testee } of victims) {
    await sleep(QUIET_MS);
    const start = performance.now();
    const at = await within<number>(DROP_MS, `DROPPED of ${agentId}`, (resolve) => {
      told.set(agentId, resolve);
      testee.program.child.kill("SIGKILL");
    });
    delays.get(language)?.push(at - start);
  }
  return delays;
}
