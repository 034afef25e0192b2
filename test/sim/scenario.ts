import type { PolicyOptions } from "../../src/agent/policy.ts";
import { graceFor } from "../../src/monitor/policy.ts";
import { noRetry } from "../../src/monitor/retry-policy.ts";
import type { DiskMood } from "./disk.ts";
import type { ServerSettings } from "./house.ts";
import type { Quality } from "./path.ts";
import { Random } from "./random.ts";

/** What happens to the world at an instant; whom it names may be gone, and then nothing happens. */
export type Action = { readonly at: number } & (
  | {
      readonly kind: "agent-start" | "agent-kill" | "agent-stop" | "agent-cont";
      readonly agent: number;
    }
  | { readonly kind: "agent-close" | "agent-fail"; readonly agent: number }
  | {
      readonly kind: "machine-off" | "machine-on" | "machine-suspend" | "machine-wake";
      readonly agent: number;
    }
  | { readonly kind: "machine-wall"; readonly agent: number; readonly ms: number }
  | { readonly kind: "twin-start" | "twin-kill"; readonly agent: number }
  | { readonly kind: "sender-start" | "sender-kill"; readonly sender: number }
  | { readonly kind: "work"; readonly agent: number; readonly task: string; readonly step: Step }
  | { readonly kind: "idle"; readonly agent: number; readonly on: boolean }
  | {
      readonly kind: "cut" | "mend";
      readonly agents: readonly number[];
      readonly direction: "up" | "down" | "both";
    }
  | { readonly kind: "reset"; readonly agents: readonly number[] }
  | { readonly kind: "proxy-restart" | "proxy-down" | "proxy-up"; readonly proxy: number }
  | { readonly kind: "server-kill" | "server-start" | "server-stop" | "server-drain" }
  | { readonly kind: "server-cont"; readonly breaks: number }
  | { readonly kind: "server-suspend" | "server-wake" }
  | { readonly kind: "server-wall"; readonly ms: number }
  | { readonly kind: "disk"; readonly mood: DiskMood }
  | { readonly kind: "pause"; readonly agent: number; readonly ms: number }
  | {
      readonly kind: "resume" | "register" | "unregister" | "set-policy" | "audit";
      readonly agent: number;
      readonly interval?: number;
    }
  | { readonly kind: "cancel-task"; readonly agent: number; readonly task: string }
  | { readonly kind: "watcher-cut"; readonly watcher: number }
  | { readonly kind: "watcher-slow"; readonly watcher: number; readonly ms: number }
);
export type Step = "start" | "progress" | "succeed" | "fail" | "cancel";
export type ActionKind = Action["kind"];

/** An agent of a history. */
export interface Cast {
  readonly organizationId: string;
  readonly agentId: string;
  readonly policy: PolicyOptions;
  readonly backoffMaxMs: number;
  readonly takesTasks: boolean;
  readonly quality: Quality;
  /** By which proxy; undefined for none. */
  readonly proxy: number | undefined;
}

/** A whole history: who takes part, how the server is set up, and what happens. Data, so that it can be cut. */
export interface Scenario {
  readonly seed: number;
  readonly hours: number;
  readonly settings: ServerSettings;
  readonly agents: readonly Cast[];
  readonly senders: number;
  readonly proxies: number;
  readonly watchers: number;
  /** What the disk is made of: the journal's own file, or maps and lists, which are faster. */
  readonly store: "sqlite" | "memory";
  readonly actions: readonly Action[];
}

const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const ORGANIZATIONS = ["acme", "bolt"];
const TASKS = ["fetch", "sort", "ship"];

export interface Wish {
  readonly seed: number;
  readonly hours: number;
  /** How many agents; undefined lets the seed say. */
  readonly agents?: number | undefined;
  /** So many times as many faults as usual; default 1. */
  readonly faults?: number | undefined;
}

/** Draws a history. */
export function draw({ seed, hours, agents: wanted, faults = 1 }: Wish): Scenario {
  const random = new Random(seed);
  const of = (name: string) => random.fork(name);
  const count = wanted ?? of("size").pick([3, 8, 20, 40, 60]);
  const proxies = 2;
  const agents = Array.from({ length: count }, (_, at) => cast(of(`agent ${at}`), at, proxies));
  return {
    seed,
    hours,
    settings: settings(of("settings")),
    agents,
    senders: Math.min(5, Math.ceil(count / 10)),
    proxies,
    watchers: 2,
    store: of("store").chance(0.3) ? "sqlite" : "memory",
    actions: actions(of, hours * HOUR, agents, faults),
  };
}

