import { describe, expect, it } from "vitest";
import { StatusService } from "../../gen/typescript/heartbeat/v1/status_service_pb.js";
import { temporaryFolder } from "../project/support.ts";
import { eventually } from "../support/eventually.ts";
import { Program, serve } from "../support/process.ts";
import { typeOf, View } from "./support/view.ts";

const script = new URL("../support/task-worker.ts", import.meta.url).pathname;

/** A worker; with a task it begins that one. */
async function worker(address: string, ...args: string[]): Promise<Program> {
  const program = new Program(process.execPath, [script, address, ...args]);
  await eventually(`${args[0]} lives`, () => said(program, "lives"), 30_000);
  return program;
}

/** What a worker said first of a kind. */
function said(program: Program, kind: string): Record<string, unknown> | undefined {
  const lines = program.stdout.split("\n").filter((line) => line.endsWith("}"));
  return lines.map((line) => JSON.parse(line)).find((fact) => kind in fact);
}

async function tasksAt(view: View): Promise<string[]> {
  const { tasks } = await view.client.call(StatusService.method.listTasks, {});
  return tasks.map(({ agentId, taskId, attempt }) => `${agentId} ${taskId} ${attempt}`);
}

const taken = (program: Program) =>
  eventually("the task is taken up", () => said(program, "takesUp"), 30_000);

describe("a task whose worker is lost", () => {
  it("is taken up by another one, with what was told of it and a greater epoch", async () => {
    await using server = await serve();
    using view = new View(server);
    await using first = await worker(server.grpcAddress, "first", "import-42");
    await eventually("the task is known", async () => (await tasksAt(view)).length === 1);
    const before = (await view.agent("first")).tasks[0]?.epoch ?? 0n;
    await using second = await worker(server.grpcAddress, "second");
    first.child.kill("SIGKILL");
    expect(await taken(second)).toMatchObject({
      takesUp: "import-42",
      attempt: 2,
      fromAgentId: "first",
      progress: 0.4,
      detail: "row 17",
    });
    const taking = await view.agent("second");
    await eventually("it is at one place", async () => {
      return (await tasksAt(view)).join() === "second import-42 2";
    });
    expect(taking.tasks[0]?.epoch).toBeGreaterThan(before);
  }, 90_000);

  it("is not the first one's any more when that wakes up: it is told to stop", async () => {
    await using server = await serve();
    using view = new View(server);
    await using first = await worker(server.grpcAddress, "first", "import-42");
    await using second = await worker(server.grpcAddress, "second");
    first.child.kill("SIGSTOP");
    await taken(second);
    first.child.kill("SIGCONT");
    const stops = await eventually("it is told to stop", () => said(first, "stops"), 30_000);
    expect(stops).toMatchObject({ stops: "import-42", reason: expect.stringMatching(/handed on/) });
    expect(said(second, "stops")).toBeUndefined();
    expect(await tasksAt(view)).toEqual(["second import-42 2"]);
  }, 90_000);

  it("is given up after the last attempt", async () => {
    await using server = await serve();
    using view = new View(server);
    await using first = await worker(server.grpcAddress, "first", "import-42", "2");
    await using second = await worker(server.grpcAddress, "second");
    first.child.kill("SIGKILL");
    await taken(second);
    second.child.kill("SIGKILL");
    const given = await eventually(
      "it is given up",
      async () => (await view.events("second")).find((event) => typeOf(event) === "TASK_GIVEN_UP"),
      30_000,
    );
    expect(given.details).toEqual({ attempts: "2" });
  }, 90_000);

  // Killed before the hand-over is kept, nobody was told of it: that the simulator tries.
  it("has one owner when the server is killed as it tells of the hand-over", async () => {
    using folder = temporaryFolder();
    const keeping = ["--data-dir", folder.path, "--restart-grace", "30s"];
    await using before = await serve(keeping);
    const address = before.grpcAddress;
    await using first = await worker(address, "first", "import-42");
    await using second = await worker(address, "second");
    await using third = await worker(address, "third");
    const view = new View(before);
    await eventually("the task is known", async () => (await tasksAt(view)).length === 1);
    first.child.kill("SIGKILL");
    const handedOn = async () => (await view.events("")).map(typeOf).includes("TASK_RETRIED");
    await eventually("it is handed on", handedOn, 60_000);
    before.program.child.kill("SIGKILL");
    await before.program.exited;
    view[Symbol.dispose]();

    await using after = await serve([...keeping, "--grpc-address", address]);
    using again = new View(after);
    const [owner] = await eventually(
      "somebody works on it",
      async () => {
        const agents = await Promise.all(["second", "third"].map((id) => again.agent(id)));
        const owners = agents.filter(({ connected, tasks }) => connected && tasks.length > 0);
        return owners.length > 0 && owners;
      },
      30_000,
    );
    expect(await tasksAt(again)).toEqual([`${owner?.agentId} import-42 2`]);
    const takers = [second, third].filter((program) => said(program, "takesUp"));
    expect(takers).toHaveLength(1);
    expect(said(takers[0]!, "stops")).toBeUndefined();
  }, 180_000);
});
