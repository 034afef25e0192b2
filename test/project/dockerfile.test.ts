import {
  chmodSync,
  cpSync,
  existsSync,
  mkdirSync,
  readFileSync,
  statSync,
  symlinkSync,
} from "node:fs";
import { basename, delimiter, dirname, join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { startServing } from "./serving.ts";
import { cleanEnvironment, root, run, temporaryFolder } from "./support.ts";

interface Instruction {
  readonly name: string;
  readonly rest: string;
}

interface Stage {
  readonly name: string;
  readonly instructions: readonly Instruction[];
}

const text = readFileSync(join(root, "Dockerfile"), "utf8");

/** The Dockerfile's instructions, by stage; comments and continuation lines resolved. */
function stagesOf(dockerfile: string): Stage[] {
  const lines = dockerfile
    .replace(/^#.*\n/gm, "")
    .replace(/\\\n/g, " ")
    .split("\n")
    .filter((line) => line.trim() !== "");
  const stages: { name: string; instructions: Instruction[] }[] = [];
  for (const line of lines) {
    const [, name = "", rest = ""] = /^(\S+)\s+(.*)$/.exec(line) ?? [];
    if (name === "FROM") {
      stages.push({ name: / AS (\S+)/.exec(rest)?.[1] ?? "final", instructions: [] });
    } else {
      stages.at(-1)?.instructions.push({ name, rest });
    }
  }
  return stages;
}

const stages = stagesOf(text);
const final = stages.at(-1) as Stage;
const all = (name: string) =>
  stages.flatMap(({ instructions }) => instructions.filter((it) => it.name === name));
const ofFinal = (name: string) => final.instructions.filter((it) => it.name === name);
const { scripts } = JSON.parse(readFileSync(join(root, "package.json"), "utf8")) as {
  scripts: Record<string, string>;
};

describe("as it is written", () => {
  test("each RUN is npm ci or one of the npm scripts", () => {
    expect(all("RUN").length).toBeGreaterThan(0);
    for (const { rest } of all("RUN")) {
      const script = /^npm run (\S+)$/.exec(rest)?.[1];
      if (script === undefined) expect(rest).toBe("npm ci");
      else expect(Object.keys(scripts)).toContain(script);
    }
  });

  test("it runs as somebody who is not root, and by number", () => {
    expect(ofFinal("USER").at(-1)?.rest).toMatch(/^[1-9]\d*:[1-9]\d*$/);
  });

  test("the journal has a directory of its own, which belongs to whom it runs as", () => {
    const directory = environmentOf(final).HEARTBEAT_DATA_DIR ?? "";
    const copy = ofFinal("COPY").find(({ rest }) => rest.endsWith(` ${directory}`));
    expect(copy?.rest).toContain(`--chown=${ofFinal("USER").at(-1)?.rest} `);
  });

  test("what it copies is let through by .dockerignore", () => {
    const let_through = readFileSync(join(root, ".dockerignore"), "utf8")
      .split("\n")
      .filter((line) => line.startsWith("!"))
      .map((line) => line.slice(1));
    const sources = all("COPY")
      .filter(({ rest }) => !rest.includes("--from="))
      .flatMap(({ rest }) => copyOf(rest).sources);
    expect(sources.length).toBeGreaterThan(0);
    for (const source of sources) {
      expect(existsSync(join(root, source)), source).toBe(true);
      expect(let_through.some((path) => source === path || source.startsWith(`${path}/`))).toBe(
        true,
      );
    }
  });
});

/** What a stage's ENV lines say of our own settings. */
function environmentOf({ instructions }: Stage): Record<string, string> {
  const lines = instructions
    .filter(({ name }) => name === "ENV")
    .map(({ rest }) => rest.split("="));
  return Object.fromEntries(
    lines.filter(([name]) => name?.startsWith("HEARTBEAT_")).map(([name, value]) => [name, value]),
  );
}

function copyOf(rest: string) {
  const words = rest.split(/\s+/);
  const flags = words.filter((word) => word.startsWith("--"));
  const paths = words.filter((word) => !word.startsWith("--"));
  return {
    from: flags.find((flag) => flag.startsWith("--from="))?.slice("--from=".length),
    mode: flags.find((flag) => flag.startsWith("--chmod="))?.slice("--chmod=".length),
    sources: paths.slice(0, -1),
    target: paths.at(-1) as string,
  };
}

/** Follows the Dockerfile in a folder for each stage, as an engine would in a file system of its own. */
describe("as it runs", () => {
  const folder = temporaryFolder();
  const image = join(folder.path, "final");
  const environment = {
    ...cleanEnvironment(),
    PATH: `${join(image, "app/bin")}${delimiter}${cleanEnvironment().PATH}`,
    npm_config_prefer_offline: "true",
    npm_config_audit: "false",
  };
  const shipped = (command: readonly string[], env: Record<string, string> = {}) =>
    run(command[0] as string, command.slice(1), {
      cwd: join(image, "app"),
      env: { ...environment, ...env },
    });

  async function follow({ name, instructions }: Stage): Promise<void> {
    const files = join(folder.path, name);
    let directory = files;
    for (const { name: instruction, rest } of instructions) {
      if (instruction === "WORKDIR") {
        directory = join(files, rest);
        mkdirSync(directory, { recursive: true });
      } else if (instruction === "COPY") {
        copy(rest, files, directory);
      } else if (instruction === "RUN" && rest === "npm ci") {
        // `npm test` has done this, by the same lock file.
        symlinkSync(join(root, "node_modules"), join(directory, "node_modules"));
      } else if (instruction === "RUN") {
        const [command = "", ...args] = rest.split(" ");
        const { code, stderr } = await run(command, args, { cwd: directory, env: environment });
        expect(code, `${rest}: ${stderr}`).toBe(0);
      }
    }
  }

  function copy(rest: string, files: string, directory: string): void {
    const { from, mode, sources, target } = copyOf(rest);
    for (const source of sources) {
      const origin = join(from === undefined ? root : join(folder.path, from), source);
      const base = target.startsWith("/") ? join(files, target) : join(directory, target);
      const place = target.endsWith("/") ? join(base, basename(source)) : base;
      mkdirSync(dirname(place), { recursive: true });
      cpSync(origin, place, { recursive: true });
      if (mode !== undefined) chmodSync(place, Number.parseInt(mode, 8));
    }
  }

  beforeAll(async () => {
    for (const stage of stages) await follow(stage);
  }, 180_000);

  afterAll(() => folder[Symbol.dispose]());

  test("the image holds the command and none of what only development needs", () => {
    expect(existsSync(join(image, "app/node_modules/@grpc/grpc-js"))).toBe(true);
    expect(existsSync(join(image, "app/dist/web/index.html"))).toBe(true);
    for (const name of ["typescript", "vite", "vitest", "preact", "node", "@biomejs"]) {
      expect(existsSync(join(image, "app/node_modules", name)), name).toBe(false);
    }
    expect(existsSync(join(image, "app/src"))).toBe(false);
    expect(statSync(join(image, "var/lib/heartbeat")).isDirectory()).toBe(true);
  });

  test("every heartbeat command that the file names exists, with its flags", async () => {
    const uncommented = text.replace(/\\\n#?/g, " ");
    const commands = [...uncommented.matchAll(/\bheartbeat (serve|status|run)\b([^\n]*)/g)];
    expect(commands.length).toBeGreaterThan(1);
    for (const [, command = "", rest = ""] of commands) {
      const help = await shipped(["heartbeat", command, "--help"]);
      expect(help.code).toBe(0);
      for (const flag of rest.match(/--[a-z-]+/g) ?? []) expect(help.stdout).toContain(flag);
    }
  });

  test("CMD serves, and HEALTHCHECK tells a server that is there from one that is not", async () => {
    const entry = JSON.parse(ofFinal("ENTRYPOINT")[0]?.rest ?? "") as string[];
    const command = JSON.parse(ofFinal("CMD")[0]?.rest ?? "") as string[];
    const check = JSON.parse(
      /CMD (\[.*\])$/.exec(ofFinal("HEALTHCHECK")[0]?.rest ?? "")?.[1] ?? "",
    );
    const state = join(image, environmentOf(final).HEARTBEAT_DATA_DIR ?? "");
    const server = await startServing([...entry, ...command], {
      cwd: join(image, "app"),
      env: {
        ...environment,
        HEARTBEAT_DATA_DIR: state,
        HEARTBEAT_GRPC_ADDRESS: "127.0.0.1:0",
        HEARTBEAT_HTTP_ADDRESS: "127.0.0.1:0",
      },
    });
    const reached = { HEARTBEAT_SERVER: server.grpcAddress };
    const healthy = await shipped(check, reached);
    expect(healthy.stderr).toBe("");
    expect(healthy.code).toBe(0);
    expect(existsSync(join(state, "heartbeat.db"))).toBe(true);
    expect(await server.stop("SIGTERM")).toMatchObject({ code: 0 });
    expect((await shipped(check, reached)).code).toBe(4);
  });
});
