import { usePage } from "../page.ts";
import { ActDialog } from "./act-dialog.tsx";
import type { OfAgent } from "./of-agent.ts";

/** Ends a pause before its time. */
export function ResumeDialog({ agent, ...dialog }: OfAgent) {
  const { api } = usePage();
  return (
    <ActDialog
      {...dialog}
      title={`Resume ${agent.agentId}`}
      verb="Resume"
      act={async (options) => {
        await api.control.resumeAgent(agent, options);
        return `${agent.agentId} is watched again.`;
      }}
    >
      <p>It is watched again from now on: its silence begins anew, and its next beat is awaited.</p>
    </ActDialog>
  );
}
