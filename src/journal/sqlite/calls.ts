import type { EventQuery } from "../../events/log.ts";
import type { DocumentName } from "../documents.ts";
import type { Mark, Opened, RowName, TrimBounds } from "../store.ts";
import type { EncodedBatch } from "./batch.ts";
import type { Trouble } from "./errors.ts";
import type { Found } from "./finder.ts";
import type { OpeningOptions } from "./opening.ts";

/** What is asked of a thread that holds a file, by name: what each call takes, and what it gives. */
export interface Calls {
  /** The first call; of a thread that follows one that died, the file is opened anew without it. */
  open(options: OpeningOptions): Opened;
  begin(mark: Mark): void;
  commit(batch: EncodedBatch): void;
  rows(after: RowName | undefined): string[];
  documents(after: DocumentName | undefined): string[];
  trim(bounds: TrimBounds): { firstSequence: number; more: boolean };
  close(endedWell: boolean): void;
  /** Served by a connection of its own that only reads. */
  find(query: EventQuery): Found;
}

export type CallName = keyof Calls;

/** Makes calls and waits for the answers. Rejects with a StoreError, `open` with a JournalError. */
export interface Caller {
  call<Name extends CallName>(
    name: Name,
    argument: Parameters<Calls[Name]>[0],
  ): Promise<ReturnType<Calls[Name]>>;
  /** Lets go of everything, done or not. Whoever still waits is rejected. */
  end(): Promise<void>;
}

export interface CallMessage {
  readonly id: number;
  readonly name: CallName;
  readonly argument: unknown;
}

export type AnswerMessage =
  | { readonly id: number; readonly value: unknown }
  | { readonly id: number; readonly failure: Failure };

/** An error on its way from one thread to the other, where it would lose its class. */
export interface Failure {
  readonly message: string;
  /** Undefined for a JournalError. */
  readonly trouble: Trouble | undefined;
}

/** What a thread is told at its start. */
export interface ThreadSettings {
  readonly path: string;
  readonly synchronous: OpeningOptions["synchronous"];
}
