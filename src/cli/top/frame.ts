import { arrange } from "./arrange.ts";
import type { Moment } from "./columns.ts";
import type { Sighting } from "./fleet.ts";
import { helpLines } from "./help.ts";
import { type HeaderParts, header } from "./overview.ts";
import { tableLines } from "./table.ts";
import { cut } from "./text.ts";
import { settled, type View } from "./view.ts";

/** Everything that a frame shows. */
export interface Scene extends HeaderParts {
  readonly view: View;
  readonly sightings: ReadonlyMap<string, Sighting>;
  /** The instant for which ages and silences are told: in the past when the connection is lost. */
  readonly moment: Moment;
  readonly height: number;
  /** What is shown instead of the table while an agent is looked at. */
  readonly details: readonly string[] | undefined;
  /** Shows a line as the selected one. */
  emphasize(line: string): string;
}

export interface Frame {
  readonly lines: readonly string[];
  /** The view as it came out: scrolled to where the selection is. */
  readonly view: View;
  /** All that are wanted, in order. */
  readonly rows: readonly Sighting[];
  /** Those on the screen. */
  readonly visible: readonly Sighting[];
  /** How many rows fit. */
  readonly pageHeight: number;
}

/** Lines for a head and a foot, and one row at least. */
const LEAST_BELOW = 3;

/** One screen full. No line is wider than the screen, and there are no more than it has. */
export function frame(scene: Scene): Frame {
  const { view, width, height } = scene;
  const above = header(scene).slice(0, Math.max(1, height - LEAST_BELOW));
  const rows = arrange(scene.sightings.values(), view, scene.moment);
  const below = height - above.length - 1;
  const foot = cut(footOf(scene, rows.length), width);
  if (view.mode.kind === "help") return page(scene, above, helpLines(width), foot, rows, 0);
  if (scene.details !== undefined && view.mode.kind === "details") {
    return page(scene, above, scene.details, foot, rows, view.mode.scroll);
  }
  const pageHeight = Math.max(1, below - 1);
  const placed = settled(view, { rows, height: pageHeight });
  const visible = rows.slice(placed.top, placed.top + pageHeight);
  const [head = "", ...lines] = tableLines({
    rows: visible,
    selected: placed.selected,
    sort: view.sort,
    reversed: view.reversed,
    severalOrganizations: isOfSeveral(scene.sightings),
    moment: scene.moment,
    width,
    paint: scene.paint,
  });
  const body = lines.map((line, index) =>
    visible[index]?.key === placed.selected ? scene.emphasize(line) : line,
  );
  return {
    lines: filled([...above, head, ...body], foot, height),
    view: placed,
    rows,
    visible,
    pageHeight,
  };
}

function page(
  { view, height }: Scene,
  above: readonly string[],
  body: readonly string[],
  foot: string,
  rows: readonly Sighting[],
  scroll: number,
): Frame {
  const room = Math.max(1, height - above.length - 2);
  const from = Math.max(0, Math.min(scroll, body.length - room));
  const lines = filled([...above, "", ...body.slice(from, from + room)], foot, height);
  const scrolled =
    view.mode.kind === "details" ? { ...view, mode: { ...view.mode, scroll: from } } : view;
  return { lines, view: scrolled, rows, visible: [], pageHeight: room };
}

/** The foot at the very bottom of the screen; none where there is no bottom. */
function filled(lines: readonly string[], foot: string, height: number): string[] {
  if (height === Number.POSITIVE_INFINITY) return [...lines];
  const body = lines.slice(0, height - 1);
  return [...body, ...Array(Math.max(0, height - 1 - body.length)).fill(""), foot].slice(0, height);
}

function footOf({ view, sightings }: Scene, wanted: number): string {
  const { mode } = view;
  if (mode.kind === "filtering") return `/${view.filter}_  (Enter keeps it, Escape drops it)`;
  if (mode.kind === "pausing") return `pause ${mode.seen.agent.agentId} for 10 min? y or n`;
  if (view.message !== "") return view.message;
  if (mode.kind === "details")
    return "Escape goes back, arrows scroll, p pauses, u resumes, q quits";
  const narrowed = [
    view.filter === "" ? "" : `filter "${view.filter}"`,
    view.troubledOnly ? "only troubled" : "",
  ].filter(Boolean);
  const counted =
    narrowed.length === 0 ? "" : `${wanted} of ${sightings.size}, ${narrowed.join(", ")}; `;
  return `${counted}? help, q quit, / filter, f troubled, s order`;
}

function isOfSeveral(sightings: ReadonlyMap<string, Sighting>): boolean {
  let first: string | undefined;
  for (const { agent } of sightings.values()) {
    first ??= agent.organizationId;
    if (agent.organizationId !== first) return true;
  }
  return false;
}
