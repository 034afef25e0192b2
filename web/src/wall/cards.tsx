import { useSignal } from "@preact/signals";
import { useRef } from "preact/hooks";
import { usePage } from "../page.ts";
import { stateClass } from "../ui/state-mark.tsx";
import type { Arrangement, Group } from "../view/arrange.ts";
import { agentHref } from "../view/route.ts";
import type { View } from "../view/view.ts";
import { AgentWords } from "./agent-words.tsx";

/** With so few agents, each has a card with all that is known of it at a glance. */
export const MOST_CARDS = 40;

/** A card for each agent. One stop of Tab; the arrows move. */
export function Cards({ arrangement }: { arrangement: Arrangement }) {
  const list = useRef<HTMLDivElement>(null);
  const active = useSignal("");
  const cards = () => [...(list.current?.querySelectorAll<HTMLAnchorElement>("a.card") ?? [])];
  const onKeyDown = (event: KeyboardEvent) => {
    const all = cards();
    const from = all.indexOf(document.activeElement as HTMLAnchorElement);
    const to = neighbour(all, from, event.key);
    if (to === undefined) return;
    event.preventDefault();
    active.value = all[to]?.dataset.key ?? "";
    all[to]?.focus();
  };
  const groups = groupsOf(arrangement, usePage().view.value);
  const first = groups[0]?.agents[0]?.key;
  const isThere = groups.some(({ agents }) => agents.some(({ key }) => key === active.value));
  const stop = isThere ? active.value : first;
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: the links inside are what is acted on
    <div ref={list} class="cards" onKeyDown={onKeyDown}>
      {groups.map((group) => (
        <CardGroup key={group.title} group={group} stop={stop} />
      ))}
    </div>
  );
}

/** A card tells its state: so few need no title for each. */
function groupsOf({ groups }: Arrangement, { order }: View): readonly Group[] {
  if (order !== "worst") return groups;
  return [{ title: "", isTroubled: false, agents: groups.flatMap(({ agents }) => agents) }];
}

function CardGroup({ group, stop }: { group: Group; stop: string | undefined }) {
  const { fleet, now } = usePage();
  return (
    <section aria-label={group.title || "Agents"}>
      {group.title !== "" && (
        <h2 class="wall-title">
          {group.title} <span class="count">{group.agents.length}</span>
        </h2>
      )}
      <ul class="card-grid">
        {group.agents.map((arranged) => {
          const seen = fleet.get(arranged.key) ?? arranged;
          return (
            <li key={seen.key}>
              <a
                class={`card is-${stateClass(seen.state)}`}
                href={agentHref(seen)}
                data-key={seen.key}
                tabIndex={seen.key === stop ? 0 : -1}
              >
                <AgentWords seen={seen} now={now.value.mono} />
              </a>
            </li>
          );
        })}
      </ul>
    </section>
  );
}

/** Where a key leads; undefined for a key that does not move. */
function neighbour(cards: readonly HTMLElement[], from: number, key: string): number | undefined {
  const last = cards.length - 1;
  const bounded = (index: number) => Math.max(0, Math.min(last, index));
  if (key === "ArrowLeft") return bounded(from - 1);
  if (key === "ArrowRight") return bounded(from + 1);
  if (key === "Home") return 0;
  if (key === "End") return last;
  if (key !== "ArrowUp" && key !== "ArrowDown") return undefined;
  const here = cards[from]?.getBoundingClientRect();
  if (here === undefined) return 0;
  const isBeyond = ({ top, bottom }: DOMRect) =>
    key === "ArrowUp" ? bottom <= here.top : top >= here.bottom;
  const distance = ({ left, top }: DOMRect) =>
    Math.abs(left - here.left) + 4 * Math.abs(top - here.top);
  let best: { readonly index: number; readonly far: number } | undefined;
  for (const [index, card] of cards.entries()) {
    const box = card.getBoundingClientRect();
    if (!isBeyond(box)) continue;
    if (best === undefined || distance(box) < best.far) best = { index, far: distance(box) };
  }
  return best?.index ?? from;
}
