/** As the monitor smooths it. */
const SMOOTHED_OVER = 16;

/**
 * The mean deviation of gaps from one another after each of them, as the monitor reckons jitter.
 *
 * @param gaps null for one that is not known
 * @param longestMs a longer gap is an outage, and no part of the agent's rhythm
 */
export function jitters(gaps: readonly (number | null)[], longestMs: number): number[] {
  let jitter = 0;
  let before: number | undefined;
  return gaps.map((gap) => {
    if (gap === null || gap > longestMs) {
      before = undefined;
      return jitter;
    }
    if (before !== undefined) jitter += (Math.abs(gap - before) - jitter) / SMOOTHED_OVER;
    before = gap;
    return jitter;
  });
}
