import { writeSync } from "node:fs";
import type { Terminal } from "./context.ts";

/** The terminal of this process. Its streams are opened when they are first used. */
export function systemTerminal(process: NodeJS.Process): Terminal {
  return {
    size: () => ({ columns: process.stdout.columns, rows: process.stdout.rows }),
    write: (text) => void process.stdout.write(text),
    isBusy: () => process.stdout.writableNeedDrain,
    onResize(handler) {
      process.stdout.on("resize", handler);
      return () => void process.stdout.off("resize", handler);
    },
    takeKeys({ onText, onEnd }, restore) {
      const { stdin } = process;
      // Written at once: the process is about to be gone, and with it what its streams still hold.
      const atExit = () => {
        try {
          stdin.setRawMode(false);
          writeSync(1, restore);
        } catch {
          // The terminal is gone, and with it what there was to restore.
        }
      };
      process.once("exit", atExit);
      stdin.setRawMode(true);
      stdin.setEncoding("utf8").on("data", onText).on("end", onEnd).on("error", onEnd).resume();
      return () => {
        process.off("exit", atExit);
        stdin.pause().off("data", onText).off("end", onEnd).off("error", onEnd);
        // Throws when the terminal is gone.
        if (!stdin.destroyed) stdin.setRawMode(false);
      };
    },
  };
}
