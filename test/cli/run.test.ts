import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { chmodSync, mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { fileURLToPath } from "node:url";
import { describe, expect, it, vi } from "vitest";
import type { AgentLike, AgentRequest } from "../../src/cli/run/agent.ts";
import { defaultAgentId, isAgentId } from "../../src/cli/run/agent-id.ts";
import { FakeWorld } from "./support/fake-context.ts";

const main = fileURLToPath(new URL("../../src/main.ts", import.meta.url));
/** Port 1 is reserved, and nothing listens there. */
const away = ["--server", "127.0.0.1:1"];

/** A shell that waits for signals, and does not outlive a test that failed. */
const idle = "i=0; while [ $i -lt 500 ]; do sleep 0.02; i=$((i+1)); done";

/** `heartbeat run` in a process of its own, with a server that is away. */
function start(...command: string[]): ChildProcess {
  return spawn(process.execPath, [main, "run", ...away, "--", ...command], { env: inherited() });
}

/** Without what is ours: a variable that is meant for the tests is unknown to the command. */
function inherited(): NodeJS.ProcessEnv {
  const entries = Object.entries(process.env).filter(([name]) => !name.startsWith("HEARTBEAT_"));
  return Object.fromEntries(entries);
}

async function finish(child: ChildProcess) {
  const [out, err, [code, signal]] = await Promise.all([
    text(child.stdout!),
    text(child.stderr!),
    once(child, "close"),
  ]);
  return { out, err, code, signal };
}

describe("a program under run", () => {
  it.each([0, 1, 3, 255])("that exits with %i makes it exit with the same", async (exit) => {
    const { code, signal } = await finish(start("sh", "-c", `exit ${exit}`));
    expect({ code, signal }).toEqual({ code: exit, signal: null });
  });

  it.each(["SIGTERM", "SIGKILL", "SIGSEGV", "SIGUSR1", "SIGINT"] as const)(
    "that %s kills makes it die of the same",
    async (name) => {
      const { signal } = await finish(start("sh", "-c", `kill -${name.slice(3)} $$`));
      expect(signal).toBe(name);
    },
  );

  it("that SIGPIPE kills, which Node ignores, makes it exit as a shell would", async () => {
    const { code, signal } = await finish(
      start("perl", "-e", "$SIG{PIPE}='DEFAULT'; kill 13, $$;"),
    );
    expect({ code, signal }).toEqual({ code: 141, signal: null });
  });

  it("has standard input, output and error for itself", async () => {
    const child = start("sh", "-c", "cat; echo oops >&2; exit 0");
    child.stdin!.end("typed");
    const { out, err } = await finish(child);
    expect(out).toBe("typed");
    expect(err).toContain("oops\n");
  });

  it("gets its arguments as they are, also those that look like ours", async () => {
    const { out } = await finish(start("printf", "%s|", "--json", "-h", "a b", "--", "$HOME"));
    expect(out).toBe("--json|-h|a b|--|$HOME|");
  });

  it.each(["SIGTERM", "SIGINT", "SIGHUP", "SIGQUIT", "SIGUSR1", "SIGUSR2"] as const)(
    "gets %s passed on and may handle it",
    async (name) => {
      const handler = `trap 'echo got; exit 7' ${name.slice(3)}; echo ready; ${idle}`;
      const child = start("sh", "-c", handler);
      await once(child.stdout!, "data");
      child.kill(name);
      const { out, code } = await finish(child);
      expect(out).toBe("got\n");
      expect(code).toBe(7);
    },
  );

  it("is not hindered by a server that is away: one warning tells of it", async () => {
    const { out, err, code } = await finish(start("echo", "hello"));
    expect({ out, code }).toEqual({ out: "hello\n", code: 0 });
    expect(err.match(/127\.0\.0\.1:1 cannot be reached/g)).toHaveLength(1);
  });

  it("that does not exist makes it exit with 127", async () => {
    const { err, code } = await finish(start("no-such-program"));
    expect(code).toBe(127);
    expect(err).toBe("heartbeat: no-such-program: command not found; check its name and PATH\n");
  });

  it("whose name is empty makes it exit with 126, without a stack", async () => {
    const { err, code } = await finish(start(""));
    expect(code).toBe(126);
    expect(err).toMatch(/^heartbeat: : cannot be executed: .*\n$/);
  });

  it("that is not executable makes it exit with 126", async () => {
    const path = join(mkdtempSync(join(tmpdir(), "heartbeat-")), "notes.txt");
    writeFileSync(path, "not a program");
    chmodSync(path, 0o644);
    const { err, code } = await finish(start(path));
    expect(code).toBe(126);
    expect(err).toContain("permission denied");
  });
});

/** An agent that only remembers. */
class FakeAgent implements AgentLike {
  readonly request: AgentRequest;
  readonly said: string[] = [];
  connected = true;
  lastHeartbeatAck: Date | undefined = new Date(0);
  ending: Promise<void> = Promise.resolve();

  constructor(request: AgentRequest) {
    this.request = request;
  }

  start(): void {
    this.said.push("start");
  }

  close(reason: string): Promise<void> {
    this.said.push(`close: ${reason}`);
    return this.ending;
  }

  fail(reason: string): Promise<void> {
    this.said.push(`fail: ${reason}`);
    return this.ending;
  }

  connectionHealth() {
    return { connected: this.connected, lastHeartbeatAck: this.lastHeartbeatAck };
  }
}

function watchedWorld(prepare: (agent: FakeAgent) => void = () => {}, env = inherited()) {
  let agent: FakeAgent | undefined;
  const world = new FakeWorld({
    env,
    createAgent: (request) => {
      agent = new FakeAgent(request);
      prepare(agent);
      return agent;
    },
  });
  return { world, agent: () => agent! };
}

describe("what the monitor is told", () => {
  it.each([
    ["exit 0", "close: exited with code 0", 0],
    ["exit 3", "fail: exited with code 3", 3],
  ])("of `%s` is %j", async (script, told, code) => {
    const { world, agent } = watchedWorld();
    expect(await world.run("run", "--", "sh", "-c", script)).toBe(code);
    expect(agent().said).toEqual(["start", told]);
  });

  it("of a signal is its name", async () => {
    const { world, agent } = watchedWorld();
    await world.run("run", "--", "sh", "-c", "kill -SEGV $$");
    expect(agent().said).toEqual(["start", "fail: killed by SIGSEGV"]);
    expect(world.died).toEqual(["SIGSEGV"]);
  });

  it("is nothing when the program could not be started", async () => {
    const { world, agent } = watchedWorld();
    expect(await world.run("run", "--", "no-such-program")).toBe(127);
    expect(agent()).toBeUndefined();
  });

  it("names the agent and how it wants to be judged", async () => {
    const { world, agent } = watchedWorld();
    const flags = ["--id", "w-1", "--type", "cron", "--label", "a=b", "--interval", "5s"];
    await world.run("run", ...flags, "--drop-grace", "0s", ...away, "--", "true");
    expect(agent().request).toMatchObject({
      agentId: "w-1",
      agentType: "cron",
      labels: { a: "b" },
      policy: { intervalMs: 5_000, dropGraceMs: 0 },
      server: "127.0.0.1:1",
      handleSignals: false,
    });
  });

  it("waits for the Goodbye no longer than two seconds", async () => {
    const { world, agent } = watchedWorld((fake) => {
      fake.ending = new Promise(() => {});
    });
    const exit = world.run("run", "--", "sh", "-c", "exit 3");
    await vi.waitUntil(() => agent()?.said.length === 2);
    world.clock.advance(2_000);
    expect(await exit).toBe(3);
  });
});

describe("a lost connection", () => {
  it("is warned of once after three seconds, and once more when it is back", async () => {
    const { world, agent } = watchedWorld();
    const exit = world.run("run", "--", "sh", "-c", `trap 'exit 0' TERM; ${idle}`);
    await vi.waitUntil(() => agent()?.said.length === 1);
    agent().connected = false;
    world.clock.advance(2_000);
    expect(world.err).toBe("");
    world.clock.advance(60_000);
    expect(world.err.match(/cannot be reached/g)).toHaveLength(1);
    agent().connected = true;
    agent().request.onReconnect?.({ attempts: 3, resumed: true, epoch: 1n });
    expect(world.err.match(/is back/g)).toHaveLength(1);
    // The shell sets its trap at an unknown instant; until then SIGTERM kills it, which is as good.
    world.signal("SIGTERM");
    await exit;
  });

  it.each([
    ["connect ECONNREFUSED 127.0.0.1:1", "cannot be reached: nothing listens there; the program"],
    [
      "self-signed certificate",
      "cannot be reached: self-signed certificate (trust its authority with --ca); the",
    ],
    ["http/2 stream closed with error code CANCEL (0x8)", "it hung up (is TLS on one side only?"],
    ["UNAVAILABLE: draining", "cannot be reached: UNAVAILABLE: draining; the program"],
  ])("is warned of with the last reason: %s", async (reason, words) => {
    const { world, agent } = watchedWorld();
    const exit = world.run("run", "--", "sleep", "0.2");
    await vi.waitUntil(() => agent()?.said.length === 1);
    agent().connected = false;
    const warn = (why: string) =>
      agent().request.log?.warn(`the stream is lost (${why}); next attempt in 250 ms`);
    warn("an earlier reason");
    warn(reason);
    world.clock.advance(60_000);
    await exit;
    expect(world.err).toContain(words);
    expect(world.err.match(/warning/g)).toHaveLength(1);
  });

  it("is no warning when the Goodbye was the first message that got through", async () => {
    const { world } = watchedWorld((fake) => {
      fake.connected = false;
    });
    await world.run("run", "--", "true");
    expect(world.err).toBe("");
  });

  it("for good, by the server's word, is told with that word", async () => {
    const { world, agent } = watchedWorld();
    const exit = world.run("run", "--", "sleep", "0.2");
    await vi.waitUntil(() => agent()?.said.length === 1);
    agent().request.onSuperseded?.({ epoch: 2n, instanceId: "other" });
    world.clock.advance(60_000);
    await exit;
    expect(world.err).toContain("another process beats under this id");
    expect(world.err).not.toContain("cannot be reached");
  });
});

describe("a variable that no command knows", () => {
  it("is warned of, and the program runs all the same", async () => {
    const { world, agent } = watchedWorld(undefined, { ...inherited(), HEARTBEAT_SERVRE: "x:1" });
    expect(await world.run("run", "--", "sh", "-c", "exit 3")).toBe(3);
    expect(agent().said).toEqual(["start", "fail: exited with code 3"]);
    expect(world.err).toBe(
      "heartbeat: warning: HEARTBEAT_SERVRE (environment) is no setting; did you mean HEARTBEAT_SERVER?\n",
    );
  });
});

describe("signals", () => {
  it("that a terminal sends to the whole group are not passed on a second time", async () => {
    let agent: FakeAgent | undefined;
    const world = new FakeWorld({
      env: inherited(),
      stdinIsTTY: true,
      createAgent: (request) => {
        agent = new FakeAgent(request);
        return agent;
      },
    });
    const exit = world.run("run", "--", "sleep", "30");
    await vi.waitUntil(() => agent?.said.length === 1);
    expect(world.signal("SIGINT")).toBe(true);
    expect(world.signal("SIGTERM")).toBe(true);
    await exit;
    expect(world.died).toEqual(["SIGTERM"]);
  });
});

describe("the id of a program without one", () => {
  it.each([
    ["box", "python", "box:python:1234"],
    ["box", "/usr/local/bin/my job.sh", "box:my-job.sh:1234"],
    ["büro 1", "./x", "b-ro-1:x:1234"],
    ["h".repeat(200), "x", `${"h".repeat(123)}:1234`],
  ])("on %j for %j is %j", (host, command, id) => {
    expect(defaultAgentId(host, command, 1234)).toBe(id);
    expect(isAgentId(id)).toBe(true);
  });

  it("ends in the wrapper's process id: two of one program are two agents", async () => {
    const { world, agent } = watchedWorld();
    await world.run("run", "--", "true");
    expect(agent().request.agentId).toBe("box:true:42");
  });
});
