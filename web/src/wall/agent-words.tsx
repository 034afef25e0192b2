import { durationFromMs } from "@bufbuild/protobuf/wkt";
import { AgentState } from "../../../gen/typescript/heartbeat/v1/heartbeat_pb.js";
import { silenceOf } from "../../../src/cli/top/silence.ts";
import { percent, plural, span } from "../../../src/cli/words.ts";
import type { Seen } from "../data/seen.ts";
import { usePage } from "../page.ts";
import { StateMark } from "../ui/state-mark.tsx";
import { age } from "../ui/words.ts";

/** What is known of an agent at a glance. */
export function AgentWords({ seen, now }: { seen: Seen; now: number }) {
  const { serverWall } = usePage();
  const since = sinceText(seen, serverWall.value);
  return (
    <>
      <strong class="agent-id">{seen.agentId}</strong>
      <span class="agent-state">
        <StateMark state={seen.state} paused={seen.paused} held={seen.held} />
        {since !== "" && <span class="hint">for {since}</span>}
      </span>
      <span class="hint">{[seen.agentType, seen.organizationId].filter(Boolean).join(" · ")}</span>
      {seen.reason !== "" && <span class="agent-reason">{seen.reason}</span>}
      <span class="hint">
        {[silenceText(seen, now), missedText(seen), tasksText(seen)].filter(Boolean).join(" · ")}
      </span>
    </>
  );
}

/** How long it has been in its state; empty when nobody knows. */
export function sinceText({ stateSinceMs }: Seen, serverWall: number): string {
  return stateSinceMs === undefined ? "" : age(serverWall - stateSinceMs);
}

/** How long it has been silent, as far as that is known: beats are no events, and not told. */
export function silenceText(seen: Seen, now: number): string {
  if (seen.state === AgentState.EXPECTED) return "never heard from";
  const silence = silenceOf({ agent: seen, seenAt: seen.seenAt }, now);
  if (silence === undefined) return "";
  // A bound is a figure of the policy, and no age.
  return silence.isBound
    ? `silent for less than ${span(durationFromMs(silence.ms))}`
    : `silent for ${age(silence.ms)}`;
}

const missedText = ({ missedBeats }: Seen) =>
  missedBeats === 0 ? "" : plural(missedBeats, "missed beat");

export function tasksText({ tasks: { inFlight, broken, progress } }: Seen): string {
  const running = inFlight === 0 ? "" : `${plural(inFlight, "task")}, ${percent(progress)}`;
  const trouble = broken === 0 ? "" : `${broken} in trouble`;
  return [running, trouble].filter(Boolean).join(", ");
}
