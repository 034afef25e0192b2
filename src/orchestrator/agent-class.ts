import { HeartbeatError, shown } from "../errors.ts";
import type { PeriodicConfig } from "./periodic-config.ts";
import type { AgentContext, PeriodicProcessAgent } from "./periodic-process-agent.ts";

/** A class that an orchestrator can run in a process of its own. */
export interface AgentClass {
  new (context: AgentContext): PeriodicProcessAgent;
  readonly name: string;
  /** `import.meta.url` of the file that exports the class: there its process finds it. */
  readonly module: string;
  /** How the agent is executed. Default: every second, without end. */
  readonly config?: PeriodicConfig;
}

/** Where the class is to be imported from. Throws HeartbeatError `field_invalid`. */
export function moduleOf({ module, name }: AgentClass): string {
  if (typeof module === "string" && URL.canParse(module)) return module;
  throw new HeartbeatError("field_invalid", {
    field: `${name}.module`,
    value: typeof module === "string" ? shown(module) : String(module),
    problem: "is not the URL of a file",
    remedy: "write `static readonly module = import.meta.url;` into the class",
  });
}

/** Imports a class in the agent's own process. */
export async function loadAgentClass(module: string, className: string): Promise<AgentClass> {
  const exported: Record<string, unknown> = await import(module);
  const isIt = (value: unknown) => typeof value === "function" && value.name === className;
  const found = Object.values(exported).find(isIt);
  if (found !== undefined) return found as AgentClass;
  throw new Error(
    `${module} exports no class ${className}: export it there, and give it a \`static readonly module = import.meta.url\` of its own`,
  );
}
