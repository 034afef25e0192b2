import { keep, kept, like } from "../pattern.ts";
import {
  known,
  link,
  notRecorded,
  operate,
  recorded,
  type Scenario,
  see,
  seeWithin,
  start,
  tell,
} from "../steps.ts";
import { HOUR_MS } from "./beats.ts";

/** Tasks whose details are more than a beat carries. */
const MANY = Array.from({ length: 20 }, (_, n) => `task-${n}`);

/** Pieces of work. The interval is an hour: whatever is seen came at once, and with no beat. */
export const taskScenarios: readonly Scenario[] = [
  {
    name: "task",
    promise: "Start, progress, detail and success of a task are told at once.",
    steps: [
      start({ policy: { intervalMs: HOUR_MS } }),
      see("welcome"),
      tell({ do: "task", id: "import", detail: "from the start" }),
      known({ tasks: { import: { state: "RUNNING", progress: 0, detail: "from the start" } } }),
      tell({ do: "progress", id: "import", fraction: 0.5, detail: "at file 7" }),
      known({ tasks: { import: { progress: 0.5, detail: "at file 7" } } }),
      tell({ do: "progress", id: "import", fraction: 0.75 }),
      known({ tasks: { import: { progress: 0.75, detail: "at file 7" } }, beats: 4 }),
      tell({ do: "activity", id: "import" }),
      known({ beats: 5 }),
      tell({ do: "succeed", id: "import" }),
      recorded({ type: "TASK_STARTED", task: "import" }, { type: "TASK_FINISHED", task: "import" }),
      known({ tasks: { import: null } }),
    ],
  },
  {
    name: "task fails",
    promise: "A task that fails says why.",
    steps: [
      start({ policy: { intervalMs: HOUR_MS } }),
      see("welcome"),
      tell({ do: "task", id: "import" }),
      tell({ do: "fail", id: "import", error: "the disk is full" }),
      recorded({ type: "TASK_FINISHED", task: "import", reason: like(/the disk is full/) }),
      known({ tasks: { import: null } }),
    ],
  },
  {
    name: "task thresholds",
    promise: "A task's own thresholds hold for it.",
    steps: [
      start(),
      see("welcome"),
      tell({ do: "task", id: "stands", staleAfterMs: 300, timeoutAfterMs: HOUR_MS }),
      tell({ do: "task", id: "lasts", staleAfterMs: HOUR_MS, timeoutAfterMs: 300 }),
      recorded({ type: "TASK_STALE", task: "stands" }),
      recorded({ type: "TASK_TIMED_OUT", task: "lasts" }),
    ],
  },
  {
    name: "cancel",
    promise: "An operator cancels a task: its signal fires within a round trip, not with a beat.",
    steps: [
      start({ policy: { intervalMs: HOUR_MS } }),
      see("welcome"),
      tell({ do: "task", id: "import" }),
      tell({ do: "task", id: "other" }),
      known({ tasks: { import: { state: "RUNNING" }, other: { state: "RUNNING" } } }),
      operate({ call: "cancelTask", taskId: "import", reason: "wrong file" }),
      seeWithin(1_000, "taskCanceled", { id: "import" }),
      see("directive", { kind: "cancel-task", taskId: "import", reason: "wrong file" }),
      known({ tasks: { import: { state: "CANCELED" }, other: { state: "RUNNING" } } }),
      tell({ do: "cancel", id: "import" }),
      known({ tasks: { import: null, other: { state: "RUNNING" } } }),
      recorded({ type: "TASK_CANCELED", task: "import" }),
    ],
  },
  {
    name: "task over a loss",
    promise: "An end that was not acknowledged is told on the next stream.",
    steps: [
      start({ policy: { intervalMs: HOUR_MS } }),
      see("welcome", { epoch: keep("epoch") }),
      tell({ do: "task", id: "done" }),
      tell({ do: "task", id: "going" }),
      known({ tasks: { done: { state: "RUNNING" }, going: { state: "RUNNING" } } }),
      link("cut up"),
      tell({ do: "succeed", id: "done" }),
      tell({ do: "progress", id: "going", fraction: 0.5, detail: "x".repeat(1_000) }),
      // Both are on their way, and are lost with the connection.
      { act: "held", bytes: 1_000 },
      link("reset"),
      link("mend"),
      see("reconnect", { resumed: true, epoch: kept("epoch") }),
      recorded({ type: "TASK_FINISHED", task: "done" }),
      known({ tasks: { done: null, going: { state: "RUNNING", progress: 0.5 } } }),
      notRecorded("TASK_ORPHANED"),
    ],
  },
  {
    name: "end before goodbye",
    promise: "Ends of tasks are told before the Goodbye, also where they fill more than one beat.",
    steps: [
      start({ policy: { intervalMs: HOUR_MS } }),
      see("welcome"),
      ...MANY.map((id) => tell({ do: "task", id, detail: "x".repeat(4_000) })),
      ...MANY.map((id) => tell({ do: "succeed", id })),
      tell({ do: "close", reason: "all done" }),
      see("closed"),
      ...MANY.map((task) => recorded({ type: "TASK_FINISHED", task }, { type: "LEFT" })),
      notRecorded("TASK_ORPHANED"),
    ],
  },
];
