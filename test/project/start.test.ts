import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { startServing } from "./serving.ts";
import { cleanEnvironment, root, run, temporaryFolder } from "./support.ts";

/** The usual place of the journal, apart from that of whoever runs the tests. */
const state = temporaryFolder();
const env = { ...cleanEnvironment(), STATE_DIRECTORY: "", XDG_STATE_HOME: state.path };
const free = ["--grpc-address", "127.0.0.1:0", "--http-address", "127.0.0.1:0"];
const npmStart = () => startServing(["node", "scripts/start.mjs", ...free], { cwd: root, env });
afterAll(() => state[Symbol.dispose]());

test("npm start serves, says what to try next, and what it says works", async () => {
  await using server = await started();
  await expect.poll(server.stderr).toContain("Try next");
  const line = /^ {2}(\.\/heartbeat run .*)$/m.exec(server.stderr())?.[1] ?? "";
  expect(line).toContain(server.grpcAddress);
  const short = line.replace("sleep 60", "sleep 0.1").split(" ");
  const { code, stderr } = await run(join(root, short[0] as string), short.slice(1));
  expect(stderr).toBe("");
  expect(code).toBe(0);
  const list = await run("node", ["dist/main.js", "list", "--server", server.grpcAddress]);
  expect(list.stdout).toContain(":sleep");
  const page = await fetch(`http://${server.httpAddress}/`);
  expect([page.status, await page.text()]).toEqual([200, expect.stringContaining("<title>")]);
});

test.each(["SIGTERM", "SIGINT"] as const)(
  "%s drains the server, and npm start ends as it did",
  async (signal) => {
    const server = await npmStart();
    expect(await server.stop(signal)).toEqual({ code: 0, signal: null });
  },
);

test("npm that is told to stop leaves no server behind", async () => {
  const server = await startServing(["npm", "start", "--", ...free], {
    cwd: root,
    env,
  });
  await server.stop("SIGTERM");
  const status = () => run("node", ["dist/main.js", "status", "--server", server.grpcAddress]);
  await expect.poll(async () => (await status()).code, { timeout: 10_000 }).toBe(4);
});

test("a second one says who keeps the journal, and ends", async () => {
  await using _server = await started();
  const { code, stderr } = await run("node", ["scripts/start.mjs", ...free], { env });
  expect(code).toBe(1);
  expect(stderr).toMatch(/^heartbeat: cannot keep the journal in .*: another heartbeat server/m);
});

test("wrong flags end it with the server's exit code", async () => {
  const { code, stderr } = await run("node", ["scripts/start.mjs", "--grpc-adress", "x"]);
  expect(code).toBe(2);
  expect(stderr).toContain("--grpc-adress");
});

async function started() {
  const server = await npmStart();
  return { ...server, [Symbol.asyncDispose]: async () => void (await server.stop("SIGTERM")) };
}
