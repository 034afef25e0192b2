import { durationMs, timestampDate } from "@bufbuild/protobuf/wkt";
import type { Directive } from "../../gen/typescript/heartbeat/v1/heartbeat_pb.js";
import { type PolicyInForce, readPolicy } from "./policy.ts";

/** What the server asks of the agent. The agent acts by itself; a program may want to know. */
export type AgentDirective =
  /** Beat by this policy from now on: done already. */
  | { readonly kind: "set-policy"; readonly policy: PolicyInForce }
  /** An operator rests the deadlines until an instant of the server's clock. Beats go on. */
  | { readonly kind: "pause"; readonly until: Date | undefined; readonly reason: string }
  /** The rest is over. */
  | { readonly kind: "resume" }
  /** Come back within a span, in ms: the agent does. */
  | { readonly kind: "reconnect"; readonly withinMs: number; readonly reason: string }
  /** Stop one task: its signal has been aborted. With `epoch`, only that attempt at it; 0n is the agent's own. */
  | {
      readonly kind: "cancel-task";
      readonly taskId: string;
      readonly reason: string;
      readonly epoch: bigint | undefined;
    }
  /** Another process holds the name: `onSuperseded` follows. */
  | { readonly kind: "superseded"; readonly epoch: bigint; readonly instanceId: string };

/** Reads a directive; undefined for a kind that this version does not know, which is ignored. */
export function readDirective(
  { kind }: Directive,
  before: PolicyInForce,
): AgentDirective | undefined {
  switch (kind.case) {
    case "setPolicy":
      return { kind: "set-policy", policy: readPolicy(kind.value, before) };
    case "pause": {
      const { until, reason } = kind.value;
      return { kind: "pause", until: until && timestampDate(until), reason };
    }
    case "resume":
      return { kind: "resume" };
    case "reconnect": {
      const { within, reason } = kind.value;
      const withinMs = within === undefined ? 0 : Math.max(0, durationMs(within));
      return { kind: "reconnect", withinMs, reason };
    }
    case "cancelTask": {
      const { taskId, reason, epoch } = kind.value;
      return { kind: "cancel-task", taskId, reason, epoch };
    }
    case "superseded": {
      const { epoch, instanceId } = kind.value;
      return { kind: "superseded", epoch, instanceId };
    }
    default:
      return undefined;
  }
}
