import { createServer, type IncomingHttpHeaders } from "node:http";
import type { AddressInfo } from "node:net";

interface Value {
  readonly stringValue?: string;
}

/** A span as OTLP's JSON has it. */
export interface ReceivedSpan {
  readonly name: string;
  readonly kind: number;
  readonly traceId: string;
  readonly parentSpanId?: string;
  readonly startTimeUnixNano: string;
  readonly endTimeUnixNano: string;
  readonly status: { readonly code?: number };
  readonly attributes: Readonly<Record<string, string | undefined>>;
  readonly resource: Readonly<Record<string, string | undefined>>;
}

interface Batch {
  readonly resourceSpans: readonly {
    readonly resource: { readonly attributes: Attributes };
    readonly scopeSpans: readonly {
      readonly spans: readonly (Omit<ReceivedSpan, "attributes" | "resource"> & {
        readonly attributes: Attributes;
      })[];
    }[];
  }[];
}

type Attributes = readonly { readonly key: string; readonly value: Value }[];
const plain = (attributes: Attributes) =>
  Object.fromEntries(attributes.map(({ key, value }) => [key, value.stringValue]));

/** Somebody who takes traces: OTLP over HTTP, as JSON. */
export class Receiver implements AsyncDisposable {
  readonly spans: ReceivedSpan[] = [];
  readonly headers: IncomingHttpHeaders[] = [];
  /** What it does with a batch. */
  mood: "takes" | "fails" | "hangs" = "takes";
  readonly #server = createServer((request, response) => {
    let text = "";
    request.on("data", (chunk) => {
      text += chunk;
    });
    request.on("end", () => {
      if (this.mood === "hangs") return;
      if (this.mood === "fails") return response.writeHead(400).end("no");
      this.headers.push(request.headers);
      this.#take(JSON.parse(text));
      return response.writeHead(200, { "content-type": "application/json" }).end("{}");
    });
  });

  static async start(): Promise<Receiver> {
    const receiver = new Receiver();
    await new Promise<void>((resolve) => receiver.#server.listen(0, "127.0.0.1", resolve));
    return receiver;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}/v1/traces`;
  }

  named(name: string): ReceivedSpan[] {
    return this.spans.filter((span) => span.name.endsWith(name));
  }

  #take({ resourceSpans }: Batch): void {
    for (const { resource, scopeSpans } of resourceSpans) {
      for (const span of scopeSpans.flatMap(({ spans }) => spans)) {
        const attributes = plain(span.attributes);
        this.spans.push({ ...span, attributes, resource: plain(resource.attributes) });
      }
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }
}
