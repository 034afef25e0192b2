import { readFileSync } from "node:fs";
import type { Command } from "commander";
import {
  address,
  duration,
  file,
  type Kind,
  parse,
  showDuration,
  toggle,
} from "../config/kinds.ts";
import { SettingsError } from "../config/problems.ts";
import { environmentOf } from "../config/settings.ts";
import { unknownVariables } from "../config/sources.ts";
import type { Connection, Target } from "./client.ts";
import type { CliContext } from "./context.ts";
import { CliFailure, exitCodes, explain } from "./failure.ts";

/** Flags that every command has that calls a server, as the parser gives them. */
export interface ConnectionFlags {
  readonly server?: string;
  readonly organization?: string;
  readonly timeout?: string;
  readonly tls?: boolean;
  readonly ca?: string;
  readonly tokenFile?: string;
  readonly json?: boolean;
}

const DEFAULT_SERVER = "127.0.0.1:50051";
const DEFAULT_TIMEOUT = "5s";
const timeoutKind = duration({ min: 1, max: 3_600_000 });

export function withServer(command: Command): Command {
  return command
    .option(
      "--server <HOST:PORT>",
      `whom to call, or HEARTBEAT_SERVER (default: ${DEFAULT_SERVER})`,
    )
    .option("--organization <NAME>", "the tenant, or HEARTBEAT_ORGANIZATION")
    .option("--tls", "call with TLS, or HEARTBEAT_TLS")
    .option("--ca <FILE>", "authorities, PEM, to trust instead of the system's; implies --tls")
    .option(
      "--token-file <FILE>",
      "a token for a server that asks for one, or HEARTBEAT_TOKEN_FILE, or HEARTBEAT_TOKEN itself",
    );
}

/** The flags of a command that asks a question and prints the answer. */
export function withConnection(command: Command): Command {
  return withTimeout(withServer(command)).option("--json", "print JSON, for programs");
}

export function withTimeout(command: Command): Command {
  return command.option(
    "--timeout <DURATION>",
    `wait this long for an answer, or HEARTBEAT_TIMEOUT (default: ${DEFAULT_TIMEOUT})`,
  );
}

/** Flags over environment over defaults, judged by the rules of the server's settings. */
export function targetOf(context: CliContext, flags: ConnectionFlags): Target {
  const written = (name: string, value: string | undefined, fallback?: string) => {
    const variable = environmentOf(name);
    const inherited = context.env[variable] || undefined;
    if (value !== undefined) return { text: value, from: `flag --${name}` };
    return { text: inherited ?? fallback, from: inherited ? `environment ${variable}` : "default" };
  };
  const ca = read("ca", file, written("ca", flags.ca));
  const tls = read("tls", toggle, written("tls", flags.tls ? "true" : undefined, "false"));
  return {
    server: read("server", address, written("server", flags.server, DEFAULT_SERVER)) as string,
    organizationId: written("organization", flags.organization).text ?? "",
    timeoutMs:
      read("timeout", timeoutKind, written("timeout", flags.timeout, DEFAULT_TIMEOUT)) ?? 0,
    tls: tls === true || ca !== undefined,
    ca,
    token: tokenOf(context, flags),
  };
}

/** Says where a bad one is from, and never shows it. */
function checkedToken(text: string | undefined, from: string): string | undefined {
  const token = text?.trim();
  if (token === undefined || /^[\x21-\x7e]+$/.test(token)) return token;
  const problem = `${from} holds no token; make one with: heartbeat token --key FILE`;
  throw new CliFailure(exitCodes.usage, problem);
}

/** From a file or the environment, never from the command line, which everybody can read. */
function tokenOf({ env }: CliContext, { tokenFile }: ConnectionFlags): string | undefined {
  const path = tokenFile ?? (env.HEARTBEAT_TOKEN_FILE || undefined);
  if (path === undefined) return checkedToken(env.HEARTBEAT_TOKEN || undefined, "HEARTBEAT_TOKEN");
  try {
    return checkedToken(readFileSync(path, "utf8"), `token-file ${JSON.stringify(path)}`);
  } catch (error) {
    if (error instanceof CliFailure) throw error;
    const reason = (error as NodeJS.ErrnoException).code;
    const problem = `token-file ${JSON.stringify(path)} cannot be read (${reason}); check the path`;
    throw new CliFailure(exitCodes.usage, problem);
  }
}

function read<T>(
  name: string,
  kind: Kind<T, string>,
  { text, from }: { text: string | undefined; from: string },
): T | undefined {
  if (text === undefined) return undefined;
  const parsed = parse(kind, text);
  if (parsed.ok) return parsed.value;
  const message = `${name} ${JSON.stringify(text)} (${from}) ${parsed.problem} (limit: ${kind.limit}); ${parsed.remedy}`;
  throw new CliFailure(exitCodes.usage, message);
}

/** Connects, lets a command talk, and translates what goes wrong. */
export async function withCall(
  context: CliContext,
  flags: ConnectionFlags,
  talk: (connection: Connection) => Promise<number>,
): Promise<number> {
  const unknown = unknownVariables(context.env);
  if (unknown.length > 0) throw new SettingsError(unknown);
  const target = targetOf(context, flags);
  // Loaded here, so that a command that calls nobody starts without the client.
  const { connect } = await import("./client.ts");
  const connection = connect(target, context.transport);
  try {
    return await talk(connection);
  } catch (error) {
    throw explain(error, target.server, showDuration(target.timeoutMs));
  } finally {
    connection.close();
  }
}
