import { useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import { type Agent, AgentState } from "../../../gen/typescript/heartbeat/v1/heartbeat_pb.js";
import { usePage } from "../page.ts";
import { isTyping } from "../ui/keys.ts";
import type { OfAgent } from "./of-agent.ts";
import { PauseDialog } from "./pause-dialog.tsx";
import { ResumeDialog } from "./resume-dialog.tsx";
import { SilenceDialog } from "./silence-dialog.tsx";
import { UnregisterDialog } from "./unregister-dialog.tsx";

type Act = "pause" | "resume" | "unregister" | "silence";

const dialogs = {
  pause: PauseDialog,
  resume: ResumeDialog,
  unregister: UnregisterDialog,
  silence: SilenceDialog,
} as const;

export interface AgentControlsProps {
  readonly agent: Agent;
  onDone(done: string): void;
}

/** What an operator can do with an agent; each asks before it does anything. */
export function AgentControls({ agent, onDone }: AgentControlsProps) {
  const { live } = usePage();
  const open = useSignal<Act | undefined>(undefined);
  const isLive = live.link.value.kind === "live";
  const first: Act = agent.paused ? "resume" : "pause";
  const isGone = agent.state === AgentState.LEFT;
  const ask = (act: Act) => () => {
    if (isLive) open.value = act;
  };
  useActKeys({ p: ask(first), u: isGone ? undefined : ask("unregister"), s: ask("silence") });
  const about = { organizationId: agent.organizationId, agentId: agent.agentId };
  return (
    <div class="agent-controls">
      <button type="button" disabled={!isLive} onClick={ask(first)} title="p">
        {agent.paused ? "Resume" : "Pause"}
      </button>
      <button type="button" disabled={!isLive} onClick={ask("silence")} title="s">
        Silence
      </button>
      <button type="button" disabled={!isLive || isGone} onClick={ask("unregister")} title="u">
        Unregister
      </button>
      {(Object.keys(dialogs) as Act[]).map((act) => {
        const props: OfAgent = {
          agent: about,
          isOpen: open.value === act,
          onClose: () => {
            if (open.peek() === act) open.value = undefined;
          },
          onDone,
        };
        const ActOfAgent = dialogs[act];
        return <ActOfAgent key={act} {...props} />;
      })}
    </div>
  );
}

/** Single keys, where nothing is being typed and no dialog is open. */
function useActKeys(acts: Readonly<Record<string, (() => void) | undefined>>): void {
  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      if (event.ctrlKey || event.metaKey || event.altKey || isTyping(event.target)) return;
      const act = acts[event.key];
      if (act === undefined || document.querySelector("dialog[open]") !== null) return;
      event.preventDefault();
      act();
    };
    document.addEventListener("keydown", onKey);
    return () => document.removeEventListener("keydown", onKey);
  });
}
