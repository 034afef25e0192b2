import { closest, distance } from "fastest-levenshtein";

/**
 * The word that was probably meant. A guess needs a resemblance: fewer changes than half of the letters
 * of the longer word.
 */
export function nearest(word: string, words: readonly string[]): string | undefined {
  if (words.length === 0) return undefined;
  const best = closest(word, words);
  return distance(word, best) * 2 < Math.max(word.length, best.length) ? best : undefined;
}
