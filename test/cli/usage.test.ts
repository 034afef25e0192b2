import { mkdtempSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Code, ConnectError } from "@connectrpc/connect";
import { describe, expect, it } from "vitest";
import { FakeWorld } from "./support/fake-context.ts";
import { serverThat } from "./support/fake-service.ts";

const commands = [
  "serve",
  "config",
  "run",
  "beat",
  "status",
  "list",
  "top",
  "watch",
  "events",
  "tasks",
  "pause",
  "resume",
  "unregister",
  "cancel",
  "publish",
  "subscribe",
  "token",
];

describe("the help", () => {
  it.each(commands)("of %s exits with 0 and ends with an example", async (command) => {
    const world = new FakeWorld();
    expect(await world.run(command, "--help")).toBe(0);
    expect(world.out).toMatch(new RegExp(`Examples?:\\n  \\$ heartbeat ${command}`));
    expect(world.err).toBe("");
  });

  it("of the whole names every command and the exit codes", async () => {
    const world = new FakeWorld();
    expect(await world.run("--help")).toBe(0);
    for (const command of commands) expect(world.out).toMatch(new RegExp(`^  ${command} `, "m"));
    expect(world.out).toContain("4  the server cannot be reached");
  });

  it("is shown on standard error when nothing was asked for", async () => {
    const world = new FakeWorld();
    expect(await world.run()).toBe(2);
    expect(world.err).toContain("Usage: heartbeat");
    expect(world.out).toBe("");
  });

  it("of serve says of a setting what raising and lowering it costs", async () => {
    const world = new FakeWorld({ columns: 10_000 });
    await world.run("serve", "--help");
    expect(world.out).toMatch(/--interval <DURATION> .*Default: 30s\. .*Raising: .*Lowering: /);
  });
});

describe("a command line that is wrong", () => {
  it.each([
    [["statsu"], "Did you mean status"],
    [["list", "--sate", "down"], "unknown option '--sate'"],
    [["list", "--state", "dwn"], "did you mean DOWN?"],
    [["list", "--state", "wrong"], "SUSPECT, DOWN, LEFT); write one of these words"],
    [["watch", "--severity", "xyz"], "write one of these words"],
    [["list", "--limit", "0"], "is too small (limit: 1 to"],
    [["list", "--limit", "5", "--all"], "cannot be used with"],
    [["list", "--label", "zone"], "KEY=VALUE"],
    [["events", "--since", "yesterday"], "write 1h or 2026-01-31T12:00:00Z"],
    [["events", "--after", "-1"], "is too small"],
    [["events", "--follow", "--until", "1h"], "cannot be used with"],
    [["beat"], "missing required argument"],
    [["cancel", "a"], "missing required argument"],
    [["status", "a", "--health"], "leave out the agent's ID"],
    [["publish"], "missing required argument"],
    [["publish", "a", "text", "--file", "b"], "TEXT and --file exclude each other"],
    [["publish", "a", "--file", "/nowhere"], 'file "/nowhere" cannot be read (ENOENT)'],
    [["publish", "a", "--request", "1s", "--reply-to", "b"], "cannot be used with"],
    [["subscribe"], "missing required argument"],
    [["subscribe", "a", "--count", "0"], "is too small"],
    [["token"], "required option '--key <FILE>'"],
    [["token", "--key", "/nowhere"], 'key "/nowhere" cannot be read (ENOENT)'],
    [["token", "--key", "/dev/null"], "is no private Ed25519 key in PEM"],
    [["token", "--key", "a", "--lifetime", "2h"], "is too long (limit: 1s to 1h)"],
    [["list", "--token-file", "/nowhere"], 'token-file "/nowhere" cannot be read (ENOENT)'],
    [["beat", "a", "--interval", "5"], "write 5s for seconds"],
    [["beat", "a", "--progress", "NaN", "--task", "t"], "is no number (limit: 0 to 1)"],
    [["beat", "a", "--progress", "1.5", "--task", "t"], "is too large (limit: 0 to 1)"],
    [["beat", "a", "--progress", "0.5"], "--task TASK"],
    [["beat", "a", "--goodbye", "--failed", "x"], "exclude each other"],
    [["pause", "a", "--for", "0s"], "is too short (limit: 1s to 30d)"],
    [["status", "--server", "localhost"], "names no port"],
    [["status", "--timeout", "5"], 'timeout "5" (flag --timeout) has no unit'],
    [
      ["status", "--timeout", "0"],
      "has no unit (limit: 1ms to 1h); write a number and its unit: 250ms",
    ],
    [
      ["serve", "--tick", "0"],
      "has no unit (limit: 1ms to 1s); write a number and its unit: 250ms\n",
    ],
    [["serve", "--tick", "5"], "write 5ms for milliseconds\n"],
    [["status", "a", "b"], "too many arguments"],
    [["status", "--ca", "/nowhere.pem"], 'ca "/nowhere.pem" cannot be read'],
    [["run"], "missing required argument"],
    [["run", "--id", "a b", "--", "true"], "is no id (limit: 1 to 128 bytes"],
    [["serve", "--interval", "5"], 'interval "5" (flag --interval) has no unit'],
    [["serve", "--grpc-address", "0.0.0.0:0"], "can be reached from other machines"],
    [
      ["serve", "--config", "/nowhere.yaml"],
      'config "/nowhere.yaml" (flag --config) cannot be read',
    ],
  ])("%j exits with 2 and says what to do", async (argv, message) => {
    const world = new FakeWorld();
    expect(await world.run(...argv)).toBe(2);
    expect(world.err).toContain(message);
    expect(world.err).not.toMatch(/^ +at /m);
    expect(world.out).toBe("");
  });

  it("is told where a bad variable came from", async () => {
    const world = new FakeWorld({ env: { HEARTBEAT_SERVER: "nowhere" } });
    expect(await world.run("status")).toBe(2);
    expect(world.err).toContain('server "nowhere" (environment HEARTBEAT_SERVER) names no port');
  });
});

