import type { Row, RowChanges } from "../journal/store.ts";
import type { KeptChanges, KeptRecord } from "../monitor/keeping.ts";
import type { AgentRecord, EndedTask, TaskRecord } from "../monitor/records.ts";
import { decodeAgent, encodeAgent } from "./agent-row.ts";
import { decodeTask, encodeTask } from "./task-row.ts";

/** What the monitor wants kept, as the journal keeps it: a row for each agent and each task. */
export function rowsOf({ changed, discarded }: KeptChanges): RowChanges {
  return {
    changed: changed.map(encode),
    removed: discarded.map((name) => ({ ...name, taskId: name.taskId ?? "" })),
  };
}

export type Restored =
  | { readonly kind: "agent"; readonly record: AgentRecord }
  | { readonly kind: "task"; readonly record: TaskRecord | EndedTask };

function encode(record: KeptRecord): Row {
  const { organizationId, agentId } = record;
  if ("taskId" in record) {
    return { organizationId, agentId, taskId: record.taskId, body: encodeTask(record) };
  }
  return { organizationId, agentId, taskId: "", body: encodeAgent(record) };
}

/** A row that is not what it was: the file passed its check, and its content is wrong all the same. */
export class UnreadableRow extends Error {
  override readonly name = "UnreadableRow";
}

/** A row back as what it was made of. Throws UnreadableRow: nothing is believed that cannot be right. */
export function decode(row: Row): Restored {
  const { organizationId, agentId, taskId, body } = row;
  try {
    const name = { organizationId, agentId };
    if (taskId === "") return { kind: "agent", record: decodeAgent(name, body) };
    return { kind: "task", record: decodeTask({ ...name, taskId }, body) };
  } catch (error) {
    const whose = `${organizationId}/${agentId}${taskId && ` task ${taskId}`}`;
    throw new UnreadableRow(`the row of ${whose} is no row of ours`, { cause: error });
  }
}
