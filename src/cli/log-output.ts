import { write, writeSync } from "node:fs";
import type { Clock } from "../clock.ts";

/** Characters that wait for a reader; lines beyond are lost, and their number is told. */
const MOST_WAITING = 16 * 1024 * 1024;
/** Written in one go: about what a pipe takes at once. */
const PIECE = 64 * 1024;
/** A pipe that is full is tried again after this. */
const RETRY_MS = 10;

/**
 * Lines on their way out of this process. Whoever reads them may be slow, or have stopped: nobody here waits
 * for that, because a server that waits judges nobody and acknowledges nothing.
 */
export class LogOutput {
  readonly #fd: number;
  readonly #clock: Clock;
  #lines: string[] = [];
  #waiting = 0;
  #lost = 0;
  /** What is being written, from where on. */
  #piece: Buffer | undefined;
  /** Nobody can read any more. */
  #broken = false;
  #onWritten: (() => void) | undefined;

  constructor(fd: number, clock: Clock) {
    this.#fd = fd;
    this.#clock = clock;
  }

  /** Takes a line with its end. Returns at once. */
  write(line: string): void {
    if (this.#broken) return;
    if (this.#waiting + line.length > MOST_WAITING) {
      this.#lost++;
      return;
    }
    this.#lines.push(line);
    this.#waiting += line.length;
    if (this.#piece === undefined) this.#next();
  }

  /** Resolves when all lines are out, or when nobody has read them for so long. */
  written(withinMs: number): Promise<void> {
    if (this.#piece === undefined) return Promise.resolve();
    return new Promise((resolve) => {
      const timer = this.#clock.after(withinMs, resolve);
      this.#onWritten = () => {
        timer.cancel();
        resolve();
      };
    });
  }

  /** For the end of a process that does not end well: writes what a reader takes at once. */
  writeNow(): void {
    try {
      if (!this.#broken && this.#lines.length > 0) writeSync(this.#fd, this.#lines.join(""));
    } catch {
      // Nobody reads, and there is nobody else to tell.
    }
  }

  #next(): void {
    if (this.#lost > 0 && this.#waiting < MOST_WAITING / 2) this.#tellLost();
    const text = this.#takeText();
    if (text === "") {
      this.#piece = undefined;
      this.#onWritten?.();
      return;
    }
    this.#piece = Buffer.from(text);
    this.#writePiece();
  }

  #takeText(): string {
    let text = "";
    let taken = 0;
    while (taken < this.#lines.length && text.length < PIECE) text += this.#lines[taken++];
    this.#lines = taken === this.#lines.length ? [] : this.#lines.slice(taken);
    this.#waiting -= text.length;
    return text;
  }

  #tellLost(): void {
    const line = JSON.stringify({ level: "error", lost: this.#lost, msg: "lines were lost" });
    this.#lost = 0;
    this.write(`${line}\n`);
  }

  #writePiece(): void {
    const piece = this.#piece;
    if (piece === undefined) return;
    write(this.#fd, piece, (error, written) => {
      if (error?.code === "EAGAIN") this.#clock.after(RETRY_MS, () => this.#writePiece());
      else if (error) this.#giveUp();
      else if (written < piece.length) {
        this.#piece = piece.subarray(written);
        this.#writePiece();
      } else this.#next();
    });
  }

  #giveUp(): void {
    this.#broken = true;
    this.#lines = [];
    this.#waiting = 0;
    this.#next();
  }
}