function cast(random: Random, at: number, proxies: number): Cast {
  const intervalMs = random.pick([1_000, 2_000, 5_000, 15_000, 30_000, 30_000]);
  const quality = {
    delayMs: random.span(0.1, 60),
    jitterMs: random.span(0.1, 40),
    loss: random.chance(0.3) ? 0.01 : 0,
  };
  // Who has little patience needs a quick way, and more of it than a tick: a lost segment is 200 ms.
  const quick = quality.loss === 0 && intervalMs >= 5_000;
  const retrying = random.fork("retry");
  return {
    organizationId: random.chance(0.8) ? ORGANIZATIONS[0] : ORGANIZATIONS[1],
    agentId: `a${at}`,
    policy: {
      intervalMs,
      ...(random.chance(0.4) && { timeoutMultiplier: random.pick([quick ? 1.1 : 1.5, 2, 5]) }),
      ...(random.chance(0.3) && { maxMissedBeats: random.pick([1, 2, 5]) }),
      ...(random.chance(0.2) && { dropGraceMs: random.pick([0, 3_000, 20_000]) }),
      ...(random.chance(0.5) && {
        taskStaleAfterMs: random.whole(5, 120) * SECOND,
        taskTimeoutAfterMs: random.whole(60, 900) * SECOND,
      }),
      ...(retrying.chance(0.6) && {
        taskRetry: {
          maxAttempts: retrying.whole(2, 5),
          backoffMs: retrying.pick([0, 1_000, 20_000]),
          placement: retrying.chance(0.8) ? "any-of-type" : "same-agent",
        },
      }),
    },
    takesTasks: retrying.chance(0.6),
    backoffMaxMs: random.pick([1_000, 5_000, 15_000]),
    quality,
    proxy: random.chance(0.5) ? random.whole(0, proxies - 1) : undefined,
  };
}

function settings(random: Random): ServerSettings {
  const intervalMs = 30_000;
  return {
    tickMs: random.pick([10, 50, 100, 100]),
    policy: {
      intervalMs,
      timeoutMultiplier: 3,
      maxMissedBeats: 3,
      graceMs: graceFor(intervalMs),
      dropGraceMs: undefined,
      taskStaleAfterMs: 5 * MINUTE,
      taskTimeoutAfterMs: 30 * MINUTE,
      staleWarningOnlyOnce: random.chance(0.7),
      taskRetry: noRetry,
    },
    protection: random.chance(0.8)
      ? {
          minAgents: random.pick([3, 5, 10]),
          share: random.pick([0.3, 0.5, 0.8]),
          windowMs: 10_000,
          holdMs: random.pick([30_000, 300_000]),
          releasePerSecond: random.pick([1, 5, 100]),
        }
      : undefined,
    restartGraceMs: 30_000,
    maxHeldBackMs: 24 * HOUR,
    // The shortest is shorter than what agents stay away: names are forgotten and come again.
    retentionMs: random.pick([3 * MINUTE, 2 * HOUR, 24 * HOUR]),
    historyEvents: random.pick([500, 5_000, 100_000]),
    historyAgeMs: 30 * 24 * HOUR,
    backlogEvents: random.pick([1_000, 200_000, 200_000]),
    admissionRatePerSecond: random.pick([3, 50, 2_000]),
    greetingTimeoutMs: 10_000,
    watcherMaxLag: 10_000,
    keepaliveTimeMs: 30_000,
    keepaliveTimeoutMs: 20_000,
    drainSpreadMs: 2_000,
  };
}

