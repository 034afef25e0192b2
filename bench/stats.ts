/** Arithmetic over samples. */

/** The smallest sample that at least a share `p` of all samples does not exceed. */
export function percentile(samples: readonly number[], p: number): number {
  if (samples.length === 0) return Number.NaN;
  const sorted = Float64Array.from(samples).sort();
  return sorted[Math.max(0, Math.ceil(p * sorted.length) - 1)];
}

export function median(samples: readonly number[]): number {
  if (samples.length === 0) return Number.NaN;
  const sorted = Float64Array.from(samples).sort();
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}

export interface Spread {
  readonly median: number;
  readonly min: number;
  readonly max: number;
}

export function spread(samples: readonly number[]): Spread {
  return { median: median(samples), min: Math.min(...samples), max: Math.max(...samples) };
}

/** "1.42 (1.38–1.51)", and with two digits no more than a reader can use. */
export function showSpread({ median, min, max }: Spread, digits: number): string {
  return `${median.toFixed(digits)} (${min.toFixed(digits)}–${max.toFixed(digits)})`;
}

/**
 * Between which samples the true median lies with 95 % of certainty, whatever the distribution: a median
 * is known no better than that.
 */
export function confidence(samples: readonly number[]): { low: number; high: number } {
  const sorted = Float64Array.from(samples).sort();
  const half = 0.98 * Math.sqrt(sorted.length);
  const low = Math.max(0, Math.floor(sorted.length / 2 - half));
  return { low: sorted[low] ?? Number.NaN, high: sorted[sorted.length - 1 - low] ?? Number.NaN };
}
