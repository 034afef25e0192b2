import { AgentState } from "../../../gen/typescript/heartbeat/v1/heartbeat_pb.js";
import { stateText } from "./words.ts";

/** How a state is told without its colour: the shapes are those of the wall. */
const shapes: Readonly<Partial<Record<AgentState, string>>> = {
  [AgentState.DOWN]: "M1 1h12v12H1z M4.5 4.5l5 5 M9.5 4.5l-5 5",
  [AgentState.SUSPECT]: "M7 1l6.5 12H.5z M7 5.5v3.5 M7 10.6v.4",
  [AgentState.EXPECTED]: "M2 2h10v10H2z",
  [AgentState.ALIVE]: "M2 2h10v10H2z",
  [AgentState.LEFT]: "M5 5h4v4H5z",
};

export interface StateMarkProps {
  readonly state: AgentState;
  readonly paused?: boolean;
  readonly held?: boolean;
  /** The mark alone, for where the word stands beside it. */
  readonly bare?: boolean;
}

export function StateMark({ state, paused = false, held = false, bare = false }: StateMarkProps) {
  const word = stateText({ state, paused, held });
  return (
    <span class={`state-mark is-${stateClass(state)}`}>
      <svg viewBox="0 0 14 14" width="12" height="12" aria-hidden="true">
        <path d={shapes[state] ?? ""} />
      </svg>
      {!bare && word}
    </span>
  );
}

const classes: Readonly<Partial<Record<AgentState, string>>> = {
  [AgentState.DOWN]: "down",
  [AgentState.SUSPECT]: "suspect",
  [AgentState.EXPECTED]: "expected",
  [AgentState.ALIVE]: "alive",
  [AgentState.LEFT]: "left",
};

export const stateClass = (state: AgentState): string => classes[state] ?? "unknown";
