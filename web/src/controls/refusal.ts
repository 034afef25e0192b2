import { Code, ConnectError } from "@connectrpc/connect";

/** Why something was not done, for whoever wanted it. */
export interface Refusal {
  /** What it means, and what to do. */
  readonly meaning: string;
  /** The server's own words; empty when it said none. */
  readonly words: string;
}

const UNKNOWN =
  "There was no answer: it may have been done or not. Look at what the page shows before you try again.";

const meanings: Readonly<Partial<Record<Code, string>>> = {
  [Code.InvalidArgument]: "The server does not take this.",
  [Code.NotFound]: "There is no such thing (any more).",
  [Code.FailedPrecondition]: "That cannot be done as things stand.",
  [Code.Unavailable]: "The server can do nothing now, and has done nothing. Try again in a moment.",
  [Code.ResourceExhausted]: "There is no room for more.",
  [Code.Unauthenticated]: "The server wants a token for this.",
  [Code.PermissionDenied]: "This token may look, and not do this.",
  [Code.Unimplemented]: "This server cannot do that.",
  [Code.DeadlineExceeded]: UNKNOWN,
};

export function refusalOf(error: unknown): Refusal {
  const { code, rawMessage, cause } = ConnectError.from(error);
  // What a browser says of a socket that is gone comes with a cause, and is not the server's.
  const isOfServer = cause === undefined && code !== Code.DeadlineExceeded;
  const meaning = isOfServer ? (meanings[code] ?? "It was not done.") : UNKNOWN;
  return { meaning, words: isOfServer ? rawMessage : "" };
}
