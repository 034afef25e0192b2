import { durationFromMs } from "@bufbuild/protobuf/wkt";
import { useSignal } from "@preact/signals";
import { usePage } from "../page.ts";
import { momentText } from "../ui/words.ts";
import { ActDialog } from "./act-dialog.tsx";
import { type Lasting, LastingField, lastingMs, ReasonField } from "./fields.tsx";
import type { OfAgent } from "./of-agent.ts";

/** Nobody is told of one agent for a while. */
export function SilenceDialog({ agent, ...dialog }: OfAgent) {
  const { api, serverWall } = usePage();
  const lasting = useSignal<Lasting>({ amount: "1", unit: "hours" });
  const reason = useSignal("");
  const { organizationId, agentId } = agent;
  return (
    <ActDialog
      {...dialog}
      title={`Silence ${agentId}`}
      verb="Silence"
      act={async (options) => {
        const silence = { organizationId, idPrefix: agentId, reason: reason.peek() };
        const silenceFor = durationFromMs(Math.round(lastingMs(lasting.peek())));
        await api.alerts.createSilence({ silence, silenceFor }, options);
        return `Nobody is told of ${agentId} until ${momentText(serverWall.peek() + lastingMs(lasting.peek()), serverWall.peek())}.`;
      }}
    >
      <p>
        Nobody is told of it, and it is watched as before. It holds for each agent whose id begins
        with {agentId}. What still fires when the silence ends is told then.
      </p>
      <LastingField label="For how long" lasting={lasting} />
      <ReasonField text={reason} />
    </ActDialog>
  );
}
