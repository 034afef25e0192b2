import { keep, moreThanKept } from "../pattern.ts";
import { beats, known, notRecorded, type Scenario, type Step, see, start, tell } from "../steps.ts";
import { HOUR_MS } from "./beats.ts";

/** Of one kind with no agent of another run. */
const WORKER = { agentType: "{scope}", takesTasks: true };

/** The agent begins a task that another one is to go on with. */
const BEGUN: readonly Step[] = [
  see("welcome", { epoch: keep("epoch") }),
  start({ ...WORKER, policy: { intervalMs: HOUR_MS } }, "peer"),
  see("welcome", {}, "peer"),
  tell({ do: "task", id: "import", retry: { maxAttempts: 3, backoffMs: 50 } }),
  tell({ do: "progress", id: "import", fraction: 0.5, detail: "at file 7" }),
  known({ tasks: { import: { progress: 0.5, detail: "at file 7" } } }),
];

const TAKEN_UP: readonly Step[] = [
  see(
    "retried",
    {
      id: "import",
      attempt: 2,
      maxAttempts: 3,
      epoch: moreThanKept("epoch"),
      progress: 0.5,
      detail: "at file 7",
      from: "{scope}",
    },
    "peer",
  ),
  known({ tasks: { import: { state: "RUNNING" } } }, "peer"),
];

const COMPLETED: readonly Step[] = [
  tell({ do: "succeed", id: "import" }, "peer"),
  {
    act: "recorded",
    who: "peer",
    events: [
      { type: "TASK_STARTED", task: "import" },
      { type: "TASK_FINISHED", task: "import" },
    ],
  },
];

/** Tasks whose agent is lost. */
export const retryScenarios: readonly Scenario[] = [
  {
    name: "retry",
    promise: "The task of a killed agent is handed to another of its type, which completes it.",
    steps: [
      start({ ...WORKER, policy: { intervalMs: HOUR_MS, maxMissedBeats: 1 } }),
      ...BEGUN,
      { act: "signal", who: "it", signal: "SIGKILL" },
      { act: "exit", who: "it", by: ["SIGKILL"] },
      ...TAKEN_UP,
      ...COMPLETED,
    ],
  },
  {
    name: "handed on",
    promise:
      "Who comes back after a standstill is told that its task was handed on, and has no say.",
    steps: [
      start({ ...WORKER, policy: { intervalMs: 200, timeoutMultiplier: 5, graceMs: 200 } }),
      ...BEGUN,
      { act: "signal", who: "it", signal: "SIGSTOP" },
      ...TAKEN_UP,
      { act: "signal", who: "it", signal: "SIGCONT" },
      see("taskCanceled", { id: "import" }),
      tell({ do: "succeed", id: "import" }),
      beats(2, [100, 5_000]),
      known({ tasks: { import: { state: "RUNNING" } } }, "peer"),
      ...COMPLETED,
      notRecorded("TASK_FINISHED"),
    ],
  },
];
