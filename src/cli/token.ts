import { readFileSync } from "node:fs";
import { duration } from "../config/kinds.ts";
import { type AddCommand, examples } from "./command.ts";
import type { CliContext } from "./context.ts";
import { CliFailure, exitCodes, exitCodesHelp } from "./failure.ts";
import { spanFlag } from "./options.ts";
import { say } from "./output.ts";

interface TokenFlags {
  readonly key: string;
  readonly organization: string;
  readonly agent?: string;
  readonly lifetime?: number;
}

const DEFAULT_LIFETIME_MS = 5 * 60_000;
const lifetimeKind = duration({ min: 1_000, max: 3_600_000 });

export const addToken: AddCommand = (program, context, outcome) => {
  program
    .command("token")
    .description("Sign a token for a server that asks for them (its setting auth-keys).")
    .requiredOption("--key <FILE>", "the private key, Ed25519 in PEM (PKCS #8)")
    .option("--organization <NAME>", "the tenant that the token is for", "default")
    .option("--agent <ID>", "the only agent that it is for (default: any, and operators' calls)")
    .addOption(spanFlag("--lifetime <DURATION>", "how long it is good (default: 5m)", lifetimeKind))
    .addHelpText(
      "after",
      examples(
        "heartbeat token --key acme.key --organization acme --agent worker-1",
        "openssl genpkey -algorithm ed25519 -out acme.key",
        "openssl pkey -in acme.key -pubout -out keys/acme/first.pem",
        "heartbeat serve --auth-keys keys",
        "HEARTBEAT_TOKEN=$(heartbeat token --key acme.key --organization acme) heartbeat list --organization acme",
      ),
    )
    .addHelpText("after", exitCodesHelp)
    .action(async (flags: TokenFlags) => {
      say(context, await sign(context, flags));
      outcome.code = exitCodes.done;
    });
};

async function sign(context: CliContext, flags: TokenFlags): Promise<string> {
  const { key, organization, agent, lifetime = DEFAULT_LIFETIME_MS } = flags;
  const pem = readKey(key);
  const { signToken } = await import("../auth/sign.ts");
  const claims = {
    organizationId: organization,
    agentId: agent,
    lifetimeSeconds: Math.round(lifetime / 1_000),
    now: context.clock.now().wall,
  };
  return signToken(pem, claims).catch((error: unknown) => {
    const why = error instanceof Error ? error.message : String(error);
    throw unusable(key, `is no private Ed25519 key in PEM (${why})`);
  });
}

function readKey(path: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch (error) {
    throw unusable(path, `cannot be read (${(error as NodeJS.ErrnoException).code})`);
  }
}

function unusable(path: string, problem: string): CliFailure {
  const remedy = "make one with: openssl genpkey -algorithm ed25519";
  return new CliFailure(exitCodes.usage, `key ${JSON.stringify(path)} ${problem}; ${remedy}`);
}
