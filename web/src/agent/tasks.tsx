import { durationFromMs, timestampMs } from "@bufbuild/protobuf/wkt";
import { useSignal } from "@preact/signals";
import {
  type Agent,
  type Task,
  TaskState,
  TaskStateSchema,
} from "../../../gen/typescript/heartbeat/v1/heartbeat_pb.js";
import { percent, span, word } from "../../../src/cli/words.ts";
import { CancelTaskDialog } from "../controls/cancel-task-dialog.tsx";
import { usePage } from "../page.ts";
import { agentHref } from "../view/route.ts";
import { detailText } from "./detail-text.ts";

export interface TasksProps {
  readonly agent: Agent;
  onDone(done: string): void;
}

/** Tasks in flight, and those that are lost or canceled and still shown. */
export function Tasks({ agent, onDone }: TasksProps) {
  const { live } = usePage();
  const canceling = useSignal("");
  const isOpen = useSignal(false);
  const isLive = live.link.value.kind === "live";
  const { organizationId, agentId } = agent;
  const tasks = agent.tasks.toSorted((a, b) => urgency(a) - urgency(b));
  return (
    <section class="panel tasks" aria-label="Tasks">
      <h2>
        Tasks <span class="hint">{agent.tasks.length}</span>
      </h2>
      {tasks.length === 0 && <p class="hint">None in flight.</p>}
      <ul>
        {tasks.map((task) => (
          <TaskRow
            key={task.taskId}
            task={task}
            canCancel={isLive}
            onCancel={() => {
              canceling.value = task.taskId;
              isOpen.value = true;
            }}
          />
        ))}
      </ul>
      <CancelTaskDialog
        agent={{ organizationId, agentId }}
        taskId={canceling.value}
        isOpen={isOpen.value}
        onClose={() => {
          isOpen.value = false;
        }}
        onDone={onDone}
      />
    </section>
  );
}

const inFlight: readonly TaskState[] = [TaskState.STALE, TaskState.RUNNING, TaskState.OFFERED];
const lost: readonly TaskState[] = [TaskState.TIMED_OUT, TaskState.ORPHANED, TaskState.GIVEN_UP];

/** What stands still first, then what is at work, then what is lost, then the rest. */
function urgency({ state }: Task): number {
  const place = [...inFlight, ...lost].indexOf(state);
  return place === -1 ? inFlight.length + lost.length : place;
}

function toneOf({ state }: Task): string {
  if (lost.includes(state)) return "is-down";
  return state === TaskState.STALE ? "is-suspect" : "";
}

interface TaskRowProps {
  readonly task: Task;
  readonly canCancel: boolean;
  onCancel(): void;
}

function TaskRow({ task, canCancel, onCancel }: TaskRowProps) {
  const { taskId, state, progress, error, fromAgentId, organizationId } = task;
  const detail = detailText(task.detail);
  return (
    <li class={`task ${toneOf(task)}`} data-task={taskId}>
      <div class="task-head">
        <strong>{taskId}</strong>
        <span class="task-state">{word(TaskStateSchema, state).replaceAll("_", " ")}</span>
        {inFlight.includes(state) && (
          <button
            type="button"
            disabled={!canCancel}
            aria-label={`Cancel ${taskId}`}
            onClick={onCancel}
          >
            Cancel
          </button>
        )}
      </div>
      <progress max={1} value={progress} aria-label={`Progress of ${taskId}`} />
      <p class="hint">
        <TaskTimes task={task} />
        {fromAgentId !== "" && (
          <>
            {" · from "}
            <a href={agentHref({ organizationId, agentId: fromAgentId })}>{fromAgentId}</a>
          </>
        )}
      </p>
      {error !== "" && <p class="task-error">{error}</p>}
      {detail !== "" && (
        <details>
          <summary>What the next attempt would need</summary>
          <pre>{detail}</pre>
        </details>
      )}
    </li>
  );
}

function TaskTimes({ task }: { task: Task }) {
  const { serverWall } = usePage();
  const { progress, runningFor, idleFor, attempt, maxAttempts, nextAttemptAt } = task;
  const parts = [percent(progress), `ran for ${span(runningFor)}`, `no news for ${span(idleFor)}`];
  if (maxAttempts > 1) parts.push(`attempt ${attempt} of ${maxAttempts}`);
  if (nextAttemptAt !== undefined) {
    const wait = Math.max(0, timestampMs(nextAttemptAt) - serverWall.value);
    parts.push(`next attempt in ${span(durationFromMs(wait))}`);
  }
  return <>{parts.join(" · ")}</>;
}