/** Faults, and what ends each: how often in an hour, for the whole world. */
const perHour = {
  crash: 3,
  hang: 2,
  leave: 1,
  fail: 0.5,
  powerCut: 0.7,
  suspend: 0.7,
  agentWall: 0.5,
  twin: 0.7,
  sender: 1,
  work: 12,
  idle: 2,
  cutOne: 2,
  cutMany: 0.5,
  cutAll: 0.25,
  oneWay: 1,
  resets: 1.5,
  proxyRestart: 0.7,
  proxyDown: 0.3,
  kill: 1,
  killAgain: 0.3,
  killAtStart: 0.5,
  drain: 0.3,
  stall: 1,
  serverSuspend: 0.3,
  serverWall: 0.3,
  diskTrouble: 0.7,
  pause: 1,
  register: 0.5,
  unregister: 0.3,
  setPolicy: 0.7,
  cancelTask: 0.7,
  audit: 1,
  watcherCut: 1,
  watcherSlow: 0.2,
  pauseOverRestart: 0.7,
} as const;

type Fault = keyof typeof perHour;

/** Some hours have troubles only of some kinds: not everything happens to everybody all the time. */
function actions(
  of: (name: string) => Random,
  endMs: number,
  agents: readonly Cast[],
  times: number,
): Action[] {
  const list: Action[] = agents.map((_, agent) => ({
    at: of(`start ${agent}`).between(0, 2 * MINUTE),
    kind: "agent-start",
    agent,
  }));
  const taste = of("taste");
  const faults = (Object.keys(perHour) as Fault[]).filter(() => taste.chance(0.6));
  for (const fault of faults) {
    const random = of(`fault ${fault}`);
    const meanMs = HOUR / (perHour[fault] * taste.pick([0.5, 1, 3]) * times);
    let at = -Math.log(1 - random.next()) * meanMs;
    for (let number = 0; at < endMs; number++) {
      list.push(...happen(fault, at, random.fork(`${number}`), agents));
      at += -Math.log(1 - random.next()) * meanMs + 1;
    }
  }
  return list.filter(({ at }) => at < endMs).sort((a, b) => a.at - b.at);
}

