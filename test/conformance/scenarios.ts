/**
 * What every agent does, and how it is seen; in the order of docs/agents.md.
 */
import { beatScenarios } from "./scenarios/beats.ts";
import { endScenarios } from "./scenarios/end.ts";
import { lifeScenarios } from "./scenarios/lives.ts";
import { lossScenarios } from "./scenarios/loss.ts";
import { messageScenarios } from "./scenarios/messages.ts";
import { retryScenarios } from "./scenarios/retries.ts";
import { taskScenarios } from "./scenarios/tasks.ts";
import type { Scenario } from "./steps.ts";

export const scenarios: readonly Scenario[] = [
  ...beatScenarios,
  ...lossScenarios,
  ...lifeScenarios,
  ...taskScenarios,
  ...retryScenarios,
  ...messageScenarios,
  ...endScenarios,
];
