import { format } from "node:util";
import type { Logger } from "../../../src/orchestrator/logger.ts";

/** A logger that keeps what it is told, as `level message`. */
export class NotedLogger implements Logger {
  readonly lines: string[] = [];

  info(...words: [string, ...unknown[]]): void {
    this.lines.push(`info ${format(...words)}`);
  }

  warn(...words: [string, ...unknown[]]): void {
    this.lines.push(`warn ${format(...words)}`);
  }

  error(...words: [string, ...unknown[]]): void {
    this.lines.push(`error ${format(...words)}`);
  }
}
