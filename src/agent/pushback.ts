/** What is believed of a delay that a server asks for, in ms. */
const BELIEVED = { min: 10, max: 5 * 60_000 } as const;

/** How much longer than asked is waited: up to a tenth, and no more than this. */
const LONGEST_JITTER_MS = 1_000;

/**
 * Reads `grpc-retry-pushback-ms`: how long the server asks to stay away. Brought within bounds; undefined
 * when there is none, or none that makes sense.
 */
export function readPushback(text: string | null): number | undefined {
  if (text === null || !/^\d+$/.test(text)) return undefined;
  return Math.min(BELIEVED.max, Math.max(BELIEVED.min, Number(text)));
}

/** The wait that comes of it: never shorter, so that nobody comes before its turn. */
export function pushbackWaitMs(pushbackMs: number, random: () => number): number {
  return pushbackMs + Math.floor(random() * Math.min(pushbackMs / 10, LONGEST_JITTER_MS));
}
