import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { View } from "../e2e/support/view.ts";
import { authority } from "./certificates.ts";
import { Link } from "./link.ts";
import type { Memory } from "./pattern.ts";
import { Relay } from "./relay.ts";
import { type Recorded, Server } from "./server.ts";
import type { Growth, Scenario, Who } from "./steps.ts";
import { TesteeProcess } from "./testee-process.ts";
import type { Language } from "./testees.ts";

/** What a run is given: the server that is shared, and the program for one of its own. */
export interface House {
  readonly entry: string;
  readonly shared: Server;
}

const READY_MS = 30_000;
const END_MS = 10_000;

/** All that takes part in one run of one scenario for one language. */
export class Stage implements AsyncDisposable {
  readonly language: Language;
  /** The run's name: the agent's id, and part of whatever must not be another run's. */
  readonly scope: string;
  readonly server: Server;
  readonly relay: Relay | undefined;
  readonly link: Link;
  readonly view: View;
  readonly memory: Memory = new Map();
  readonly measured = new Map<Who, Growth>();
  readonly testees = new Map<Who, TesteeProcess>();
  readonly #parts: AsyncDisposableStack;
  readonly #isShared: boolean;

  private constructor(
    { name, server: own }: Scenario,
    language: Language,
    parts: AsyncDisposableStack,
    { server, relay, link }: { server: Server; relay: Relay | undefined; link: Link },
  ) {
    this.#parts = parts;
    this.#isShared = own === undefined;
    this.language = language;
    this.scope = `${name.replaceAll(" ", "-")}/${language.name}`;
    this.server = server;
    this.relay = relay;
    this.link = link;
    this.view = parts.use(new View({ grpcAddress: server.address }));
  }

  static async set(scenario: Scenario, language: Language, house: House): Promise<Stage> {
    await using parts = new AsyncDisposableStack();
    const server =
      scenario.server === undefined
        ? house.shared
        : parts.use(await Server.start(house.entry, scenario.server));
    const relay = scenario.relay ? parts.use(await Relay.open(server.address)) : undefined;
    const link = parts.use(await Link.open(relay?.port ?? server.port));
    return new Stage(scenario, language, parts.move(), { server, relay, link });
  }

  agentId(who: Who): string {
    return who === "it" || who === "twin" ? this.scope : `${this.scope}/${who}`;
  }

  /** Only one agent is behind the link. */
  serverFor(who: Who): string {
    return who === "it" ? this.link.address : this.server.address;
  }

  /** A token that the server believes of one agent. */
  tokenFor(who: Who): Promise<string> {
    return this.server.tokenFor(this.agentId(who));
  }

  /** A file with the authority that vouches for the server. */
  get authorityFile(): string {
    const folder = mkdtempSync(join(tmpdir(), "heartbeat-conformance-"));
    this.#parts.defer(() => rmSync(folder, { recursive: true }));
    const file = join(folder, "ca.crt");
    writeFileSync(file, authority);
    return file;
  }

  /** The testee, started when it is first asked for. */
  async testee(who: Who): Promise<TesteeProcess> {
    const known = this.testees.get(who);
    if (known !== undefined) return known;
    const testee = this.#parts.use(new TesteeProcess(this.language.startTestee()));
    this.testees.set(who, testee);
    this.memory.set(`pid of ${who}`, testee.pid);
    await testee.next("ready", READY_MS);
    return testee;
  }

  recorded(who: Who): Recorded[] {
    const agentId = this.agentId(who);
    return this.server.recorded.filter((event) => event.agentId === agentId);
  }

  /** Whoever still runs is told that this was all, and has to end in good order. */
  async conclude(): Promise<void> {
    this.link.mend();
    for (const testee of this.testees.values()) testee.closeInput();
    for (const [who, { program }] of this.testees) {
      const timer = setTimeout(() => program.child.kill("SIGKILL"), END_MS);
      const { code, signal } = await program.exited;
      clearTimeout(timer);
      if (code !== 0) {
        throw new Error(`at the end of its input the testee "${who}" ended with ${signal ?? code}`);
      }
    }
  }

  /** The last that was said and logged, for whoever has to find out what went wrong. */
  lastWords(lines: number): string {
    const log = this.#isShared
      ? this.server.log.filter((line) => line.includes(this.scope))
      : this.server.log;
    return [
      ...[...this.testees].flatMap(([who, { transcript, program }]) => [
        `--- ${who}`,
        ...transcript.slice(-lines),
        ...program.stderr.trimEnd().split("\n").slice(-lines),
      ]),
      "--- the server's log",
      ...log.slice(-lines),
    ].join("\n");
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#parts.disposeAsync();
  }
}
