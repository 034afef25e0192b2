import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { temporaryFolder } from "../project/support.ts";
import { eventually } from "../support/eventually.ts";
import { Program, patientAgent, type ServerProcess, serve } from "../support/process.ts";
import { describeWith } from "../support/programs.ts";

const entry = new URL("../../src/main.ts", import.meta.url).pathname;

/** A shell in a real terminal of 100 by 20, in a tmux of its own. */
class Shell implements AsyncDisposable {
  readonly #tmux: string;
  readonly #folder = temporaryFolder();

  constructor(tmux: string) {
    this.#tmux = tmux;
  }

  static async open(tmux: string): Promise<Shell> {
    const shell = new Shell(tmux);
    const size = ["-x", "100", "-y", "20"];
    await shell.#run(
      "-f",
      "/dev/null",
      "new-session",
      "-d",
      "-s",
      "top",
      ...size,
      "env PS1='$ ' sh",
    );
    return shell;
  }

  async keys(...keys: string[]): Promise<void> {
    await this.#run("send-keys", "-t", "top", ...keys);
  }

  /** Types a line and presses Enter. */
  async type(line: string): Promise<void> {
    await this.#run("send-keys", "-t", "top", "-l", line);
    await this.keys("Enter");
  }

  async screen(): Promise<string> {
    return (await this.#run("capture-pane", "-p", "-t", "top")).trimEnd();
  }

  /** The screen, and the lines that have left it at the top. */
  async everything(): Promise<string> {
    return await this.#run("capture-pane", "-p", "-S", "-", "-t", "top");
  }

  async shows(pattern: RegExp): Promise<string> {
    let screen = "";
    const matches = async () => {
      screen = await this.screen();
      return pattern.test(screen);
    };
    await eventually(`the screen shows ${pattern}`, matches, 15_000).catch((error) => {
      throw new Error(`${error.message}; it shows:\n${screen}`);
    });
    return screen;
  }

  /** What of the terminal a program may leave behind: which screen, and whether there is a cursor. */
  async modes(): Promise<string> {
    const format = "#{alternate_on} #{cursor_flag} #{wrap_flag}";
    return (await this.#run("display-message", "-p", "-t", "top", format)).trim();
  }

  async resize(columns: number, rows: number): Promise<void> {
    await this.#run("resize-window", "-t", "top", "-x", String(columns), "-y", String(rows));
  }

  async #run(...args: string[]): Promise<string> {
    await using program = new Program(this.#tmux, [
      "-S",
      join(this.#folder.path, "socket"),
      ...args,
    ]);
    const { code, stdout, stderr } = await program.done();
    if (code !== 0) throw new Error(`tmux ${args.join(" ")} ended with ${code}: ${stderr}`);
    return stdout;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#run("kill-server");
    this.#folder[Symbol.dispose]();
  }
}

/** Four programs start in each test, on a machine that may be busy. */
const LONG = { timeout: 90_000 };

describeWith("tmux", "heartbeat top in a real terminal", (tmux) => {
  let server: ServerProcess;
  beforeAll(async () => {
    server = await serve();
  });
  afterAll(() => server[Symbol.asyncDispose]());

  const command = () => `${process.execPath} ${entry} top --server ${server.grpcAddress}`;

  /** Says something in a shell; what its terminal is like before anything is started. */
  async function saidBefore(shell: Shell): Promise<string> {
    await shell.shows(/^\$ *$/m);
    await shell.type("echo was-here");
    await shell.shows(/^was-here$/m);
    return await shell.modes();
  }

  it("shows an agent, its death, and gives the terminal back", LONG, async () => {
    await using shell = await Shell.open(tmux);
    const modes = await saidBefore(shell);
    await using agent = patientAgent(server.grpcAddress, "worker-1");
    await shell.type(`${command()}; echo "ended with $?"`);
    const alive = await shell.shows(/^ {2}ALIVE +worker-1 /m);
    expect(alive).not.toContain("was-here");
    expect(await shell.modes()).toMatch(/^1 0 /);

    agent.child.kill("SIGKILL");
    await shell.shows(/^ {2}(SUSPECT|DOWN) +worker-1 .* (its strea|silent|\d+ missed)/m);
    await shell.shows(/^ {2}DOWN +worker-1 /m);
    await shell.keys("Down", "Enter");
    const details = await shell.shows(/ DOWN {2}silent for /);
    expect(details).toMatch(/^agent +default\/worker-1$/m);
    await shell.keys("PageDown");
    await shell.shows(/ DROPPED {2}its stream ended/);
    await shell.keys("Escape");
    await shell.resize(40, 12);
    const narrow = await shell.shows(/^> DOWN +worker-1/m);
    expect(narrow.split("\n")).toHaveLength(12);

    await shell.keys("q");
    await shell.shows(/^ended with 0$/m);
    // Where the command's line is long, the smaller screen has no room for what was said before.
    expect(await shell.everything()).toMatch(/^was-here$/m);
    expect(await shell.modes()).toBe(modes);
    // Keys are echoed and edited again.
    await shell.type("echo typed");
    await shell.shows(/^typed$/m);
  });

  it("gives the terminal back on SIGTERM", LONG, async () => {
    await using shell = await Shell.open(tmux);
    const modes = await saidBefore(shell);
    // The shell tells its own number, and then becomes the command.
    await shell.type(`sh -c 'echo "number $$"; sleep 1; exec ${command()}'; echo "ended with $?"`);
    const [, pid] = /^number (\d+)$/m.exec(await shell.shows(/^number \d+$/m)) ?? [];
    await shell.shows(/^heartbeat .* server /m);
    process.kill(Number(pid), "SIGTERM");
    await shell.shows(/^ended with 0$/m);
    expect(await shell.modes()).toBe(modes);
  });

  it("gives the terminal back on Ctrl-Z, and goes on with fg", LONG, async () => {
    await using shell = await Shell.open(tmux);
    const modes = await saidBefore(shell);
    await shell.type(command());
    await shell.shows(/^heartbeat .* server /m);
    await shell.keys("C-z");
    await shell.shows(/[Ss]topped/);
    expect(await shell.modes()).toBe(modes);
    await shell.type("fg");
    await shell.shows(/^heartbeat .* server /m);
    await shell.keys("C-c");
    await shell.shows(/\$ *$/);
    expect(await shell.modes()).toBe(modes);
  });

  it("says so when its server is killed, and ends all the same", LONG, async () => {
    await using shell = await Shell.open(tmux);
    const modes = await saidBefore(shell);
    await using doomed = await serve();
    await shell.type(
      `'${process.execPath}' '${entry}' top --server ${doomed.grpcAddress}; echo "ended with $?"`,
    );
    await shell.shows(/^heartbeat .* server /m);
    doomed.program.child.kill("SIGKILL");
    await shell.shows(/^ERROR connection lost, shown as of \d+(\.\d)?s ago/m);
    await shell.keys("q");
    await shell.shows(/^ended with 0$/m);
    expect(await shell.modes()).toBe(modes);
  });
});
