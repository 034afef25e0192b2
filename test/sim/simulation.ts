import { SimAgent } from "./agent.ts";
import { resetConnections } from "./connection.ts";
import { Disk } from "./disk.ts";
import { Machine } from "./machine.ts";
import { MemoryPlatter } from "./memory-platter.ts";
import { ReverseProxy } from "./network.ts";
import { Operator } from "./operator.ts";
import { Oracle } from "./oracle.ts";
import { Path } from "./path.ts";
import { Random } from "./random.ts";
import type { Action, Scenario } from "./scenario.ts";
import { SimSender } from "./sender.ts";
import { SimServer } from "./server.ts";
import { SqlitePlatter } from "./sqlite-platter.ts";
import type { Violation } from "./verdicts.ts";
import { SimWatcher } from "./watcher.ts";
import { World } from "./world.ts";

const HOUR_MS = 3_600_000;
/** All is mended at the end, and everybody has this long to find back. */
const CALM_MS = 15 * 60_000;

/** Then all go, and the server has this long to forget them. */
const EMPTY_MS = 2 * 60_000;

/** What came of a history. */
export interface Result {
  readonly violation: Violation | undefined;
  /** The last that was told of the agent that the violation names. */
  readonly told: readonly string[];
  /** And the last that was told of nobody in particular. */
  readonly toldOfAll: readonly string[];
  readonly hours: number;
  readonly steps: number;
  readonly events: number;
}

/** Everybody in a history, and what its actions do to them. */
class Simulation {
  readonly world: World;
  readonly oracle: Oracle;
  readonly server: SimServer;
  readonly disk: Disk;
  readonly agents: SimAgent[];
  readonly twins = new Map<number, SimAgent>();
  readonly senders: SimSender[];
  readonly watchers: SimWatcher[];
  readonly proxies: ReverseProxy[];
  readonly operator: Operator;
  readonly #scenario: Scenario;

