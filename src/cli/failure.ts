import { Code, ConnectError } from "@connectrpc/connect";

/**
 * What a script can tell from the exit code; the same for every command except `run`, which exits as
 * its program did (126 when it cannot be executed, 127 when it is not found).
 */
export const exitCodes = {
  /** Done. For `status ID`: the agent is ALIVE. */
  done: 0,
  /** Refused, or failed. For `status ID`: the agent is known, and not ALIVE. */
  failed: 1,
  /** The command, its flags or its settings are wrong. */
  usage: 2,
  /** No such agent. */
  unknown: 3,
  /** The server cannot be reached, drains, does not answer in time, or cannot keep what was asked. */
  unreachable: 4,
} as const;

export const exitCodesHelp = `
Exit codes:
  0  done; for status ID: the agent is ALIVE
  1  refused or failed; for status ID: the agent is known, and not ALIVE
  2  the command, its flags or its settings are wrong
  3  no such agent
  4  the server cannot be reached, does not answer in time, or cannot keep what was asked`;

/** What `--json` calls a failure of which the server has said nothing more exact. */
const codeNames: Readonly<Record<number, string>> = {
  [exitCodes.failed]: "failed",
  [exitCodes.usage]: "usage",
  [exitCodes.unknown]: "not_found",
  [exitCodes.unreachable]: "unreachable",
};

/** Ends a command: one line for people, one code for scripts. */
export class CliFailure extends Error {
  override readonly name = "CliFailure";
  readonly exitCode: number;
  /** For programs: the server's own where it told one, as docs/errors.md lists them. */
  readonly code: string;

  constructor(exitCode: number, message: string, code = codeNames[exitCode] ?? "failed") {
    super(message);
    this.exitCode = exitCode;
    this.code = code;
  }
}

/** Turns whatever a call threw into what is told of it. `server` is whom the command called. */
export function explain(error: unknown, server: string, timeout: string): CliFailure {
  if (error instanceof CliFailure) return error;
  if (!(error instanceof ConnectError)) throw error;
  const fault = networkFault(error);
  if (fault !== undefined) return unreachable(server, fault);
  if (error.code === Code.DeadlineExceeded) {
    return new CliFailure(
      exitCodes.unreachable,
      `${server} did not answer within ${timeout}; check the address, or allow more with --timeout`,
      "deadline_exceeded",
    );
  }
  if (isHangUp(error)) return unreachable(server, `it hung up${tlsDoubt}`);
  return new CliFailure(exitCodeFor(error.code), error.rawMessage, nameOf(error));
}

/** The connection went away under a call, as when the server is killed. The server ends no call so. */
function isHangUp({ code, rawMessage }: ConnectError): boolean {
  return code === Code.Canceled || rawMessage.startsWith("http/2 stream closed");
}

/** The code of docs/errors.md, or else the status: "not_found". */
function nameOf({ code, metadata }: ConnectError): string {
  const status = Code[code].replace(/(?<!^)[A-Z]/g, (letter) => `_${letter}`).toLowerCase();
  return metadata.get("heartbeat-error") ?? status;
}

function exitCodeFor(code: Code): number {
  if (code === Code.NotFound) return exitCodes.unknown;
  if (code === Code.InvalidArgument) return exitCodes.usage;
  if (code === Code.Unavailable) return exitCodes.unreachable;
  return exitCodes.failed;
}

const tlsDoubt = " (is TLS on one side only? see --tls and --ca)";

const faults: Readonly<Record<string, string>> = {
  ECONNREFUSED: "nothing listens there",
  ECONNRESET: "the connection was reset",
  EPIPE: "the connection was closed",
  ENOTFOUND: "the host's name is unknown",
  EAI_AGAIN: "the host's name cannot be looked up now",
  EHOSTUNREACH: "the host cannot be reached",
  ENETUNREACH: "the network cannot be reached",
  ETIMEDOUT: "the connection timed out",
  ENOENT: "a file is missing",
};

/** Why there is no connection, in words; undefined when it was the server that answered. */
export function networkFault(error: ConnectError): string | undefined {
  for (let cause = error.cause; cause instanceof Error; cause = cause.cause) {
    const { code } = cause as NodeJS.ErrnoException;
    if (code === undefined) continue;
    if (faults[code] !== undefined) return faults[code];
    if (/^ERR_(HTTP2|SSL|TLS)|CERT|SELF_SIGNED|EPROTO/.test(code)) {
      return tlsFault(cause.message);
    }
  }
  return undefined;
}

/** The reason that an agent gives for a lost stream, said as {@link networkFault} says it. */
export function streamFault(reason: string): string {
  const code = Object.keys(faults).find((name) => new RegExp(`\\b${name}\\b`).test(reason));
  if (code !== undefined) return faults[code] as string;
  if (reason.startsWith("http/2 stream closed")) return `it hung up${tlsDoubt}`;
  return /certificate|\b(TLS|SSL|CERT)|HTTP\/?2|EPROTO/i.test(reason) ? tlsFault(reason) : reason;
}

/** A certificate that is not trusted is TLS on both sides. Node's advice is for those who start Node. */
function tlsFault(message: string): string {
  const fault = message.replace(/; if the root CA is installed locally.*$/s, "");
  return /certificate/i.test(fault) ? `${fault} (trust its authority with --ca)` : fault + tlsDoubt;
}

function unreachable(server: string, fault: string): CliFailure {
  return new CliFailure(
    exitCodes.unreachable,
    `${server} cannot be reached: ${fault}; start a server with \`heartbeat serve\`, or name another with --server HOST:PORT`,
  );
}

/** Whether trying again later may help: the network's fault, or a server that comes and goes. */
export function isPassing(error: unknown): error is ConnectError {
  if (!(error instanceof ConnectError)) return false;
  const passing = [Code.Unavailable, Code.DeadlineExceeded].includes(error.code);
  return passing || isHangUp(error) || networkFault(error) !== undefined;
}
