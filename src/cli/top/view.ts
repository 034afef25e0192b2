import type { Arrangement } from "./arrange.ts";
import { columnNames } from "./columns.ts";
import type { Sighting } from "./fleet.ts";
import type { Key, NamedKey } from "./keys.ts";

/** What a person has chosen to see. */
export interface View extends Arrangement {
  readonly mode: Mode;
  /** The selected agent, which stays so wherever the order puts it; undefined before any is. */
  readonly selected: string | undefined;
  /** Where it stood last: what is selected once it is gone. */
  readonly index: number;
  /** The first row on the screen. */
  readonly top: number;
  /** What came of the last thing that was asked for. */
  readonly message: string;
}

export type Mode =
  | { readonly kind: "table" }
  | { readonly kind: "help" }
  | { readonly kind: "filtering"; readonly before: string }
  | { readonly kind: "pausing"; readonly seen: Sighting }
  | { readonly kind: "details"; readonly seen: Sighting; readonly scroll: number };

/** What the view itself cannot do. */
export type Action =
  | { readonly kind: "quit" | "suspend" }
  | { readonly kind: "open" | "pause" | "resume"; readonly seen: Sighting };

export interface Pressed {
  readonly view: View;
  readonly action?: Action;
}

/** What is on the screen: the rows in order, and how many fit. */
export interface Page {
  readonly rows: readonly Sighting[];
  readonly height: number;
}

export function newView(sort: string): View {
  return {
    sort,
    reversed: false,
    filter: "",
    troubledOnly: false,
    mode: { kind: "table" },
    selected: undefined,
    index: 0,
    top: 0,
    message: "",
  };
}

const MAX_FILTER_LENGTH = 200;
const toTable = { kind: "table" } as const;

export function press(view: View, key: Key, page: Page): Pressed {
  if (key.kind === "interrupt") return { view, action: { kind: "quit" } };
  if (key.kind === "suspend") return { view, action: { kind: "suspend" } };
  const { mode } = view;
  switch (mode.kind) {
    case "help":
      return key.kind === "character" && key.character === "q"
        ? { view, action: { kind: "quit" } }
        : { view: { ...view, mode: toTable } };
    case "filtering":
      return { view: typed(view, mode.before, key) };
    case "pausing":
      return confirmed({ ...view, mode: toTable }, mode.seen, key);
    case "details":
      return inDetails(view, mode, key, page);
    case "table":
      return inTable({ ...view, message: "" }, key, page);
  }
}

function typed(view: View, before: string, key: Key): View {
  if (key.kind === "enter") return { ...view, mode: toTable };
  if (key.kind === "escape") return { ...view, filter: before, mode: toTable };
  if (key.kind === "backspace") {
    return { ...view, filter: Array.from(view.filter).slice(0, -1).join("") };
  }
  if (key.kind !== "character" || view.filter.length >= MAX_FILTER_LENGTH) return view;
  return { ...view, filter: view.filter + key.character, top: 0 };
}

function confirmed(view: View, seen: Sighting, key: Key): Pressed {
  if (key.kind === "character" && key.character === "y") {
    return { view, action: { kind: "pause", seen } };
  }
  return { view: { ...view, message: `${seen.agent.agentId} is not paused` } };
}

function inDetails(view: View, mode: Mode & { kind: "details" }, key: Key, page: Page): Pressed {
  if (key.kind === "escape" || key.kind === "enter" || key.kind === "backspace") {
    return { view: { ...view, mode: toTable } };
  }
  const scroll = moved(mode.scroll, key.kind, {
    last: Number.MAX_SAFE_INTEGER,
    height: page.height,
  });
  if (scroll !== undefined) return { view: { ...view, mode: { ...mode, scroll } } };
  return key.kind === "character" ? command(view, key.character, mode.seen) : { view };
}

function inTable(view: View, key: Key, { rows, height }: Page): Pressed {
  const index = placeOf(view, rows);
  const seen = view.selected === undefined ? undefined : rows[index];
  const from = view.selected === undefined ? -1 : index;
  const target = moved(from, key.kind, { last: rows.length - 1, height });
  if (target !== undefined) {
    const next = rows[target];
    return { view: next === undefined ? view : { ...view, selected: next.key, index: target } };
  }
  if (key.kind === "enter") return seen ? opened(view, seen) : { view: unselected(view) };
  if (key.kind === "escape") return { view: { ...view, selected: undefined, index: 0, top: 0 } };
  return key.kind === "character" ? command(view, key.character, seen) : { view };
}

function opened(view: View, seen: Sighting): Pressed {
  return {
    view: { ...view, mode: { kind: "details", seen, scroll: 0 } },
    action: { kind: "open", seen },
  };
}

const unselected = (view: View): View => ({
  ...view,
  message: "no agent is selected; the arrow keys select one",
});

function command(view: View, character: string, seen: Sighting | undefined): Pressed {
  switch (character) {
    case "q":
      return { view, action: { kind: "quit" } };
    case "?":
      return { view: { ...view, mode: { kind: "help" } } };
    case "s":
    case ">":
      return { view: { ...view, sort: neighbour(view.sort, 1), reversed: false } };
    case "<":
      return { view: { ...view, sort: neighbour(view.sort, -1), reversed: false } };
    case "r":
      return { view: { ...view, reversed: !view.reversed } };
    case "f":
      return { view: { ...view, troubledOnly: !view.troubledOnly, top: 0 } };
    case "/":
      return { view: { ...view, mode: { kind: "filtering", before: view.filter } } };
    case "p":
      return { view: seen ? { ...view, mode: { kind: "pausing", seen } } : unselected(view) };
    case "u":
      return seen ? { view, action: { kind: "resume", seen } } : { view: unselected(view) };
    default:
      return { view };
  }
}

const neighbour = (sort: string, step: number): string =>
  columnNames.at((columnNames.indexOf(sort) + step) % columnNames.length)!;

/** Where a key that moves leads; undefined for the others. */
function moved(
  from: number,
  key: NamedKey | "character",
  { last, height }: { readonly last: number; readonly height: number },
): number | undefined {
  const bounded = (to: number) => Math.max(0, Math.min(last, to));
  const page = Math.max(1, height - 1);
  switch (key) {
    case "up":
      return bounded(from - 1);
    case "down":
      return bounded(from + 1);
    case "pageUp":
      return bounded(from - page);
    case "pageDown":
      return bounded(Math.max(0, from) + page);
    case "home":
      return 0;
    case "end":
      return bounded(last);
    default:
      return undefined;
  }
}

/** Where the selected agent stands now; where it stood last when it is gone. */
export function placeOf({ selected, index }: View, rows: readonly Sighting[]): number {
  const found = selected === undefined ? -1 : rows.findIndex(({ key }) => key === selected);
  return found !== -1 ? found : Math.max(0, Math.min(index, rows.length - 1));
}

/** The view over these rows: the selected one is on the screen, and the screen is full if it can be. */
export function settled(view: View, { rows, height }: Page): View {
  const lastTop = Math.max(0, rows.length - height);
  if (view.selected === undefined) return { ...view, top: Math.min(view.top, lastTop) };
  const index = placeOf(view, rows);
  const top = Math.min(Math.max(view.top, index - height + 1), index, lastTop);
  return { ...view, index, selected: rows[index]?.key ?? view.selected, top: Math.max(0, top) };
}
