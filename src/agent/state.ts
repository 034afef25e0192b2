import type { Timer } from "../clock.ts";
import type { Session } from "./session.ts";

/** Where an agent stands. One function of the agent changes it. */
export type AgentState =
  /** Not started. */
  | { readonly name: "idle" }
  /** A stream is being opened; no Welcome yet. The timer bounds the attempt. */
  | { readonly name: "connecting"; readonly session: Session; readonly timer: Timer }
  /** Welcomed at this monotonic instant. */
  | { readonly name: "live"; readonly session: Session; readonly since: number }
  /** Between two attempts. */
  | { readonly name: "waiting"; readonly timer: Timer }
  /** Saying Goodbye. The timer bounds it; `done` resolves when the agent has ended. */
  | {
      readonly name: "closing";
      readonly session: Session;
      readonly timer: Timer;
      readonly done: PromiseWithResolvers<void>;
    }
  /** Over, for good. */
  | { readonly name: "ended" };

/** `idle`, `connecting`, `live`, `waiting`, `closing` or `ended`. */
export type AgentStateName = AgentState["name"];

/** The stream that a state holds, if any. */
export function sessionOf(state: AgentState): Session | undefined {
  return "session" in state ? state.session : undefined;
}

/** Which state may follow which; what is not here is a fault of the agent. */
const successors: Readonly<Record<AgentStateName, readonly AgentStateName[]>> = {
  idle: ["connecting", "ended"],
  connecting: ["live", "waiting", "closing", "ended", "connecting"],
  live: ["connecting", "waiting", "closing", "ended"],
  waiting: ["connecting", "ended"],
  closing: ["ended"],
  ended: [],
};

export function mayFollow(from: AgentStateName, to: AgentStateName): boolean {
  return successors[from].includes(to);
}
