/** The rows of a long list that are to be seen, and what they leave above and below. */
export interface Rows {
  readonly from: number;
  readonly to: number;
  readonly above: number;
  readonly below: number;
}

/** More than fit, so that scrolling shows no gap. */
const SPARE = 8;

/** A browser lets nothing be taller than this; beyond it the last rows could not be reached. */
const TALLEST = 15_000_000;

export function rowsSeen(
  count: number,
  rowHeight: number,
  { top, height }: { readonly top: number; readonly height: number },
): Rows {
  const reachable = Math.min(count, Math.floor(TALLEST / rowHeight));
  const first = Math.floor(top / rowHeight) - SPARE;
  const from = Math.max(0, Math.min(first, reachable - 1));
  const to = Math.min(reachable, Math.max(from, Math.ceil((top + height) / rowHeight) + SPARE));
  return { from, to, above: from * rowHeight, below: (reachable - to) * rowHeight };
}
