import { plural } from "../../../src/cli/words.ts";

/** What an agent keeps with a task, as text if it is text; JSON is laid out. */
export function detailText(detail: Uint8Array): string {
  if (detail.length === 0) return "";
  let text: string;
  try {
    text = new TextDecoder("utf-8", { fatal: true }).decode(detail);
  } catch {
    // Not every agent keeps text.
    return `${plural(detail.length, "byte")} that are no text`;
  }
  try {
    return JSON.stringify(JSON.parse(text), undefined, 2);
  } catch {
    // Text it is, if no JSON.
    return text;
  }
}
