import type { Instant } from "../clock.ts";
import type { TaskSnapshot, TaskState } from "../events/event.ts";
import type { Monitor } from "../monitor/monitor.ts";
import { organizationsOf } from "./agents.ts";
import { compareKeys, fitting, keyOf, pageToken, taskBytes } from "./pages.ts";

export interface TaskQuestion {
  readonly organizationId: string | undefined;
  /** Empty: any. */
  readonly agentId: string;
  readonly states: ReadonlySet<TaskState>;
}

export interface TaskPage {
  readonly tasks: readonly TaskSnapshot[];
  readonly nextPageToken: string;
  readonly total: number;
}

/** One page of the tasks that match, by organization, agent and task. */
export function listTasks(
  monitor: Monitor,
  question: TaskQuestion,
  page: { readonly size: number; readonly token: string },
  now: Instant,
): TaskPage {
  const print = { ...question, states: [...question.states] };
  const after = keyOf(print, page.token, ["string", "string", "string"]);
  const matching = matchingTasks(monitor, question, now).sort((a, b) =>
    compareKeys(keyFor(a), keyFor(b)),
  );
  const rest = after ? matching.filter((task) => compareKeys(keyFor(task), after) > 0) : matching;
  const tasks = fitting(rest.slice(0, page.size), taskBytes);
  const last = tasks.at(-1);
  const more = rest.length > tasks.length && last !== undefined;
  return {
    tasks,
    nextPageToken: more ? pageToken(print, keyFor(last)) : "",
    total: matching.length,
  };
}

function keyFor(task: TaskSnapshot): readonly string[] {
  return [task.organizationId, task.agentId, task.taskId];
}

function matchingTasks(monitor: Monitor, question: TaskQuestion, now: Instant): TaskSnapshot[] {
  const wanted = new Set(organizationsOf(monitor, question.organizationId));
  const found: TaskSnapshot[] = [];
  for (const slot of monitor.tasks.slots()) {
    const { organizationId, agentId } = monitor.columns;
    if (!wanted.has(organizationId[slot])) continue;
    if (question.agentId !== "" && agentId[slot] !== question.agentId) continue;
    for (const task of monitor.tasks.list(slot, now)) {
      if (question.states.size === 0 || question.states.has(task.state)) found.push(task);
    }
  }
  return found;
}
