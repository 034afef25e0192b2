import stringWidth from "string-width";
import { plain } from "../terminal.ts";

/** Text in cells of a terminal: a Chinese character takes two, an accent none. */

const printable = /^[\u0020-\u007e]*$/;
const graphemes = new Intl.Segmenter();

/** How many cells a text takes. */
export function cells(text: string): number {
  return printable.test(text) ? text.length : stringWidth(text);
}

/** A text from elsewhere, harmless, and cut to so many cells. */
export function cut(text: string, width: number): string {
  const safe = plain(text);
  if (cells(safe) <= width) return safe;
  if (width < 1) return "";
  return `${head(safe, width - 1)}…`;
}

function head(text: string, width: number): string {
  if (printable.test(text)) return text.slice(0, width);
  let kept = "";
  let taken = 0;
  for (const { segment } of graphemes.segment(text)) {
    taken += stringWidth(segment);
    if (taken > width) break;
    kept += segment;
  }
  return kept;
}

/** Spaces up to so many cells. */
export function gap(text: string, width: number): string {
  return " ".repeat(Math.max(0, width - cells(text)));
}

/** A text in lines of so many cells, broken between words where that is possible. */
export function wrap(text: string, width: number): string[] {
  const lines: string[] = [];
  let line = "";
  for (let word of plain(text).split(" ")) {
    if (line !== "" && cells(line) + 1 + cells(word) > width) {
      lines.push(line);
      line = "";
    }
    for (; cells(word) > width; word = word.slice(head(word, width).length)) {
      lines.push(head(word, width));
    }
    line = line === "" ? word : `${line} ${word}`;
  }
  return [...lines, line];
}

/** A word or two that stay together, and how they are painted. */
export interface Piece {
  readonly text: string;
  readonly painted?: string;
}

/** Pieces one after another, in as many lines as they need. */
export function flow(pieces: readonly Piece[], width: number): string[] {
  const lines: string[] = [];
  let line = "";
  let taken = 0;
  for (const { text, painted } of pieces) {
    const fitting = cut(text, width);
    const shown = fitting === text ? (painted ?? text) : fitting;
    if (taken > 0 && taken + 2 + cells(fitting) > width) {
      lines.push(line);
      line = "";
      taken = 0;
    }
    line += taken === 0 ? shown : `  ${shown}`;
    taken += (taken === 0 ? 0 : 2) + cells(fitting);
  }
  return taken === 0 ? lines : [...lines, line];
}
