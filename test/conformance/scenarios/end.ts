import { like } from "../pattern.ts";
import type { StartOptions } from "../protocol.ts";
import {
  ask,
  beats,
  known,
  link,
  notRecorded,
  recorded,
  repeat,
  type Scenario,
  type Step,
  see,
  start,
  tell,
} from "../steps.ts";

/** An option that is wrong, and what its refusal has to name; spans in whatever unit the language has. */
function refused(options: Partial<StartOptions>, ...named: readonly RegExp[]): Step[] {
  return [start(options), see("refused", { message: like(...named) })];
}

const openAndClose: readonly Step[] = [
  start(),
  see("welcome"),
  tell({ do: "close", reason: "the next one, please" }),
  see("closed"),
];

/** How an agent begins not at all, and how it ends. */
export const endScenarios: readonly Scenario[] = [
  {
    name: "close",
    promise: "Closed, an agent has left with its reason, and holds no connection.",
    steps: [
      start(),
      see("welcome"),
      tell({ do: "close", reason: "the work is done" }),
      see("closed"),
      known({ state: "LEFT", connected: false }),
      recorded({ type: "LEFT", reason: like(/the work is done/) }),
      ask("state", { state: "ended" }),
      { act: "no socket", who: "it" },
      notRecorded("DROPPED"),
    ],
  },
  {
    name: "close without a server",
    promise: "Where nobody answers, closing does not wait for long.",
    steps: [
      link("cut"),
      start(),
      ask("state", { state: "connecting" }),
      tell({ do: "close", reason: "nobody there" }),
      see("closed", {}, "it", 5_000),
      { act: "no socket", who: "it" },
    ],
  },
  {
    name: "closed and gone",
    promise:
      "Agents that were closed leave no thread, no socket and no file behind in their process.",
    steps: [
      repeat(10, ...openAndClose),
      { act: "measure", who: "it" },
      repeat(40, ...openAndClose),
      { act: "no socket", who: "it" },
      { act: "grown", who: "it", atMost: { threads: 4, files: 4, sockets: 2, rssMiB: 32 } },
    ],
  },
  {
    name: "own death",
    promise: "An agent that tells its own death is DOWN at once.",
    steps: [
      start(),
      see("welcome"),
      tell({ do: "failAgent", reason: "out of memory" }),
      see("closed"),
      recorded({ type: "DOWN", reason: like(/out of memory/) }),
      known({ state: "DOWN" }),
      notRecorded("DROPPED", "LEFT"),
    ],
  },
  {
    name: "signal",
    promise: "SIGTERM: Goodbye is said, and then the process ends of it.",
    steps: [
      start({ handleSignals: true }),
      see("welcome"),
      { act: "signal", who: "it", signal: "SIGTERM" },
      { act: "exit", who: "it", by: ["SIGTERM", 143] },
      recorded("CONNECTED", "LEFT"),
      notRecorded("DROPPED", "DOWN"),
    ],
  },
  {
    name: "killed",
    promise: "A process that is killed is dropped.",
    steps: [
      start(),
      see("welcome"),
      beats(1, [100, 9_000]),
      { act: "signal", who: "it", signal: "SIGKILL" },
      { act: "exit", who: "it", by: ["SIGKILL"] },
      recorded("CONNECTED", "DROPPED"),
      notRecorded("LEFT"),
    ],
  },
  {
    name: "end of program",
    promise: "A program that ends in good order leaves in peace, with 0.",
    steps: [
      start(),
      see("welcome"),
      { act: "close input", who: "it" },
      { act: "exit", who: "it", by: [0] },
      recorded("CONNECTED", "LEFT"),
      notRecorded("DROPPED"),
    ],
  },
  {
    name: "wrong options",
    promise: "A wrong option is refused when the agent is made, by name, value and limit.",
    steps: [
      ...refused({ agentId: "a b" }, /agent.?id/i, /a b/, /128/),
      ...refused({ server: "http://localhost" }, /server/i, /http:\/\/localhost/, /port/i),
      ...refused({ server: "localhost:70000" }, /server/i, /70000/, /65.?535/),
      ...refused({ organizationId: "a b" }, /organization.?id/i, /a b/, /128/),
      ...refused({ agentType: "t".repeat(129) }, /agent.?type/i, /128/),
      ...refused({ labels: { "a b": "c" } }, /label/i, /a b/, /63/),
      ...refused({ labels: { a: "c".repeat(257) } }, /label/i, /256/),
      ...refused({ instanceId: "i".repeat(129) }, /instance.?id/i, /128/),
      ...refused({ policy: { intervalMs: 99 } }, /interval/i, /99/, /100|0\.1\b/),
      ...refused({ policy: { timeoutMultiplier: 1 } }, /timeout.?multiplier/i, /1\.1/),
      ...refused({ policy: { maxMissedBeats: 1_001 } }, /missed.?beats/i, /1.?001/, /1.?000/),
      ...refused({ backoff: { initialMs: 500, maxMs: 400 } }, /max/i, /400|0\.4\b/, /500|0\.5\b/),
      ...refused({ connectTimeoutMs: 9 }, /connect.?timeout/i, /9/, /10|0\.01\b/),
      // None of them was started, and the next one can be.
      start(),
      see("welcome"),
      { act: "connections", like: 1 },
    ],
  },
  {
    name: "raw",
    promise:
      "Without a runtime, generated code alone beats, says Goodbye, and is dropped when killed.",
    server: {},
    steps: [
      { act: "sample", name: "raw", end: "by itself" },
      { act: "sample", name: "raw", end: "SIGKILL" },
    ],
  },
  {
    name: "samples",
    promise: "The samples of the documentation run to their end, and leave.",
    server: {},
    timeoutMs: 120_000,
    steps: [
      { act: "sample", name: "basic", end: "by itself" },
      { act: "sample", name: "tasks", end: "by itself" },
      { act: "sample", name: "retry", end: "by itself" },
      { act: "sample", name: "messages", end: "by itself" },
      { act: "sample", name: "fencing", end: "by itself" },
    ],
  },
];
