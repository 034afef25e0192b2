import type { Severity } from "../events/event.ts";
import type { AlertKind } from "./notification.ts";

/** When people are told of an alert. Spans are in ms, by the monitor's own clock. */
export interface AlertPolicy {
  /** What is over sooner is not told. 0: told at once. */
  readonly delayMs: number;
  /** What begins this soon after the last of an alert joins it, if it is of the same kind. 0: each its own. */
  readonly groupWindowMs: number;
  /** While it fires it is told again this often. 0: never. */
  readonly repeatMs: number;
}

export const defaultAlertPolicy: AlertPolicy = Object.freeze({
  delayMs: 10_000,
  groupWindowMs: 30_000,
  repeatMs: 4 * 3_600_000,
});

/** What a route is chosen by. */
export interface AlertSubject {
  /** Undefined when it is of the monitor itself. */
  readonly organizationId: string | undefined;
  readonly kind: AlertKind;
  readonly severity: Severity;
  /** Empty when it is of no agent. */
  readonly agentType: string;
  readonly labels: Readonly<Record<string, string>>;
}

/** Where something is told, and when. */
export interface Route {
  /**
   * Tells routes apart: what has another name joins another alert, so that everybody whom an alert is told
   * to may read all of it. One for each outcome of {@link Routing.routeOf}, not for each call.
   */
  readonly name: string;
  /** Names of channels, each once. Empty: it is kept and shown, and told to nobody. */
  readonly channels: readonly string[];
  readonly policy: AlertPolicy;
}

/** Who is told of what. The alerts file implements it. */
export interface Routing {
  /** Called for each beginning: cheap, and must not throw. */
  routeOf(subject: AlertSubject): Route;
}

const nobody: Route = { name: "", channels: [], policy: defaultAlertPolicy };

/** Without an alerts file alerts are kept and shown, and nobody is told. */
export const tellingNobody: Routing = { routeOf: () => nobody };
