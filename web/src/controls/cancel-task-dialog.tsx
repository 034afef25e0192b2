import { useSignal } from "@preact/signals";
import { usePage } from "../page.ts";
import { ActDialog } from "./act-dialog.tsx";
import { ReasonField } from "./fields.tsx";
import type { OfAgent } from "./of-agent.ts";

/** Asks an agent to stop one task. */
export function CancelTaskDialog({ agent, taskId, ...dialog }: OfAgent & { taskId: string }) {
  const { api } = usePage();
  const reason = useSignal("");
  return (
    <ActDialog
      {...dialog}
      title={`Cancel task ${taskId}`}
      verb="Cancel the task"
      isDangerous
      act={async (options) => {
        const request = { ...agent, taskId, reason: reason.peek() };
        await api.control.cancelTask(request, options);
        return `${taskId} is canceled; ${agent.agentId} is asked to stop it.`;
      }}
    >
      <p>{agent.agentId} is asked to stop it at once. The task is not begun again by itself.</p>
      <ReasonField text={reason} />
    </ActDialog>
  );
}
