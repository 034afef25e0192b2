/** A thread that holds the journal's file, for writing or for reading. Its calls are in calls.ts. */
import { parentPort, workerData } from "node:worker_threads";
import { nextTurn } from "../../clock.ts";
import type { EventQuery } from "../../events/log.ts";
import type { CallMessage, CallName, Calls, Failure, ThreadSettings } from "./calls.ts";
import { openForReading } from "./database.ts";
import { JournalError, storeError } from "./errors.ts";
import { Finder, type Found } from "./finder.ts";
import { openFile, reopenFile } from "./opening.ts";
import type { SqliteFile } from "./store.ts";

const { path, synchronous } = workerData as ThreadSettings;

let file: SqliteFile | undefined;
let finder: Finder | undefined;

function opened(): SqliteFile {
  file ??= reopenFile(path, synchronous);
  return file;
}

type Handlers = {
  readonly [Name in CallName]: (
    argument: Parameters<Calls[Name]>[0],
  ) => ReturnType<Calls[Name]> | Promise<ReturnType<Calls[Name]>>;
};

const handlers: Handlers = {
  open(options) {
    const { file: ready, setAside } = openFile(path, options);
    file = ready;
    return { ...ready.opened, setAside };
  },
  begin: (mark) => opened().begin(mark),
  commit: (batch) => opened().commit(batch),
  rows: (after) => opened().rows(after),
  documents: (after) => opened().documents(after),
  trim: (bounds) => opened().trim(bounds),
  find,
  close: (endedWell) => opened().close(endedWell),
};

/** Other questions have their turn between two windows of this one. */
async function find(query: EventQuery): Promise<Found> {
  finder ??= new Finder(openForReading(path));
  const search = finder.find(query);
  for (;;) {
    const step = search.next();
    if (step.done) return step.value;
    await nextTurn();
  }
}

/** Answers in the order of the calls: all but `find` are done before the next message is taken. */
async function answer({ id, name, argument }: CallMessage): Promise<void> {
  try {
    const result = (handlers[name] as (argument: unknown) => unknown)(argument);
    const value = result instanceof Promise ? await result : result;
    parentPort?.postMessage({ id, value });
  } catch (error) {
    parentPort?.postMessage({ id, failure: failureOf(error) });
  }
}

function failureOf(error: unknown): Failure {
  if (error instanceof JournalError) return { message: error.message, trouble: undefined };
  const { message, trouble } = storeError(error);
  return { message, trouble };
}

parentPort?.on("message", (message: CallMessage) => void answer(message));
