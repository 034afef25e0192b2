import type { KeyHandlers, Terminal } from "../context.ts";

const ENTER = "\u001b[?1049h\u001b[?25l\u001b[?7l\u001b[2J";
/** Lines wrap again, the cursor is back, and so is what stood on the screen before. */
const LEAVE = "\u001b[0m\u001b[?7h\u001b[?25h\u001b[?1049l";

/** The whole of a terminal, given back as it was. */
export class Screen {
  readonly #terminal: Terminal;
  readonly #handlers: KeyHandlers;
  readonly #onResize: () => void;
  #releases: (() => void)[] = [];
  #shown: readonly string[] = [];

  constructor(terminal: Terminal, handlers: KeyHandlers, onResize: () => void) {
    this.#terminal = terminal;
    this.#handlers = handlers;
    this.#onResize = onResize;
  }

  get size(): { readonly columns: number; readonly rows: number } {
    return this.#terminal.size();
  }

  enter(): void {
    if (this.#releases.length > 0) return;
    // First of all, so that nothing can end the process with the screen taken and nobody to restore it.
    this.#releases = [
      this.#terminal.takeKeys(this.#handlers, LEAVE),
      this.#terminal.onResize(() => {
        this.#terminal.write("\u001b[2J");
        this.#shown = [];
        this.#onResize();
      }),
    ];
    this.#shown = [];
    this.#terminal.write(ENTER);
  }

  leave(): void {
    if (this.#releases.length === 0) return;
    this.#terminal.write(LEAVE);
    for (const release of this.#releases) release();
    this.#releases = [];
  }

  /** Whether a frame would be shown: not while the screen is another's, or the last one is on its way. */
  get isReady(): boolean {
    return this.#releases.length > 0 && !this.#terminal.isBusy();
  }

  /** Writes the lines that changed. A frame that is left out is made up for by the next one. */
  draw(lines: readonly string[]): void {
    const changed = lines.flatMap((line, index) =>
      line === this.#shown[index] ? [] : [`\u001b[${index + 1};1H${line}\u001b[K`],
    );
    // Below a frame that has become shorter.
    if (lines.length < this.#shown.length) changed.push(`\u001b[${lines.length + 1};1H\u001b[J`);
    this.#shown = lines;
    if (changed.length > 0) this.#terminal.write(changed.join(""));
  }
}
