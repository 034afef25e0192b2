import { spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";

export interface Serving {
  readonly grpcAddress: string;
  readonly httpAddress: string;
  /** What it has written to standard error so far. */
  readonly stderr: () => string;
  /** Sends a signal and waits for the end. */
  stop(signal: NodeJS.Signals): Promise<{ code: number | null; signal: NodeJS.Signals | null }>;
}

/** Starts a command that serves, and waits for the line that says where. */
export async function startServing(
  [command = "", ...args]: readonly string[],
  { cwd, env }: { cwd: string; env: Record<string, string> },
): Promise<Serving> {
  const child = spawn(command, args, { cwd, env, stdio: ["ignore", "pipe", "pipe"] });
  let stderr = "";
  child.stderr.setEncoding("utf8").on("data", (text: string) => {
    stderr += text;
  });
  const closed = once(child, "close") as Promise<[number | null, NodeJS.Signals | null]>;
  const lines = createInterface({ input: child.stdout });
  const listening = new Promise<{ grpcAddress: string; httpAddress: string }>((resolve) => {
    lines.on("line", (line) => {
      if (line.includes('"msg":"listening"')) resolve(JSON.parse(line));
    });
  });
  const gone = closed.then(([code]) => {
    throw new Error(`${command} ended with ${code} before it served: ${stderr}`);
  });
  gone.catch(() => {});
  const { grpcAddress, httpAddress } = await Promise.race([listening, gone]);
  return {
    grpcAddress,
    httpAddress,
    stderr: () => stderr,
    async stop(signal) {
      child.kill(signal);
      const [code, by] = await closed;
      return { code, signal: by };
    },
  };
}
