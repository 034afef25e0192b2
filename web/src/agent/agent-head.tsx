import { durationFromMs, timestampMs } from "@bufbuild/protobuf/wkt";
import type { ComponentChildren } from "preact";
import type { Agent } from "../../../gen/typescript/heartbeat/v1/heartbeat_pb.js";
import { span } from "../../../src/cli/words.ts";
import type { Answer } from "../data/asking.ts";
import { usePage } from "../page.ts";
import { StateMark, stateClass } from "../ui/state-mark.tsx";
import { When } from "../ui/when.tsx";
import { hrefOf } from "../view/route.ts";

export interface AgentHeadProps {
  readonly about: { readonly organizationId: string; readonly agentId: string };
  readonly answer: Answer<Agent>;
  readonly children: ComponentChildren;
}

/** Who it is, and how it stands: what is read first. */
export function AgentHead({ about, answer, children }: AgentHeadProps) {
  const { view } = usePage();
  const agent = answer.kind === "known" ? answer.value : undefined;
  return (
    <header class={`agent-head ${agent ? `is-${stateClass(agent.state)}` : ""}`}>
      <div class="agent-name">
        <nav aria-label="Where this agent is">
          <a href={hrefOf({ kind: "agents", view: view.value })}>Agents</a>
          <span aria-hidden="true"> / </span>
          {about.organizationId}
        </nav>
        <h1>{about.agentId}</h1>
      </div>
      {children}
      {agent && <Standing agent={agent} />}
      {answer.kind === "asking" && <p class="hint">Asking for the agent …</p>}
    </header>
  );
}

/** The state, since when, and why. */
function Standing({ agent }: { agent: Agent }) {
  const { serverWall } = usePage();
  const { state, paused, held, stateSince, stateReason, pausedUntil } = agent;
  return (
    <div class="agent-standing">
      <StateMark state={state} paused={paused} held={held} />
      {stateSince && (
        <span>
          for {span(durationFromMs(Math.max(0, serverWall.value - timestampMs(stateSince))))}, since{" "}
          <When at={stateSince} />
        </span>
      )}
      {stateReason !== "" && <p class="agent-why">{stateReason}</p>}
      {paused && (
        <p class="agent-why">
          Paused until <When at={pausedUntil} />: it is not judged.
        </p>
      )}
      {held && (
        <p class="agent-why">
          Held: so many agents fell silent at once that it is not given up yet.
        </p>
      )}
    </div>
  );
}
