import { durationFromMs, timestampMs } from "@bufbuild/protobuf/wkt";
import { useSignal } from "@preact/signals";
import { span } from "../../../src/cli/words.ts";
import { limits } from "../../../src/config.ts";
import { usePage } from "../page.ts";
import { momentText } from "../ui/words.ts";
import { ActDialog } from "./act-dialog.tsx";
import { type Lasting, LastingField, lastingMs, ReasonField } from "./fields.tsx";
import type { OfAgent } from "./of-agent.ts";

const LIMIT = `At most ${span(durationFromMs(limits.pauseMs.max))}.`;

/** Lets an agent's deadlines rest for a while. */
export function PauseDialog({ agent, ...dialog }: OfAgent) {
  const { api, serverWall } = usePage();
  const lasting = useSignal<Lasting>({ amount: "1", unit: "hours" });
  const reason = useSignal("");
  const pausedMs = lastingMs(lasting.value);
  const until = serverWall.value + pausedMs;
  const isWithinLimit = pausedMs <= limits.pauseMs.max;
  return (
    <ActDialog
      {...dialog}
      title={`Pause ${agent.agentId}`}
      verb="Pause"
      act={async (options) => {
        const pauseFor = durationFromMs(Math.round(lastingMs(lasting.peek())));
        const request = { ...agent, pauseFor, reason: reason.peek() };
        const answer = await api.control.pauseAgent(request, options);
        const end = answer.agent?.pausedUntil;
        return `${agent.agentId} is paused${end ? ` until ${momentText(timestampMs(end), serverWall.peek())}` : ""}.`;
      }}
    >
      <p>
        Its deadlines rest: no missed beat, no DOWN and no alert until the pause ends by itself.
      </p>
      <LastingField label="For how long" lasting={lasting} />
      <p class="hint">{isWithinLimit ? `Until ${momentText(until, serverWall.value)}.` : LIMIT}</p>
      <ReasonField text={reason} />
    </ActDialog>
  );
}
