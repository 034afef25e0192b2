import { until } from "../../faults/wait.ts";
import type { Stage } from "./stage.ts";
import type { SampleName } from "./testees.ts";

const FIRST_LINE_MS = 30_000;
const END_MS = 20_000;
const RECORD_MS = 10_000;

/** Events that a sample leaves behind beside those of every agent. */
const leaves: Readonly<Record<SampleName, readonly string[]>> = {
  basic: [],
  tasks: ["TASK_STARTED", "TASK_FINISHED"],
  retry: ["TASK_RETRIED", "TASK_FINISHED"],
  messages: [],
  fencing: [],
  raw: [],
};

/** Runs a sample, and compares what the server saw: it beats, and its end is a Goodbye or, killed, a drop. */
export async function runSample(
  stage: Stage,
  name: SampleName,
  end: "by itself" | "SIGKILL",
): Promise<void> {
  const known = stage.server.recorded.length;
  const ofThis = () => stage.server.recorded.slice(known);
  const recorded = (type: string) =>
    until(`${type} is recorded`, RECORD_MS, () => ofThis().find((event) => event.type === type));

  await using program = stage.language.startSample(name, stage.link.address);
  const { child } = program;
  const over = () => child.exitCode !== null || child.signalCode !== null;
  await until("the program says that it is connected", FIRST_LINE_MS, () => {
    if (over() && program.stdout === "") throw new Error(`it ended: ${program.stderr}`);
    return program.stdout.includes("\n");
  });
  const { agentId } = await recorded("CONNECTED");
  const beats = async () => (await stage.view.agent(agentId)).beatsReceived;
  if (end === "SIGKILL") {
    // Of who has said no more than a hello, a server that was busy is not sure.
    const hello = await beats();
    await until("it beats", RECORD_MS, async () => (await beats()) > hello, 10);
    child.kill("SIGKILL");
    await recorded("DROPPED");
    return;
  }
  await until("the program ends by itself", END_MS, over);
  const { code } = await program.exited;
  if (code !== 0) throw new Error(`it ended with ${code}: ${program.stderr}`);
  await recorded("LEFT");
  for (const type of leaves[name]) await recorded(type);
  if (name !== "raw") return;
  const sent = await beats();
  if (sent < 3n)
    throw new Error(`a hello, a beat and a Goodbye are three messages; it sent ${sent}`);
}
