import type { DescEnum } from "@bufbuild/protobuf";
import { type Duration, durationMs, type Timestamp, timestampDate } from "@bufbuild/protobuf/wkt";

/** How values of the contract are said to people. */

/** A span, to two units at most: "350ms", "3.2s", "5m 12s", "2h 3m", "9d 4h". */
export function span(duration: Duration | undefined): string {
  if (duration === undefined) return "-";
  const ms = Math.max(0, Math.round(durationMs(duration)));
  if (ms < 1_000) return `${ms}ms`;
  if (ms < 60_000) return `${Math.floor(ms / 100) / 10}s`;
  if (ms < 3_600_000) return two(Math.floor(ms / 1_000), 60, "m", "s");
  if (ms < 86_400_000) return two(Math.floor(ms / 60_000), 60, "h", "m");
  return two(Math.floor(ms / 3_600_000), 24, "d", "h");
}

function two(amount: number, perLarge: number, large: string, small: string): string {
  const rest = amount % perLarge;
  const whole = `${Math.floor(amount / perLarge)}${large}`;
  return rest === 0 ? whole : `${whole} ${rest}${small}`;
}

/** An instant of the server's wall clock, in UTC to the millisecond. */
export function instant(timestamp: Timestamp | undefined): string {
  return timestamp === undefined ? "-" : timestampDate(timestamp).toISOString();
}

/** A value of an enum without the enum's name: "ALIVE". A number that this version does not know stays. */
export function word(schema: DescEnum, value: number): string {
  const name = schema.value[value]?.name;
  return name === undefined ? String(value) : name.slice(prefixOf(schema).length);
}

/** The words of an enum that may be asked for. */
export function wordsOf(schema: DescEnum): string[] {
  return schema.values
    .filter(({ number }) => number !== 0)
    .map(({ number }) => word(schema, number));
}

/** AgentState -> AGENT_STATE_, as the contract's style demands. */
function prefixOf(schema: DescEnum): string {
  return (schema.values[0]?.name ?? "").replace(/UNSPECIFIED$/, "");
}

export function percent(progress: number): string {
  return `${Math.round(progress * 100)} %`;
}

export function plural(amount: bigint | number, noun: string, several = `${noun}s`): string {
  const counted = Number(amount).toLocaleString("en-US");
  return `${counted} ${Number(amount) === 1 ? noun : several}`;
}
