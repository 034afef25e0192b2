import { plural } from "../../../src/cli/words.ts";

/** Who went down and who recovered since it was last told, in a sentence however many they are. */
export class Tally {
  #down = new Set<string>();
  #recovered = new Set<string>();

  down(agentId: string): void {
    this.#recovered.delete(agentId);
    this.#down.add(agentId);
  }

  recovered(agentId: string): void {
    this.#down.delete(agentId);
    this.#recovered.add(agentId);
  }

  /** Empty when nothing happened. */
  take(): string {
    const parts = [said(this.#down, "down"), said(this.#recovered, "recovered")];
    this.#down = new Set();
    this.#recovered = new Set();
    return parts.filter(Boolean).join(", ");
  }
}

function said(agents: ReadonlySet<string>, what: string): string {
  if (agents.size === 0) return "";
  const [first] = agents;
  return agents.size === 1 ? `${first} ${what}` : `${plural(agents.size, "agent")} ${what}`;
}
