/**
 * What a fault may need of the machine, and whether it is there.
 */
import { execFileSync } from "node:child_process";
import { accessSync, constants, mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";

export type Need = "linux" | "netns" | "tmpfs" | "faketime" | "cc";

/** Why a need is not met, in words; undefined when it is. */
export function missing(need: Need): string | undefined {
  return checks[need]();
}

const checks: Readonly<Record<Need, () => string | undefined>> = {
  linux: () => (process.platform === "linux" ? undefined : "needs Linux"),
  netns: () =>
    withRoot("network namespaces") ??
    withPrograms("ip", "nft") ??
    attempt("network namespaces", () => {
      const name = `heartbeat-try-${process.pid}`;
      run("ip", ["netns", "add", name]);
      run("ip", ["netns", "delete", name]);
    }),
  tmpfs: () =>
    withRoot("a small file system") ??
    attempt("mounting a file system", () => {
      const folder = mkdtempSync(join(tmpdir(), "heartbeat-faults-try-"));
      try {
        run("mount", ["-t", "tmpfs", "-o", "size=1m", "heartbeat-faults", folder]);
        run("umount", [folder]);
      } finally {
        rmSync(folder, { recursive: true });
      }
    }),
  faketime: () =>
    faketimeLibrary() === undefined ? "needs libfaketime (package faketime)" : undefined,
  cc: () => withPrograms("cc"),
};

function withRoot(what: string): string | undefined {
  return process.getuid?.() === 0 ? undefined : `needs root, for ${what}`;
}

function withPrograms(...programs: string[]): string | undefined {
  const gone = programs.filter((program) => find(program) === undefined);
  return gone.length === 0 ? undefined : `needs ${gone.join(" and ")}, not found`;
}

/** A container may be root and still not be allowed to. */
function attempt(what: string, action: () => void): string | undefined {
  try {
    action();
    return undefined;
  } catch (error) {
    return `${what}: not allowed here (${(error as Error).message.split("\n").at(-1)})`;
  }
}

/** Runs a program to its end; its complaint is the error's last line. */
export function run(program: string, args: readonly string[]): string {
  try {
    return execFileSync(program, args, { encoding: "utf8", stdio: ["ignore", "pipe", "pipe"] });
  } catch (error) {
    const { stderr } = error as { stderr?: string };
    throw new Error(`${program} ${args.join(" ")}\n${(stderr ?? String(error)).trim()}`);
  }
}

function find(program: string): string | undefined {
  const folders = [...(process.env.PATH ?? "").split(delimiter), "/usr/sbin", "/sbin"];
  return folders
    .map((folder) => join(folder, program))
    .find((file) => {
      try {
        accessSync(file, constants.X_OK);
        return true;
      } catch {
        return false;
      }
    });
}

/** The library that shows a program another wall clock; the one for threads. */
export function faketimeLibrary(): string | undefined {
  for (const base of ["/usr/lib", "/usr/lib64", "/usr/local/lib"]) {
    for (const folder of ["", ...foldersOf(base)]) {
      const file = join(base, folder, "faketime", "libfaketimeMT.so.1");
      try {
        accessSync(file, constants.R_OK);
        return file;
      } catch {}
    }
  }
  return undefined;
}

function foldersOf(base: string): string[] {
  try {
    return readdirSync(base);
  } catch {
    return [];
  }
}