  constructor(scenario: Scenario) {
    this.#scenario = scenario;
    const random = new Random(scenario.seed);
    const world = new World(random.fork("world"));
    this.world = world;
    this.oracle = new Oracle(world);
    this.disk = new Disk(
      world,
      scenario.store === "sqlite" ? new SqlitePlatter() : new MemoryPlatter(),
    );
    this.disk.onFault = (error) => this.oracle.diskFault(error);
    this.server = new SimServer(world, this.disk, scenario.settings, this.oracle);
    this.oracle.watch(this.server);
    this.proxies = Array.from({ length: scenario.proxies }, () => new ReverseProxy());
    this.agents = scenario.agents.map((_, number) => this.#agent(number, `a${number}`));
    this.senders = Array.from({ length: scenario.senders }, (_, number) => this.#sender(number));
    this.oracle.knows(this.agents, this.senders);
    this.watchers = Array.from({ length: scenario.watchers }, (_, number) => {
      const name = `watcher ${number}`;
      return new SimWatcher(name, { ...this.#place(name), server: this.server }, this.oracle);
    });
    const place = this.#place("operator");
    this.operator = new Operator(this.server, place.machine, place.path, this.oracle.operators);
  }

  async run(): Promise<Result> {
    const { world, oracle, server } = this;
    const { actions, hours } = this.#scenario;
    server.start();
    for (const watcher of this.watchers) watcher.start();
    for (const sender of this.senders) sender.start();
    for (const action of actions) world.at(action.at, () => this.act(action));
    const end = hours * HOUR_MS;
    world.at(end, () => this.#mend());
    world.at(end + CALM_MS, () => this.#empty());
    const look = () => {
      oracle.look();
      if (oracle.verdicts.first) throw STOP;
    };
    try {
      await world.runUntil(end + CALM_MS + EMPTY_MS, look);
      oracle.emptied();
    } catch (error) {
      if (error !== STOP) throw error;
    } finally {
      this.disk.platter.remove();
    }
    const violation = oracle.verdicts.first;
    return {
      violation,
      told: violation ? oracle.record.lastOf(violation.agent) : [],
      toldOfAll: oracle.record.lastOf(""),
      hours: world.now / HOUR_MS,
      steps: world.steps,
      events: oracle.record.keptLast,
    };
  }

  act(action: Action): void {
    const { server } = this;
    switch (action.kind) {
      case "agent-start":
        return this.agents[action.agent].start();
      case "agent-kill":
        return this.agents[action.agent].kill();
      case "agent-stop":
        return this.agents[action.agent].stop();
      case "agent-cont":
        return this.agents[action.agent].cont();
      case "agent-close":
        return this.agents[action.agent].leave(false);
      case "agent-fail":
        return this.agents[action.agent].leave(true);
      case "machine-off":
        return this.agents[action.agent].powerOff();
      case "machine-on":
        this.agents[action.agent].powerOn();
        return this.agents[action.agent].start();
      case "machine-suspend":
        return this.agents[action.agent].suspend();
      case "machine-wake":
        return this.agents[action.agent].wake();
      case "machine-wall":
        return this.agents[action.agent].machine.stepWall(action.ms);
      case "twin-start":
        return this.#twin(action.agent).start();
      case "twin-kill":
        return this.#twin(action.agent).kill();
      case "sender-start":
        return this.senders[action.sender]?.start();
      case "sender-kill":
        return this.senders[action.sender]?.kill();
      case "work":
        return this.agents[action.agent].work(action.task, action.step);
      case "idle":
        return this.agents[action.agent].setIdle(action.on);
      case "cut":
      case "mend":
        return this.#link(action);
      case "reset":
        for (const number of action.agents) this.#reset(this.agents[number]);
        return;
      case "proxy-restart":
        return this.#breakProxy(action.proxy, true);
      case "proxy-down":
        return this.#breakProxy(action.proxy, false);
      case "proxy-up":
        return this.#breakProxy(action.proxy, true);
      case "server-start":
        return server.start();
      case "server-kill":
        return server.kill();
      case "server-stop":
        return server.stop();
      case "server-cont":
        return server.cont(action.breaks);
      case "server-drain":
        this.world.stir();
        void server.drain();
        return;
      case "server-suspend":
        return server.suspend();
      case "server-wake":
        return server.wake();
      case "server-wall":
        return server.stepWall(action.ms);
      case "disk":
        return this.disk.setMood(action.mood);
      case "watcher-cut":
        return this.watchers[action.watcher]?.disconnect();
      case "watcher-slow": {
        const watcher = this.watchers[action.watcher];
        if (watcher) watcher.slownessMs = action.ms;
        return;
      }
      default:
        return this.operator.act(action, this.#scenario.agents[action.agent]);
    }
  }

  /** Everything that is broken is mended, and everybody who is gone comes back. */
  #mend(): void {
    this.disk.setMood("well");
    this.server.wake();
    this.server.cont(0);
    this.server.start();
    for (const proxy of this.proxies) proxy.up = true;
    for (const twin of this.twins.values()) twin.kill();
    for (const agent of this.agents) {
      agent.path.mend("up");
      agent.path.mend("down");
      agent.powerOn();
      agent.wake();
      agent.cont();
      if (!agent.isAlive) agent.kill();
      agent.start();
    }
    for (const watcher of this.watchers) watcher.slownessMs = 0;
  }

  #empty(): void {
    for (const agent of this.agents) agent.kill();
    for (const sender of this.senders) sender.kill();
    for (const watcher of this.watchers) watcher.stop();
  }

  #link(action: Extract<Action, { kind: "cut" | "mend" }>): void {
    const directions = action.direction === "both" ? (["up", "down"] as const) : [action.direction];
    for (const number of action.agents) {
      const agent = this.agents[number];
      for (const direction of directions) {
        if (action.kind === "cut") agent.path.cut(direction);
        else agent.path.mend(direction);
      }
      this.oracle.disturbed(agent);
      if (action.kind === "cut") this.#expireLater(agent);
    }
  }

  /** A connection over which nothing comes is given up by the server's keepalive. */
  #expireLater(agent: SimAgent): void {
    const { keepaliveTimeMs, keepaliveTimeoutMs } = this.#scenario.settings;
    const since = this.world.now;
    const phase = agent.machine.random.between(0, keepaliveTimeMs);
    for (const channel of agent.life?.channels ?? []) {
      const { connection } = channel;
      if (!connection) continue;
      this.world.in(phase + keepaliveTimeoutMs, () => {
        const cut = agent.path.cutSince("up") ?? agent.path.cutSince("down");
        if (cut === undefined || cut > since) return;
        connection.server.elapse(() => connection.expire("up"));
      });
    }
  }

  #reset(agent: SimAgent): void {
    for (const { connection } of agent.life?.channels ?? []) connection?.break();
    this.oracle.disturbed(agent);
  }

  #breakProxy(number: number, up: boolean): void {
    const proxy = this.proxies[number];
    proxy.up = up;
    proxy.restart();
    for (const agent of this.agents) if (agent.proxy === proxy) this.oracle.disturbed(agent);
  }

  #twin(number: number): SimAgent {
    const known = this.twins.get(number);
    if (known) return known;
    const twin = this.#agent(number, `twin ${number}`);
    this.twins.set(number, twin);
    this.oracle.knows([twin], []);
    return twin;
  }

  #agent(number: number, name: string): SimAgent {
    const cast = this.#scenario.agents[number];
    const machine = new Machine(this.world, name);
    const path = new Path(this.world, name, cast.quality);
    const proxy = cast.proxy === undefined ? undefined : this.proxies[cast.proxy];
    return new SimAgent(name, cast, { machine, path, proxy, server: this.server }, this.oracle);
  }

  #sender(number: number): SimSender {
    const name = `sender-${number}`;
    const plan = { organizationId: "cron", agentId: name, intervalMs: 60_000 };
    return new SimSender(plan, { ...this.#place(name), server: this.server }, this.oracle);
  }

  #place(name: string): { machine: Machine; path: Path } {
    const quality = { delayMs: 2, jitterMs: 3, loss: 0 };
    return {
      machine: new Machine(this.world, name),
      path: new Path(this.world, name, quality),
    };
  }
}

const STOP = new Error("a rule was broken");

/** Lets a history happen, up to its end or to the first rule that is broken. */
export async function simulate(scenario: Scenario): Promise<Result> {
  resetConnections();
  return new Simulation(scenario).run();
}
