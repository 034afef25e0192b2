import type { Timer } from "../clock.ts";
import type { AgentProcess } from "./agent-process.ts";
import type { Outcome } from "./restart.ts";

/** Where a supervised agent stands. One function of the supervisor changes it. */
export type SupervisedState =
  /** Not started. */
  | { readonly name: "idle" }
  /** Its process is up, since this monotonic instant. */
  | { readonly name: "running"; readonly process: AgentProcess; readonly since: number }
  /** Between two processes. */
  | { readonly name: "waiting"; readonly timer: Timer }
  /** Its process was told to stop. The timer kills it. */
  | {
      readonly name: "stopping";
      readonly process: AgentProcess;
      readonly timer: Timer;
      readonly reason: string;
    }
  /** Over, for good. */
  | { readonly name: "ended"; readonly outcome: Outcome };

/** `idle`, `running`, `waiting`, `stopping` or `ended`. */
export type SupervisedStateName = SupervisedState["name"];

/** Which state may follow which; what is not here is a fault of the supervisor. */
const successors: Readonly<Record<SupervisedStateName, readonly SupervisedStateName[]>> = {
  idle: ["running", "ended"],
  running: ["waiting", "stopping", "ended"],
  waiting: ["running", "ended"],
  stopping: ["ended"],
  ended: [],
};

export function mayFollow(from: SupervisedStateName, to: SupervisedStateName): boolean {
  return successors[from].includes(to);
}
