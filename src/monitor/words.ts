/** A span of milliseconds for people: "250 ms", "1.5 s", "12 min", "3 h 20 min". */
export function span(ms: number): string {
  if (ms < 1000) return `${Math.round(ms)} ms`;
  if (ms < 60_000) return `${trimmed(ms / 1000)} s`;
  if (ms < 3_600_000) return pair(ms / 60_000, "min", 60, "s");
  if (ms < 86_400_000) return pair(ms / 3_600_000, "h", 60, "min");
  return pair(ms / 86_400_000, "d", 24, "h");
}

function trimmed(value: number): string {
  return String(Math.floor(value * 10) / 10);
}

function pair(value: number, unit: string, ratio: number, smaller: string): string {
  const whole = Math.floor(value);
  const rest = Math.floor((value - whole) * ratio + 1e-9);
  return rest === 0 ? `${whole} ${unit}` : `${whole} ${unit} ${rest} ${smaller}`;
}
