import { useSignal } from "@preact/signals";
import { useEffect, useRef } from "preact/hooks";
import { plural } from "../../../src/cli/words.ts";
import type { Seen } from "../data/seen.ts";
import { usePage } from "../page.ts";
import type { Arrangement } from "../view/arrange.ts";
import { agentHref } from "../view/route.ts";
import { AgentWords } from "./agent-words.tsx";
import { indexAt, type Rect, rectOf, type Section } from "./layout.ts";
import { moved } from "./moves.ts";
import { WallView } from "./wall-view.ts";

interface Pointed {
  readonly key: string;
  readonly by: "pointer" | "keys";
}

/** The agents on a canvas: tiles while there are hundreds, dots when there are thousands. */
export function Wall({ arrangement }: { arrangement: Arrangement }) {
  const { fleet, theme, now } = usePage();
  const scroller = useRef<HTMLDivElement>(null);
  const canvas = useRef<HTMLCanvasElement>(null);
  const wall = useRef<WallView>(undefined);
  const layout = useSignal(wall.current?.layout);
  const pointed = useSignal<Pointed | undefined>(undefined);

  useEffect(() => {
    if (scroller.current === null || canvas.current === null) return;
    const view = new WallView(scroller.current, canvas.current, fleet, (next) => {
      layout.value = next;
    });
    wall.current = view;
    return () => view.stop();
  }, [fleet, layout]);
  useEffect(() => wall.current?.arrange(arrangement), [arrangement]);
  // Another theme has other colours.
  useEffect(() => wall.current?.paint(), [theme.value]);

  const seen = pointed.value && fleet.get(pointed.value.key);
  const index = seen === undefined ? -1 : (wall.current?.placeOf(seen) ?? -1);
  const rect = layout.value && index >= 0 ? rectOf(layout.value, index) : undefined;
  // A list without any option would be none: until one is pointed at, the first stands for all.
  const told = seen ?? layout.value?.agents[0];
  const open = (agent: Seen) => window.location.assign(agentHref(agent));

  const onKeyDown = (event: KeyboardEvent) => {
    const shown = layout.value;
    if (shown === undefined || shown.agents.length === 0) return;
    if (event.key === "Enter" && seen !== undefined) return open(seen);
    if (event.key === "Escape") {
      pointed.value = undefined;
      return;
    }
    const height = scroller.current?.clientHeight ?? 0;
    const next = index < 0 ? 0 : moved(shown, index, event.key, height);
    const agent = next === undefined ? undefined : shown.agents[next];
    if (next === undefined || agent === undefined) return;
    event.preventDefault();
    pointed.value = { key: agent.key, by: "keys" };
    wall.current?.reveal(next);
  };
  const pointAt = (event: PointerEvent | MouseEvent) => {
    const shown = layout.value;
    const box = scroller.current?.getBoundingClientRect();
    if (shown === undefined || box === undefined || scroller.current === null) return undefined;
    const y = event.clientY - box.top + scroller.current.scrollTop;
    const found = indexAt(shown, event.clientX - box.left, y);
    return found === undefined ? undefined : shown.agents[found];
  };
  return (
    <div
      ref={scroller}
      class="wall"
      role="listbox"
      tabIndex={0}
      aria-label={`Wall of ${plural(arrangement.wanted, "agent")}`}
      aria-activedescendant={seen === undefined ? undefined : "wall-agent"}
      onKeyDown={onKeyDown}
      onPointerMove={(event) => {
        const agent = pointAt(event);
        if (agent !== undefined) pointed.value = { key: agent.key, by: "pointer" };
        else if (pointed.value?.by === "pointer") pointed.value = undefined;
      }}
      onPointerLeave={() => {
        if (pointed.value?.by === "pointer") pointed.value = undefined;
      }}
      onFocus={() => {
        const first = layout.value?.agents[0];
        const isByKeys = scroller.current?.matches(":focus-visible") ?? false;
        if (isByKeys && first !== undefined) pointed.value ??= { key: first.key, by: "keys" };
      }}
      onBlur={() => {
        pointed.value = undefined;
      }}
      onClick={(event) => {
        const agent = pointAt(event);
        if (agent !== undefined) open(agent);
      }}
    >
      <div class="wall-space" style={{ height: `${layout.value?.height ?? 0}px` }}>
        <canvas ref={canvas} />
        {layout.value?.sections.map((section) => (
          <SectionTitle key={section.group.title} section={section} />
        ))}
        {rect !== undefined && <div class="wall-ring" aria-hidden="true" style={boxed(rect)} />}
        {told !== undefined && (
          <div
            id="wall-agent"
            role="option"
            tabIndex={-1}
            aria-selected={seen !== undefined}
            aria-posinset={Math.max(0, index) + 1}
            aria-setsize={arrangement.wanted}
            class={seen === undefined ? "unseen" : "wall-tip"}
            style={rect && beside(rect, layout.value?.width ?? 0, scroller.current)}
          >
            <AgentWords seen={told} now={now.value.mono} />
          </div>
        )}
      </div>
    </div>
  );
}

function SectionTitle({ section: { group, top } }: { section: Section }) {
  if (group.title === "") return null;
  return (
    <div class="wall-title" aria-hidden="true" style={{ top: `${top}px` }}>
      {group.title} <span class="count">{group.agents.length.toLocaleString("en-US")}</span>
    </div>
  );
}

const boxed = ({ x, y, width, height }: Rect) => ({
  transform: `translate(${x}px, ${y}px)`,
  width: `${width}px`,
  height: `${height}px`,
});

/** As wide as the sheet has it. */
const TIP_WIDTH = 280;
const TIP_HEIGHT = 150;
const TIP_GAP = 10;

/** Beside the cell, wherever there is room on the screen. */
function beside({ x, y, width, height }: Rect, wallWidth: number, scroller: HTMLElement | null) {
  const isRight = x + width + TIP_GAP + TIP_WIDTH <= wallWidth;
  const left = isRight ? x + width + TIP_GAP : Math.max(0, x - TIP_GAP - TIP_WIDTH);
  const bottom = (scroller?.scrollTop ?? 0) + (scroller?.clientHeight ?? 0);
  const isBelow = y + TIP_HEIGHT <= bottom;
  const top = isBelow ? y : Math.max(0, y + height - TIP_HEIGHT);
  return { transform: `translate(${left}px, ${top}px)` };
}
