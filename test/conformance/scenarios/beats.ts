import { atLeast, atMost, between, keep, kept, like } from "../pattern.ts";
import {
  AUTHORITY,
  ask,
  beats,
  count,
  known,
  link,
  notRecorded,
  operate,
  recorded,
  type Scenario,
  see,
  start,
  TOKEN_OF_IT,
  TOKEN_OF_PEER,
  tell,
} from "../steps.ts";

/** How long an hour is in ms: an interval within which no beat comes by itself. */
export const HOUR_MS = 3_600_000;

/** A stream that is open, and what goes over it. */
export const beatScenarios: readonly Scenario[] = [
  {
    name: "connect",
    promise: "An agent is welcomed, and all that it declares arrives.",
    steps: [
      start({
        agentType: "conformance",
        labels: { suite: "conformance", "team/owner": "ünïcode" },
        instanceId: "life-of-{scope}",
      }),
      see("welcome", { epoch: keep("epoch"), resumed: false, intervalMs: 500 }),
      known({
        state: "ALIVE",
        connected: true,
        epoch: kept("epoch"),
        agentType: "conformance",
        labels: { suite: "conformance", "team/owner": "ünïcode" },
        instanceId: "life-of-{scope}",
        client: {
          language: "{language}",
          libraryVersion: like(/\d+\.\d+/),
          host: like(/./),
          pid: kept("pid of it"),
        },
      }),
      ask("state", { state: "live" }),
      ask("health", {
        healthy: true,
        connected: true,
        lastHeartbeatAck: like(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d/),
        secondsSinceAck: between(0, 10),
        reconnectAttempts: 0,
      }),
      notRecorded("DROPPED", "SUSPECTED"),
    ],
  },
  {
    name: "interval",
    promise:
      "The interval is the server's, from the Welcome; a new one that an operator sets is taken over.",
    steps: [
      start(),
      see("welcome", { intervalMs: 500 }),
      beats(6, [2_400, 9_000]),
      operate({ call: "updatePolicy", intervalMs: 100 }),
      see("directive", { kind: "set-policy", intervalMs: 100 }),
      beats(16, [1_200, 6_000]),
      // Nor does it come by way of a new stream.
      count("reconnect", 0),
    ],
  },
  {
    name: "shorter interval",
    promise: "When the interval shrinks, the next beat comes within the new one.",
    steps: [
      start({ policy: { intervalMs: HOUR_MS } }),
      see("welcome", { intervalMs: HOUR_MS }),
      operate({ call: "updatePolicy", intervalMs: 200 }),
      see("directive", { kind: "set-policy", intervalMs: 200 }),
      beats(4, [600, 5_000]),
      count("reconnect", 0),
    ],
  },
  {
    name: "own policy",
    promise: "What the agent declares is what it is judged by, and beats by.",
    steps: [
      start({
        policy: { intervalMs: 300, timeoutMultiplier: 20, maxMissedBeats: 50, graceMs: 5_000 },
      }),
      see("welcome", { intervalMs: 300 }),
      beats(8, [1_900, 8_000]),
      count("reconnect", 0),
    ],
  },
  {
    name: "phase",
    promise: "The first beat after the Welcome comes within the interval.",
    steps: [
      start({ policy: { intervalMs: 3_000 } }),
      see("welcome", { intervalMs: 3_000 }),
      known({ beats: 2 }, "it", 4_000),
    ],
  },
  {
    name: "at once",
    promise: "What is told outside of the beat goes out at once.",
    steps: [
      start({ policy: { intervalMs: HOUR_MS } }),
      see("welcome"),
      known({ activity: "RUNNING", beats: 1 }),
      tell({ do: "idle" }),
      known({ activity: "IDLE" }),
      tell({ do: "running" }),
      known({ activity: "RUNNING", beats: 3 }),
      tell({ do: "beat" }),
      known({ beats: 4 }),
    ],
  },
  {
    name: "vitals",
    promise:
      "Beats carry what the process measures of itself, also by how much its timer was late.",
    steps: [
      start({
        policy: { intervalMs: 200, timeoutMultiplier: 50, maxMissedBeats: 100, graceMs: 300 },
      }),
      see("welcome"),
      known({
        beats: atLeast(3),
        vitals: {
          cpu: between(0, 64),
          rssBytes: between(1e6, 1e9),
          loopLagMs: between(0, 60_000),
        },
      }),
      { act: "signal", who: "it", signal: "SIGSTOP" },
      recorded("SUSPECTED"),
      { act: "signal", who: "it", signal: "SIGCONT" },
      // The beat that was due while it stood still.
      known({ vitals: { loopLagMs: atLeast(200) } }),
    ],
  },
  {
    name: "no vitals",
    promise: "Who does not want to be measured is not.",
    steps: [
      start({ vitals: false, policy: { intervalMs: 200 } }),
      see("welcome"),
      known({ beats: atLeast(3), vitals: null }),
    ],
  },
  {
    name: "slow network",
    promise:
      "Where an ack takes longer than an interval, many beats are under way, and nothing is lost.",
    steps: [
      start({ policy: { intervalMs: 200, timeoutMultiplier: 20 } }),
      see("welcome"),
      { act: "link", action: { does: "delay", ms: 300 } },
      beats(15, [2_400, 12_000]),
      ask("health", { healthy: true, secondsSinceAck: atMost(3) }),
      tell({ do: "close", reason: "seen from afar" }),
      see("closed"),
      recorded({ type: "LEFT", reason: like(/seen from afar/) }),
      notRecorded("DROPPED"),
    ],
  },
  {
    name: "slow server",
    promise:
      "Nothing piles up behind a server that reads slowly; when it reads again, it hears the newest.",
    steps: [
      start({ policy: { intervalMs: 1_000, timeoutMultiplier: 60, graceMs: 60_000 } }),
      see("welcome"),
      tell({ do: "task", id: "long" }),
      known({ tasks: { long: { state: "RUNNING" } } }),
      { act: "measure", who: "it" },
      { act: "link", action: { does: "throttle", bytesPerSecond: 4_096 } },
      tell({ do: "progress", id: "long", fraction: 0.25, detail: "x".repeat(4_000) }, "it", 4_000),
      tell({ do: "progress", id: "long", fraction: 0.75, detail: "the newest" }),
      ask("state", { state: "live" }),
      { act: "grown", who: "it", atMost: { threads: 10, files: 4, sockets: 0, rssMiB: 96 } },
      link("mend"),
      known({ tasks: { long: { progress: 0.75, detail: "the newest" } }, beats: atMost(150) }),
      beats(2, [1_000, 9_000]),
      notRecorded("DROPPED"),
    ],
  },
  {
    name: "later contract",
    promise: "Fields, enum values and directives that are not known yet are ignored.",
    relay: true,
    steps: [
      start({ policy: { intervalMs: 200 } }),
      see("welcome", { epoch: keep("epoch"), intervalMs: 200 }),
      beats(5, [700, 6_000]),
      ask("health", { healthy: true, reconnectAttempts: 0 }),
      operate({ call: "updatePolicy", intervalMs: 300 }),
      see("directive", { kind: "set-policy", intervalMs: 300 }),
      link("reset"),
      see("reconnect", { resumed: true, epoch: kept("epoch") }),
      tell({ do: "close", reason: "enough" }),
      see("closed"),
      recorded({ type: "LEFT", reason: like(/enough/) }),
    ],
  },
  {
    name: "token",
    promise: "The token is sent with each stream.",
    relay: true,
    steps: [
      start({ token: "one.two.three" }),
      see("welcome"),
      { act: "header", name: "authorization", is: "Bearer one.two.three" },
      link("reset"),
      see("reconnect"),
      { act: "header", name: "authorization", is: "Bearer one.two.three" },
    ],
  },
  {
    name: "token believed",
    promise:
      "A server that asks for tokens lets in whose token is right, and tells the others why not.",
    server: { tokens: true },
    steps: [
      start({ token: TOKEN_OF_IT }),
      see("welcome"),
      link("reset"),
      see("reconnect"),
      tell({ do: "close", reason: "believed" }),
      see("closed"),
      recorded({ type: "LEFT", reason: like(/believed/) }),
      start(),
      see("error", { status: "UNAUTHENTICATED", code: "token_missing" }),
      start({ token: "one.two.three" }),
      see("error", { status: "UNAUTHENTICATED", code: "token_invalid" }),
      start({ token: TOKEN_OF_PEER }),
      see("error", { status: "PERMISSION_DENIED", code: "not_permitted" }),
      ask("state", { state: "ended" }),
    ],
  },
  {
    name: "tls",
    promise: "A server whose certificate the named authority issued is believed; no other is.",
    server: { tls: true },
    steps: [
      start({ tls: { caFile: AUTHORITY } }),
      see("welcome"),
      ask("health", { healthy: true }),
      tell({ do: "close", reason: "believed" }),
      see("closed"),
      recorded("CONNECTED", { type: "LEFT", reason: like(/believed/) }),
      start({ tls: {}, maxReconnectAttempts: 2 }, "twin"),
      see("gaveUp", { attempts: 2 }, "twin"),
    ],
  },
];
