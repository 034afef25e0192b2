import { type Layout, rectOf, rowsOf, type Section } from "./layout.ts";

/** Where a key leads from an agent; undefined for a key that does not move. */
export function moved(
  layout: Layout,
  from: number,
  key: string,
  screenHeight: number,
): number | undefined {
  const last = layout.agents.length - 1;
  const bounded = (index: number) => Math.max(0, Math.min(last, index));
  switch (key) {
    case "ArrowLeft":
      return bounded(from - 1);
    case "ArrowRight":
      return bounded(from + 1);
    case "Home":
      return 0;
    case "End":
      return last;
    case "ArrowUp":
      return vertically(layout, from, -1);
    case "ArrowDown":
      return vertically(layout, from, 1);
    case "PageUp":
      return vertically(layout, from, -screenHeight);
    case "PageDown":
      return vertically(layout, from, screenHeight);
    default:
      return undefined;
  }
}

/** One row of cells. */
interface Row {
  readonly section: Section;
  readonly row: number;
  readonly top: number;
  readonly bottom: number;
}

/**
 * The agent straight above or below: in the next row, and of those that are `by` pixels away or nearer in
 * the farthest. Groups lie in grids of their own, so the columns of one row are not those of the next.
 */
function vertically(layout: Layout, from: number, by: number): number {
  const rect = rectOf(layout, from);
  if (rect === undefined) return 0;
  const rows = layout.sections.flatMap(rowsIn);
  const here = rows.findIndex(({ top, bottom }) => rect.y >= top && rect.y < bottom);
  const step = Math.sign(by);
  const isNear = ({ top, bottom }: Row) =>
    by < 0 ? top >= rect.y + by : bottom <= rect.y + rect.height + by;
  let to = here + step;
  for (let next = to + step; rows[next] !== undefined && isNear(rows[next] as Row); next += step) {
    to = next;
  }
  const target = rows[to];
  if (target === undefined) return from;
  const { section, row } = target;
  const middle = rect.x + rect.width / 2;
  const column = Math.min(section.columns - 1, Math.floor(middle / section.pitchX));
  const place = Math.min(section.group.agents.length - 1, row * section.columns + column);
  return section.first + place;
}

function rowsIn(section: Section): Row[] {
  return Array.from({ length: rowsOf(section.group, section.columns) }, (_, row) => {
    const top = section.cellsTop + row * section.pitchY;
    return { section, row, top, bottom: top + section.pitchY };
  });
}
