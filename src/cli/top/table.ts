import { stateOf } from "../agents.ts";
import { type Column, columnNamed, columns, type Moment } from "./columns.ts";
import type { Sighting } from "./fleet.ts";
import { cells, cut, gap } from "./text.ts";

export interface TableParts {
  /** Those that fit the screen. */
  readonly rows: readonly Sighting[];
  readonly selected: string | undefined;
  readonly sort: string;
  readonly reversed: boolean;
  readonly severalOrganizations: boolean;
  readonly moment: Moment;
  readonly width: number;
  paint(word: string): string;
}

interface Fitted {
  readonly column: Column;
  readonly texts: readonly string[];
  readonly width: number;
}

const BETWEEN = 2;
/** Before each row: whether it is selected, said without colours too. */
const MARKER = 2;
/** Narrower than this no column says anything. */
const LEAST = 4;

/** A head and a line for each row. On a narrow screen the columns that matter least are left out. */
export function tableLines(parts: TableParts): string[] {
  const fitted = columnsThatFit(parts);
  const last = fitted.length - 1;
  const line = (cell: (one: Fitted, index: number) => { text: string; painted: string }) =>
    fitted
      .map((one, index) => {
        const { text, painted } = cell(one, index);
        if (one.column.right) return gap(text, one.width) + painted;
        return index === last ? painted : painted + gap(text, one.width);
      })
      .join(" ".repeat(BETWEEN))
      .trimEnd();
  const heads = `  ${line(({ column, width }) => {
    const text = cut(titleOf(column, parts), width);
    return { text, painted: text };
  })}`;
  const rows = parts.rows.map((seen, row) => {
    const marker = seen.key === parts.selected ? "> " : "  ";
    return (
      marker +
      line(({ column, texts, width }) => {
        const text = cut(texts[row]!, width);
        return { text, painted: column.name === "state" ? paintedState(seen, text, parts) : text };
      })
    );
  });
  return [heads, ...rows];
}

/** The state's word alone has a colour, and only where it stands whole. */
function paintedState({ agent }: Sighting, text: string, { paint }: TableParts): string {
  const word = stateOf(agent);
  return text.startsWith(word) ? paint(word) + text.slice(word.length) : text;
}

function titleOf({ name }: Column, { sort, reversed }: TableParts): string {
  const title = name.toUpperCase();
  if (name !== sort) return title;
  return `${title}${(columnNamed(name).largestFirst === true) !== reversed ? "▼" : "▲"}`;
}

/** The columns that fit, with their widths. */
function columnsThatFit(parts: TableParts): Fitted[] {
  const { rows, moment, sort } = parts;
  const shown = columns
    .filter(({ name }) => name !== "organization" || parts.severalOrganizations)
    .map((column) => {
      const texts = rows.map((seen) => column.text(seen, moment));
      return { column, texts, width: widthOf(column, texts, parts) };
    });
  let room = parts.width - MARKER;
  const chosen = new Set<Fitted>();
  // The order that somebody asked for is to be seen, so that column goes before those that may go.
  const rank = ({ name, rank }: Column) => (name === sort && rank > 1 ? 1.5 : rank);
  for (const one of shown.toSorted((a, b) => rank(a.column) - rank(b.column))) {
    const between = chosen.size === 0 ? 0 : BETWEEN;
    const width = isOpen(one.column) ? Math.min(one.column.min, room - between) : one.width;
    if (width + between > room || width < LEAST) continue;
    chosen.add({ ...one, width });
    room -= width + between;
  }
  // What is left over is for the text that has no bound.
  return [...chosen]
    .sort((a, b) => columns.indexOf(a.column) - columns.indexOf(b.column))
    .map((one) => ({ ...one, width: isOpen(one.column) ? one.width + room : one.width }));
}

const isOpen = ({ max }: Column) => max === Number.POSITIVE_INFINITY;

function widthOf(column: Column, texts: readonly string[], parts: TableParts): number {
  const title = cells(titleOf(column, parts));
  // Ids are long: they may not take the whole of a narrow screen.
  const max =
    column.name === "agent"
      ? Math.min(column.max, Math.max(column.min, parts.width * 0.4))
      : column.max;
  const widest = texts.reduce((most, text) => Math.max(most, cells(text)), title);
  return Math.floor(Math.max(column.min, title, Math.min(max, widest)));
}
