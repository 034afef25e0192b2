import type {
  AgentProcess,
  AgentProcessListener,
} from "../../../src/orchestrator/agent-process.ts";
import type { FromAgent, ToAgent } from "../../../src/orchestrator/protocol.ts";
import type { RunEnd } from "../../../src/orchestrator/run-end.ts";

/** A process of an agent that does what the test says. */
export class FakeAgentProcess implements AgentProcess {
  readonly name: string;
  readonly pid: number;
  readonly heard: ToAgent[] = [];
  killed = false;
  readonly #listener: AgentProcessListener;

  constructor(name: string, pid: number, listener: AgentProcessListener) {
    this.name = name;
    this.pid = pid;
    this.#listener = listener;
  }

  send(message: ToAgent): void {
    this.heard.push(message);
  }

  kill(): void {
    this.killed = true;
  }

  tell(...messages: FromAgent[]): void {
    for (const message of messages) this.#listener.onMessage(message);
  }

  exit(how = "exited with code 1"): void {
    this.#listener.onExit(how);
  }

  /** Ends in good order. */
  end(end: RunEnd): void {
    this.tell({ kind: "ended", end, heartbeat: undefined });
    this.exit("exited with code 0");
  }

  /** What it was started with. */
  get assignment() {
    const [first] = this.heard;
    if (first?.kind !== "start") throw new Error("it was not started first");
    return first.assignment;
  }

  /** The reasons of the stops that it heard. */
  get stops(): string[] {
    return this.heard.flatMap((message) => (message.kind === "stop" ? message.reason : []));
  }
}

/** At the orchestrator's seam: no forks. */
export class FakeProcesses {
  readonly all: FakeAgentProcess[] = [];

  readonly start = (name: string, listener: AgentProcessListener): FakeAgentProcess => {
    const process = new FakeAgentProcess(name, 100 + this.all.length, listener);
    this.all.push(process);
    return process;
  };

  /** The newest process. */
  get last(): FakeAgentProcess {
    return this.all.at(-1)!;
  }
}
