import { useSignal } from "@preact/signals";
import { useEffect, useMemo, useRef } from "preact/hooks";
import { beforeFrame } from "../clock.ts";
import { usePage } from "../page.ts";
import { useMedia } from "../ui/media.ts";
import { stateClass } from "../ui/state-mark.tsx";
import type { Arrangement } from "../view/arrange.ts";
import { agentHref } from "../view/route.ts";
import { type Column, columns, readSort, sorted } from "./columns.tsx";
import { rowsSeen } from "./window.ts";

/** As the sheet has it. */
const ROW_HEIGHT = 36;

/** The agents as a table: what a screen reader and a phone get, and whoever wants an order of their own. */
export function AgentList({ arrangement }: { arrangement: Arrangement }) {
  const { fleet, now, serverWall, view } = usePage();
  const scroller = useRef<HTMLDivElement>(null);
  const place = useScrolling(scroller);
  const moment = { mono: now.value.mono, serverWall: serverWall.value };
  const { sort } = view.value;
  // Silences grow alike: their order changes with the agents and not with the clock.
  const agents = useMemo(
    () =>
      sorted(
        arrangement.groups.flatMap((group) => group.agents),
        sort,
        moment,
      ),
    [arrangement, sort],
  );
  const rows = rowsSeen(agents.length, ROW_HEIGHT, place.value);
  const rank = useRank();
  const isOfSeveral = arrangement.organizations.length > 1;
  const shown = columns.filter(
    (column) => column.rank <= rank && (column.name !== "organization" || isOfSeveral),
  );
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard
    <section ref={scroller} class="list" aria-label="List of agents" tabIndex={0} onKeyDown={walk}>
      <table aria-rowcount={agents.length + 1}>
        <thead>
          <tr aria-rowindex={1}>
            {shown.map((column) => (
              <Head key={column.name} column={column} />
            ))}
          </tr>
        </thead>
        <Space height={rows.above} columns={shown.length} />
        <tbody>
          {agents.slice(rows.from, rows.to).map((arranged, index) => {
            const seen = fleet.get(arranged.key) ?? arranged;
            return (
              <tr
                key={seen.key}
                class={`is-${stateClass(seen.state)}`}
                aria-rowindex={rows.from + index + 2}
                data-key={seen.key}
                onClick={(event) => {
                  const isLink = event.target instanceof Element && event.target.closest("a");
                  if (!isLink) window.location.assign(agentHref(seen));
                }}
              >
                {shown.map((column) => (
                  <td key={column.name} class={classOf(column)}>
                    {column.cell(seen, moment)}
                  </td>
                ))}
              </tr>
            );
          })}
        </tbody>
        <Space height={rows.below} columns={shown.length} />
      </table>
    </section>
  );
}

const classOf = ({ name, isNumber }: Column) => `of-${name}${isNumber ? " is-number" : ""}`;

/** Columns of a higher rank have no room. */
function useRank(): Column["rank"] {
  const isWide = useMedia("(min-width: 1600px)").value;
  const isMiddling = useMedia("(min-width: 821px)").value;
  return isWide ? 2 : isMiddling ? 1 : 0;
}

function Head({ column }: { column: Column }) {
  const { view, choose } = usePage();
  const current = readSort(view.value.sort);
  const isCurrent = current?.column === column;
  const isDescending = isCurrent && (column.largestFirst === true) !== current.isReversed;
  const direction = isDescending ? "descending" : "ascending";
  const next = () => {
    if (!isCurrent) return choose({ sort: column.name });
    choose({ sort: current.isReversed ? "" : `-${column.name}` });
  };
  return (
    <th scope="col" class={classOf(column)} aria-sort={isCurrent ? direction : undefined}>
      <button type="button" class="quiet" onClick={next}>
        {column.name}
        <span aria-hidden="true">{isCurrent ? (isDescending ? " ▼" : " ▲") : ""}</span>
      </button>
    </th>
  );
}

/** Stands for the rows that are not to be seen. */
function Space({ height, columns }: { height: number; columns: number }) {
  if (height === 0) return null;
  return (
    <tbody aria-hidden="true" class="list-space">
      <tr>
        <td colSpan={columns} style={{ height: `${height}px` }} />
      </tr>
    </tbody>
  );
}

/** Up and down go from agent to agent, as on the wall. */
function walk(event: KeyboardEvent): void {
  if (event.key !== "ArrowDown" && event.key !== "ArrowUp") return;
  if (!(event.currentTarget instanceof HTMLElement)) return;
  const links = [...event.currentTarget.querySelectorAll<HTMLElement>("td.of-agent a")];
  const from = links.indexOf(document.activeElement as HTMLElement);
  if (from === -1 && event.target !== event.currentTarget) return;
  const next = links[Math.max(0, from + (event.key === "ArrowDown" ? 1 : -1))];
  if (next === undefined) return;
  event.preventDefault();
  next.focus();
  next.scrollIntoView({ block: "nearest" });
}

/** What is to be seen of a scroller, read once a frame. On a phone it is the page that scrolls. */
function useScrolling(scroller: { readonly current: HTMLElement | null }) {
  const place = useSignal({ top: 0, height: window.innerHeight });
  useEffect(() => {
    const element = scroller.current;
    if (element === null) return;
    let frame: { cancel(): void } | undefined;
    const read = () => {
      frame = undefined;
      const isInner = getComputedStyle(element).overflowY !== "visible";
      place.value = isInner
        ? { top: element.scrollTop, height: element.clientHeight }
        : { top: Math.max(0, -element.getBoundingClientRect().top), height: window.innerHeight };
    };
    const follow = () => {
      frame ??= beforeFrame(read);
    };
    read();
    const sizes = new ResizeObserver(follow);
    sizes.observe(element);
    // Scrolling does not bubble, but is seen on its way down.
    document.addEventListener("scroll", follow, { capture: true, passive: true });
    return () => {
      sizes.disconnect();
      document.removeEventListener("scroll", follow, { capture: true });
      frame?.cancel();
    };
  }, [scroller, place]);
  return place;
}