describe("a variable of ours that no command knows", () => {
  it.each(["status", "list", "watch", "events", "tasks"])("is refused by %s", async (command) => {
    const world = new FakeWorld({ env: { HEARTBEAT_SERVRE: "x" } });
    expect(await world.run(command)).toBe(2);
    expect(world.err).toBe(
      "heartbeat: HEARTBEAT_SERVRE (environment) is no setting; did you mean HEARTBEAT_SERVER?\n",
    );
  });

  it("is not one that serve or Kubernetes knows, whatever it holds", async () => {
    const env = {
      HEARTBEAT_INTERVAL: "nonsense",
      HEARTBEAT_CONFIG: "/nowhere.yaml",
      HEARTBEAT_ORGANIZATION: "acme",
      HEARTBEAT_TIMEOUT: "1s",
      HEARTBEAT_SERVICE_HOST: "10.0.0.1",
      HEARTBEAT_PORT: "tcp://10.0.0.1:50051",
    };
    const world = new FakeWorld({
      env,
      transport: serverThat({ status: { getStatus: () => ({}) } }),
    });
    expect(await world.run("status"), world.err).toBe(0);
  });

  it("is not a client's for config, whatever it holds", async () => {
    const env = { HEARTBEAT_SERVER: "nonsense", HEARTBEAT_TLS: "maybe", HEARTBEAT_CA: "/nowhere" };
    const world = new FakeWorld({ env: { ...env, HEARTBEAT_TIMEOUT: "0" } });
    expect(await world.run("config"), world.err).toBe(0);
  });
});

