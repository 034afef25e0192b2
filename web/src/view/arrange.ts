import { AgentState } from "../../../gen/typescript/heartbeat/v1/heartbeat_pb.js";
import { isTroubled, type Seen } from "../data/seen.ts";
import { filterOf } from "./filter.ts";
import { stateWord, type View } from "./view.ts";

/** Agents that stand together. */
export interface Group {
  /** Empty when there is but one group. */
  readonly title: string;
  /** Whether somebody should look at these. */
  readonly isTroubled: boolean;
  readonly agents: readonly Seen[];
}

/** The agents that are wanted, in groups and in order. */
export interface Arrangement {
  readonly groups: readonly Group[];
  /** How many are wanted, and how many there are. */
  readonly wanted: number;
  readonly all: number;
  /** All of the fleet, whatever is wanted of it: what a filter can choose from. */
  readonly types: readonly string[];
  readonly organizations: readonly string[];
  readonly counts: ReadonlyMap<AgentState, number>;
}

/** What is arranged. */
export interface Agents {
  readonly counts: ReadonlyMap<AgentState, number>;
  get(key: string): Seen | undefined;
  values(): Iterable<Seen>;
}

/** Beyond this many a list to choose from is of no use. */
const MOST_CHOICES = 200;

/**
 * Sorts a fleet: by name only when agents came or went, and by the rest without comparing. A hundred
 * thousand agents are arranged every second or so.
 */
export class Arranger {
  #byName: readonly Seen[] = [];

  /** @param isMembershipSame whether the same agents are in the fleet as the last time */
  arrange(fleet: Agents, view: View, isMembershipSame = false): Arrangement {
    const agents = isMembershipSame
      ? this.#byName.map((seen) => fleet.get(seen.key) ?? seen)
      : [...fleet.values()].sort(byRank);
    this.#byName = agents;
    const wanted = agents.filter(filterOf(view));
    return {
      groups: groupsOf(wanted, view),
      wanted: wanted.length,
      all: agents.length,
      types: choices(agents, ({ agentType }) => agentType),
      organizations: choices(agents, ({ organizationId }) => organizationId),
      counts: new Map(fleet.counts),
    };
  }
}

function byRank(a: Seen, b: Seen): number {
  if (a.rank !== b.rank) return a.rank < b.rank ? -1 : 1;
  return a.key < b.key ? -1 : 1;
}

function groupsOf(agents: readonly Seen[], { order }: View): Group[] {
  switch (order) {
    case "worst":
      return byUrgency(agents);
    case "name":
      return agents.length === 0 ? [] : [{ title: "", isTroubled: false, agents }];
    case "type":
      return byText(agents, ({ agentType }) => agentType || "no type");
    case "organization":
      return byText(agents, ({ organizationId }) => organizationId);
  }
}

/** What stands together: a state, or one of two kinds that are none. */
type Kind = AgentState | typeof TASKS | typeof OTHER;
const TASKS = -1;
const OTHER = -2;

const { DOWN, SUSPECT, EXPECTED, ALIVE, LEFT } = AgentState;
const troubles: readonly Kind[] = [DOWN, SUSPECT, TASKS];
const urgencies: readonly Kind[] = [...troubles, EXPECTED, ALIVE, LEFT, OTHER];

/** Those that somebody should look at, the worst first; the others after them. */
function byUrgency(agents: readonly Seen[]): Group[] {
  const kinds = new Map<Kind, Seen[]>(urgencies.map((kind) => [kind, []]));
  const others = kinds.get(OTHER);
  for (const seen of agents) (kinds.get(kindOf(seen)) ?? others)?.push(seen);
  return [...kinds].flatMap(([kind, agents]) =>
    agents.length === 0
      ? []
      : [{ title: titleOf(kind), isTroubled: troubles.includes(kind), agents }],
  );
}

const kindOf = (seen: Seen): Kind =>
  seen.state !== DOWN && seen.state !== SUSPECT && isTroubled(seen) ? TASKS : seen.state;

function titleOf(kind: Kind): string {
  if (kind === TASKS) return "task in trouble";
  return kind === OTHER ? "other" : stateWord(kind);
}

function byText(agents: readonly Seen[], textOf: (seen: Seen) => string): Group[] {
  const groups = new Map<string, Seen[]>();
  for (const seen of agents) {
    const text = textOf(seen);
    const group = groups.get(text);
    if (group === undefined) groups.set(text, [seen]);
    else group.push(seen);
  }
  return [...groups]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([title, agents]) => ({ title, isTroubled: false, agents }));
}

function choices(agents: readonly Seen[], textOf: (seen: Seen) => string): string[] {
  const texts = new Set<string>();
  for (const seen of agents) {
    const text = textOf(seen);
    if (text === "" || texts.has(text)) continue;
    texts.add(text);
    if (texts.size >= MOST_CHOICES) break;
  }
  return [...texts].sort();
}
