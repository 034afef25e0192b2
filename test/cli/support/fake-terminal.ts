import type { KeyHandlers, Terminal } from "../../../src/cli/context.ts";

/** A terminal that shows what was written to it, as far as a full screen writes. */
export class FakeTerminal implements Terminal {
  columns: number;
  rows: number;
  busy = false;
  /** Whether the screen that was there before is covered. */
  isAlternate = false;
  isCursorShown = true;
  /** Everything that was written. */
  written = "";
  #lines: string[] = [];
  #row = 0;
  #keys: KeyHandlers | undefined;
  #resized = new Set<() => void>();

  constructor(columns = 100, rows = 24) {
    this.columns = columns;
    this.rows = rows;
  }

  /** The text on the screen, without colours. */
  get screen(): string {
    return this.#lines.join("\n");
  }

  get isRaw(): boolean {
    return this.#keys !== undefined;
  }

  size() {
    return { columns: this.columns, rows: this.rows };
  }

  isBusy() {
    return this.busy;
  }

  write(text: string): void {
    this.written += text;
    for (const part of text.split("\u001b[")) {
      // Colours belong to the line they stand in.
      const [, code, rest = ""] = /^([?\d;]*[A-Za-z])(.*)$/s.exec(part) ?? [];
      if (code?.endsWith("m")) this.#append(rest);
      else if (code !== undefined) this.#obey(code, rest);
    }
  }

  press(keys: string): void {
    this.#keys?.onText(keys);
  }

  hangUp(): void {
    this.#keys?.onEnd();
  }

  resize(columns: number, rows: number): void {
    this.columns = columns;
    this.rows = rows;
    for (const handler of this.#resized) handler();
  }

  onResize(handler: () => void): () => void {
    this.#resized.add(handler);
    return () => void this.#resized.delete(handler);
  }

  takeKeys(handlers: KeyHandlers): () => void {
    this.#keys = handlers;
    return () => {
      this.#keys = undefined;
    };
  }

  #append(text: string): void {
    this.#lines[this.#row] = (this.#lines[this.#row] ?? "") + text;
  }

  #obey(code: string, rest: string): void {
    const [, line] = /^(\d+);1H$/.exec(code) ?? [];
    if (line !== undefined) {
      this.#row = Number(line) - 1;
      this.#lines[this.#row] = rest;
    }
    if (code === "2J") this.#lines = [];
    if (code === "?1049h") this.isAlternate = true;
    if (code === "?1049l") this.isAlternate = false;
    if (code === "?25h") this.isCursorShown = true;
    if (code === "?25l") this.isCursorShown = false;
  }
}
