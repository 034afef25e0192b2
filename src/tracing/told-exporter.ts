import { type ExportResult, ExportResultCode } from "@opentelemetry/core";
import type { ReadableSpan, SpanExporter } from "@opentelemetry/sdk-trace";
import type { Logger } from "pino";

/** An exporter whose failures the log has: once when they begin, and once when they are over. */
export class ToldExporter implements SpanExporter {
  readonly #exporter: SpanExporter;
  readonly #log: Logger;
  #fails = false;
  #lostTotal = 0;

  constructor(exporter: SpanExporter, log: Logger) {
    this.#exporter = exporter;
    this.#log = log;
  }

  export(spans: ReadableSpan[], done: (result: ExportResult) => void): void {
    this.#exporter.export(spans, (result) => {
      this.#tell(result, spans.length);
      done(result);
    });
  }

  shutdown(): Promise<void> {
    return this.#exporter.shutdown();
  }

  async forceFlush(): Promise<void> {
    await this.#exporter.forceFlush?.();
  }

  #tell({ code, error }: ExportResult, spans: number): void {
    const fails = code !== ExportResultCode.SUCCESS;
    if (fails) this.#lostTotal += spans;
    if (fails === this.#fails) return;
    this.#fails = fails;
    // The words alone: the error has what the other side has answered, whatever that is.
    if (fails) this.#log.warn({ error: error?.message }, "traces are not taken");
    else this.#log.info({ lostTotal: this.#lostTotal }, "traces are taken again");
  }
}
