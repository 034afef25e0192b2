/**
 * The languages: how the testee of each, and its program without a runtime, are built and started, and
 * whether they are here.
 */
import { execFileSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { cleanEnvironment, root, run } from "../project/support.ts";
import { Program } from "../support/process.ts";
import { killedAtExit } from "./kill-at-exit.ts";

export type LanguageName = "typescript" | "python" | "go" | "java" | "rust";

/** The programs of `examples/<language>/`, the same in each language. */
export type SampleName = "basic" | "tasks" | "retry" | "messages" | "fencing" | "raw";

const CAPITALIZED: Readonly<Record<SampleName, string>> = {
  basic: "Basic",
  tasks: "Tasks",
  retry: "Retries",
  messages: "Messages",
  fencing: "Fencing",
  raw: "Raw",
};

/** A program and its arguments. */
interface Command {
  readonly program: string;
  readonly args: readonly string[];
  /** Where it runs, relative to the project. Default: the project. */
  readonly cwd?: string;
}

/** What there is for a language. */
interface Parts {
  readonly name: LanguageName;
  /** Programs that must be on the PATH, each with what makes it tell its version. */
  readonly needs: Readonly<Record<string, string>>;
  /** The testee's source, without which there is nothing to build. */
  readonly source: string;
  /** One after the other, before anything is started. */
  readonly builds: readonly Command[];
  readonly testee: () => Command;
  /** A sample, which looks for its server in the environment. `raw` is of generated stubs alone. */
  readonly sample: (name: SampleName) => Command;
}

const here = (path: string): string => join(root, path);

/** Where what is built here goes. */
const built = (name: string): string => here(join(".cache/conformance", name));

/** A heap that is plenty for a testee: with more, garbage stays for long, and looks like a leak. */
const NODE = ["--max-old-space-size=64", "--max-semi-space-size=2"];
const JVM = ["-Xmx64m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1"];

const node = (file: string): Command => ({
  program: process.execPath,
  args: [...NODE, here(file)],
});

const python = (file: string): Command => ({
  program: here("clients/python/.venv/bin/python"),
  args: [here(file)],
});

const goBuild = (name: string, cwd: string, folder: string): Command => ({
  program: "go",
  args: ["build", "-o", built(name), folder],
  cwd,
});

/** A class, or a source file, which Java runs as it is. */
function java(main: string, flags: readonly string[]): Command {
  const libraries = readFileSync(built("java/test.classpath"), "utf8").trim();
  const path = [built("java/test-classes"), built("java/classes"), libraries].join(":");
  return { program: "java", args: [...flags, "-cp", path, main] };
}

const parts: readonly Parts[] = [
  {
    name: "typescript",
    needs: {},
    source: "test/conformance/testee.ts",
    builds: [],
    testee: () => node("test/conformance/testee.ts"),
    // As from a package, but on the sources of this checkout.
    sample: (name) => {
      const { program, args } = node(`examples/typescript/${name}.ts`);
      return { program, args: ["--conditions=heartbeat-source", ...args] };
    },
  },
  {
    name: "python",
    needs: { python3: "--version" },
    source: "clients/python/conformance/testee.py",
    builds: [{ program: "sh", args: ["venv.sh"], cwd: "clients/python" }],
    testee: () => python("clients/python/conformance/testee.py"),
    sample: (name) => python(`examples/python/${name}.py`),
  },
  {
    name: "go",
    needs: { go: "version" },
    source: "clients/go/internal/testee/main.go",
    builds: [
      goBuild("go-testee", "clients/go", "./internal/testee"),
      { program: "mkdir", args: ["-p", built("go-samples")] },
      goBuild("go-samples/", "examples/go", "./..."),
    ],
    testee: () => ({ program: built("go-testee"), args: [] }),
    sample: (name) => ({ program: built(join("go-samples", name)), args: [] }),
  },
  {
    name: "java",
    needs: { java: "--version", mvn: "--version" },
    source: "clients/java/src/test/java/io/heartbeat/agent/conformance/Testee.java",
    // The classes are copied: another build would take them away from under programs that run.
    builds: [
      { program: "mvn", args: ["-q", "-B", "test-compile"], cwd: "clients/java" },
      { program: "mkdir", args: ["-p", built("java")] },
      { program: "cp", args: ["-R", "clients/java/target/.", built("java")] },
    ],
    testee: () => java("io.heartbeat.agent.conformance.Testee", JVM),
    sample: (name) => java(CAPITALIZED[name], JVM),
  },
  {
    name: "rust",
    needs: { cargo: "--version" },
    source: "clients/rust/examples/testee.rs",
    builds: [
      {
        program: "cargo",
        args: ["build", "--quiet", "--locked", "--example", "testee"],
        cwd: "clients/rust",
      },
      {
        program: "cargo",
        args: ["build", "--quiet", "--locked", "--package", "heartbeat-examples", "--bins"],
        cwd: "clients/rust",
      },
    ],
    testee: () => ({ program: here("clients/rust/target/debug/examples/testee"), args: [] }),
    sample: (name) => ({ program: here(`clients/rust/target/debug/${name}`), args: [] }),
  },
];

/** A language as the scenarios use it. */
export class Language {
  readonly name: LanguageName;
  readonly #parts: Parts;

  constructor(parts: Parts) {
    this.name = parts.name;
    this.#parts = parts;
  }

  /** What it takes and is not here, in words; undefined when all is. */
  get missing(): string | undefined {
    const { needs, source } = this.#parts;
    const program = Object.keys(needs).find((name) => versionOf(name, needs[name]!) === undefined);
    if (program !== undefined) return `needs ${program}, not found`;
    return existsSync(here(source)) ? undefined : `${source} is not there`;
  }

  /** The version of its toolchain, in the toolchain's words. */
  get version(): string {
    const [program] = Object.entries(this.#parts.needs);
    if (program === undefined) return `node ${process.version}`;
    return versionOf(...program) ?? "unknown";
  }

  /** Builds the testee and the samples. What was printed is the error's message when it fails. */
  async build(): Promise<void> {
    for (const { program, args, cwd = "." } of this.#parts.builds) {
      const { code, stdout, stderr } = await run(program, args, { cwd: here(cwd) });
      if (code === 0) continue;
      throw new Error(`${program} ${args.join(" ")} in ${cwd}:\n${stdout}${stderr}`);
    }
  }

  startTestee(): Program {
    return started(this.#parts.testee());
  }

  startSample(name: SampleName, server: string): Program {
    return started(this.#parts.sample(name), { HEARTBEAT_SERVER: server });
  }
}

export const languages: readonly Language[] = parts.map((part) => new Language(part));

function started({ program, args }: Command, env: Record<string, string> = {}): Program {
  return killedAtExit(new Program(program, args, { env: { ...cleanEnvironment(), ...env } }));
}

function versionOf(program: string, flag: string): string | undefined {
  try {
    const text = execFileSync(program, [flag], {
      encoding: "utf8",
      env: cleanEnvironment(),
      stdio: ["ignore", "pipe", "ignore"],
    });
    return text.split("\n")[0]?.trim();
  } catch {
    return undefined;
  }
}