describe("an error with --json", () => {
  const errorOf = async (world: FakeWorld, ...argv: string[]) => {
    const exit = await world.run(...argv);
    expect(world.out).toBe("");
    expect(world.err.trimEnd()).not.toContain("\n");
    const { error } = JSON.parse(world.err);
    expect(error.exitCode).toBe(exit);
    return error;
  };
  const refusing = (status: Code, metadata?: Record<string, string>) =>
    serverThat({
      status: {
        getAgent() {
          throw new ConnectError("the server's own words", status, metadata);
        },
      },
    });

  it("of the server is one object, with the server's own code", async () => {
    const transport = refusing(Code.NotFound, { "heartbeat-error": "agent_unknown" });
    expect(await errorOf(new FakeWorld({ transport }), "status", "a", "--json")).toEqual({
      code: "agent_unknown",
      message: "the server's own words",
      exitCode: 3,
    });
  });

  it("of a server that tells none has the status's name", async () => {
    const transport = refusing(Code.PermissionDenied);
    const error = await errorOf(new FakeWorld({ transport }), "status", "a", "--json");
    expect(error).toMatchObject({ code: "permission_denied", exitCode: 1 });
  });

  it("of the network is one object", async () => {
    const server = `127.0.0.1:${await freePort()}`;
    const error = await errorOf(new FakeWorld(), "list", "--json", "--server", server);
    expect(error).toMatchObject({ code: "unreachable", exitCode: 4 });
    expect(error.message).toContain("nothing listens there");
  });

  it("of a variable is one object", async () => {
    const world = new FakeWorld({ env: { HEARTBEAT_SERVRE: "x", HEARTBEAT_TIMEOT: "x" } });
    const error = await errorOf(world, "watch", "--json");
    expect(error).toMatchObject({ code: "usage", exitCode: 2 });
    expect(error.message).toMatch(/HEARTBEAT_SERVER\?\n.*HEARTBEAT_TIMEOUT\?$/);
  });

  it("of the command line is one object, without the parser's own lines", async () => {
    const error = await errorOf(new FakeWorld(), "list", "--json", "--sate", "down");
    expect(error).toMatchObject({ code: "usage", exitCode: 2 });
    expect(error.message).toMatch(/^unknown option '--sate'/);
  });

  it("is not asked for by what belongs to the program under run", async () => {
    const world = new FakeWorld();
    expect(await world.run("run", "--", "no-such-program", "--json")).toBe(127);
    expect(world.err).toContain("command not found");
  });
});

describe("a server that is not there", () => {
  it("is named, with how to start one, and the code is 4", async () => {
    const world = new FakeWorld();
    const server = `127.0.0.1:${await freePort()}`;
    expect(await world.run("list", "--server", server)).toBe(4);
    expect(world.err).toBe(
      `heartbeat: ${server} cannot be reached: nothing listens there; start a server with \`heartbeat serve\`, or name another with --server HOST:PORT\n`,
    );
  });

  it("that accepts and stays silent is given up after --timeout", async () => {
    await using silent = await listener();
    const world = new FakeWorld();
    expect(await world.run("list", "--server", silent.address, "--timeout", "50ms")).toBe(4);
    expect(world.err).toContain(`${silent.address} did not answer within 50ms`);
  });
});

describe("config", () => {
  it("prints every setting with its value and where that came from", async () => {
    const path = join(mkdtempSync(join(tmpdir(), "heartbeat-")), "hb.yaml");
    writeFileSync(path, "tick: 20ms\n");
    const world = new FakeWorld({ env: { HEARTBEAT_CONFIG: path, HEARTBEAT_GRACE: "1s" } });
    expect(await world.run("config", "--interval", "5s", "--insecure")).toBe(0);
    expect(world.out).toMatch(/^interval +5s +flag --interval$/m);
    expect(world.out).toMatch(/^grace +1s +environment HEARTBEAT_GRACE$/m);
    expect(world.out).toMatch(/^tick +20ms +file .*hb.yaml:1$/m);
    expect(world.out).toMatch(/^insecure +true +flag --insecure$/m);
    expect(world.out).toMatch(/^server-id +box +default$/m);
    expect(world.out).toMatch(/^drop-grace +unset: .* +default$/m);
  });

  it("prints one JSON document", async () => {
    const world = new FakeWorld();
    expect(await world.run("config", "--json")).toBe(0);
    const { settings } = JSON.parse(world.out);
    expect(settings).toContainEqual(
      expect.objectContaining({
        name: "drain-grace",
        value: "10s",
        from: "default",
        flag: "--drain-grace",
        environment: "HEARTBEAT_DRAIN_GRACE",
      }),
    );
  });

  it("explains what raising and lowering costs", async () => {
    const world = new FakeWorld();
    await world.run("config", "--explain");
    expect(world.out).toMatch(
      /^interval\n {2}value +30s \(default\)\n(.*\n)+? {2}raising +less traffic/m,
    );
  });
});

/** A port that nothing listens on. */
async function freePort(): Promise<number> {
  await using taken = await listener();
  return taken.port;
}

/** A server that accepts connections and says nothing. */
async function listener() {
  // Reads, or it would not see the other side close.
  const server = createServer((socket) => void socket.on("error", () => {}).resume());
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as { port: number };
  return {
    port,
    address: `127.0.0.1:${port}`,
    [Symbol.asyncDispose]: () => new Promise<void>((resolve) => server.close(() => resolve())),
  };
}
