import { useSignal } from "@preact/signals";
import { usePage } from "../page.ts";
import { ActDialog } from "./act-dialog.tsx";
import { ReasonField } from "./fields.tsx";
import type { OfAgent } from "./of-agent.ts";

/** Lets an agent go. */
export function UnregisterDialog({ agent, ...dialog }: OfAgent) {
  const { api } = usePage();
  const reason = useSignal("");
  return (
    <ActDialog
      {...dialog}
      title={`Unregister ${agent.agentId}`}
      verb="Unregister"
      isDangerous
      act={async (options) => {
        await api.control.unregisterAgent({ ...agent, reason: reason.peek() }, options);
        return `${agent.agentId} is unregistered.`;
      }}
    >
      <p>
        It has LEFT: nobody waits for its beats, and no alert will come of it. A process that still
        beats loses its stream and is told to stop; should it start again, it is known again.
      </p>
      <ReasonField text={reason} />
    </ActDialog>
  );
}