function happen(fault: Fault, at: number, random: Random, agents: readonly Cast[]): Action[] {
  const agent = random.whole(0, agents.length - 1);
  const all = agents.map((_, number) => number);
  const later = at + random.span(100, 10 * MINUTE);
  const soon = at + random.span(20, 90 * SECOND);
  const task = random.pick(TASKS);
  const both = { direction: "both" } as const;
  switch (fault) {
    case "crash":
      return [
        { at, kind: "agent-kill", agent },
        { at: later, kind: "agent-start", agent },
      ];
    case "hang":
      return [
        { at, kind: "agent-stop", agent },
        { at: later, kind: "agent-cont", agent },
      ];
    case "leave":
      return [
        { at, kind: "agent-close", agent },
        { at: later, kind: "agent-start", agent },
      ];
    case "fail":
      return [
        { at, kind: "agent-fail", agent },
        { at: later, kind: "agent-start", agent },
      ];
    case "powerCut":
      return [
        { at, kind: "machine-off", agent },
        { at: later, kind: "machine-on", agent },
      ];
    case "suspend":
      return [
        { at, kind: "machine-suspend", agent },
        { at: later, kind: "machine-wake", agent },
      ];
    case "agentWall":
      return [{ at, kind: "machine-wall", agent, ms: random.between(-HOUR, HOUR) }];
    case "twin":
      return [
        { at, kind: "twin-start", agent },
        { at: later, kind: "twin-kill", agent },
      ];
    case "sender":
      return [
        { at, kind: "sender-kill", sender: random.whole(0, 4) },
        { at: later, kind: "sender-start", sender: random.whole(0, 4) },
      ];
    case "work":
      return [
        { at, kind: "work", agent, task, step: "start" },
        { at: at + random.span(1, 5 * MINUTE), kind: "work", agent, task, step: "progress" },
        ...(random.chance(0.7)
          ? ([
              {
                at: later,
                kind: "work",
                agent,
                task,
                step: random.pick(["succeed", "fail", "cancel"] as const),
              },
            ] as const)
          : []),
      ];
    case "idle":
      return [
        { at, kind: "idle", agent, on: true },
        { at: later, kind: "idle", agent, on: false },
      ];
    case "cutOne":
      return [
        { at, kind: "cut", agents: [agent], ...both },
        { at: later, kind: "mend", agents: [agent], ...both },
      ];
    case "cutMany": {
      const some = random.some(all, random.pick([0.3, 0.6]));
      return [
        { at, kind: "cut", agents: some, ...both },
        { at: later, kind: "mend", agents: some, ...both },
      ];
    }
    case "cutAll":
      return [
        { at, kind: "cut", agents: all, ...both },
        { at: later, kind: "mend", agents: all, ...both },
      ];
    case "oneWay": {
      const direction = random.pick(["up", "down"] as const);
      return [
        { at, kind: "cut", agents: [agent], direction },
        { at: later, kind: "mend", agents: [agent], direction },
      ];
    }
    case "resets":
      return [{ at, kind: "reset", agents: random.some(all, random.pick([0.1, 0.5, 1])) }];
    case "proxyRestart":
      return [{ at, kind: "proxy-restart", proxy: random.whole(0, 1) }];
    case "proxyDown": {
      const proxy = random.whole(0, 1);
      return [
        { at, kind: "proxy-down", proxy },
        { at: soon, kind: "proxy-up", proxy },
      ];
    }
    case "kill":
      return [
        { at, kind: "server-kill" },
        { at: soon, kind: "server-start" },
      ];
    case "killAgain":
      return Array.from({ length: 6 }, (_, number) => [
        { at: at + number * 3_000 + random.between(0, 2_900), kind: "server-kill" as const },
        { at: at + number * 3_000 + 2_950, kind: "server-start" as const },
      ]).flat();
    case "killAtStart": {
      // A life that was welcomed and not kept, and another one after it.
      const kill = at + random.span(1, 200);
      return [
        { at: at - 20, kind: "agent-kill", agent },
        { at, kind: "agent-start", agent },
        { at: kill, kind: "server-kill" },
        { at: kill + 1, kind: "agent-kill", agent },
        { at: kill + 500, kind: "server-start" },
        { at: kill + 1_500, kind: "agent-start", agent },
      ];
    }
    case "drain":
      return [
        { at, kind: "server-drain" },
        { at: at + 15 * SECOND + random.span(20, 90 * SECOND), kind: "server-start" },
      ];
    case "stall":
      return [
        { at, kind: "server-stop" },
        { at: soon, kind: "server-cont", breaks: random.pick([0, 0, 0.1, 1]) },
      ];
    case "serverSuspend":
      return [
        { at, kind: "server-suspend" },
        { at: later, kind: "server-wake" },
      ];
    case "serverWall":
      return [{ at, kind: "server-wall", ms: random.between(-HOUR, HOUR) }];
    case "diskTrouble":
      return [
        {
          at,
          kind: "disk",
          mood: random.pick(["slow", "full", "readonly", "failing", "hanging"] as const),
        },
        { at: soon, kind: "disk", mood: "well" },
      ];
    case "pause":
      return [
        { at, kind: "pause", agent, ms: Math.round(random.span(SECOND, 20 * MINUTE)) },
        ...(random.chance(0.5) ? [{ at: later, kind: "resume" as const, agent }] : []),
      ];
    case "register":
      return [{ at, kind: "register", agent }];
    case "unregister":
      return [
        { at, kind: "unregister", agent },
        { at: later, kind: "agent-kill", agent },
        { at: later + SECOND, kind: "agent-start", agent },
      ];
    case "setPolicy":
      return [{ at, kind: "set-policy", agent, interval: random.pick([5_000, 10_000, 40_000]) }];
    case "pauseOverRestart": {
      // The pause is over when the agent has not found back yet.
      const away = random.span(2 * SECOND, MINUTE);
      return [
        { at, kind: "pause", agent, ms: Math.round(away + random.between(0, 2 * SECOND)) },
        { at: at + SECOND, kind: "server-kill" },
        { at: at + away, kind: "server-start" },
      ];
    }
    case "cancelTask":
      return [{ at, kind: "cancel-task", agent, task }];
    case "audit":
      return [{ at, kind: "audit", agent }];
    case "watcherCut":
      return [{ at, kind: "watcher-cut", watcher: random.whole(0, 1) }];
    case "watcherSlow":
      return [
        { at, kind: "watcher-slow", watcher: 1, ms: random.span(10, 2_000) },
        { at: later, kind: "watcher-slow", watcher: 1, ms: 0 },
      ];
  }
}
