/**
 * What each kind of step does. One that fails throws, and says what was not as it should be.
 */
import { until } from "../../faults/wait.ts";
import { StatusService } from "../../gen/typescript/heartbeat/v1/status_service_pb.js";
import { plain } from "./known.ts";
import type { Link } from "./link.ts";
import { operate } from "./operator.ts";
import { mismatch, type Pattern } from "./pattern.ts";
import { connectionsTo, holdings } from "./procfs.ts";
import type { Order, StartOptions } from "./protocol.ts";
import { runSample } from "./sample.ts";
import type { Stage } from "./stage.ts";
import {
  AUTHORITY,
  type Growth,
  type LinkAction,
  type Step,
  TOKEN_OF_IT,
  TOKEN_OF_PEER,
  type Who,
  WITHIN_MS,
} from "./steps.ts";

type Acts = {
  readonly [Act in Step["act"]]: (
    step: Extract<Step, { act: Act }>,
    stage: Stage,
  ) => Promise<void> | void;
};

export function perform(step: Step, stage: Stage): Promise<void> | void {
  // The table has a function for exactly this kind of step, which the compiler does not see.
  return (acts[step.act] as (step: Step, stage: Stage) => Promise<void> | void)(step, stage);
}

const acts: Acts = {
  tell: async ({ who, order, times }, stage) => {
    const testee = await stage.testee(who);
    const complete = await filledIn(order, who, stage);
    for (let n = 0; n < times; n++) testee.tell(complete);
  },

  see: async ({ who, saw, like, withinMs }, stage) => {
    const testee = await stage.testee(who);
    demand(like, await testee.next(saw, withinMs), stage);
  },

  count: async ({ who, saw, is }, stage) => {
    const count = (await stage.testee(who)).count(saw);
    if (count !== is) throw new Error(`there were ${count}`);
  },

  ask: async ({ who, what, like }, stage) => {
    const testee = await stage.testee(who);
    await becomes(like, WITHIN_MS, stage, async () => {
      testee.tell({ do: what });
      return await testee.next(what, WITHIN_MS);
    });
  },

  known: async ({ who, like, withinMs }, stage) => {
    await becomes(like, withinMs, stage, () => know(who, stage));
  },

  recorded: async ({ who, events }, stage) => {
    await until("they are recorded", WITHIN_MS, () =>
      follows(events, stage.recorded(who), stage),
    ).catch(() => {
      const types = stage.recorded(who).map(({ type, reason }) => `${type} (${reason})`);
      throw new Error(`the record has only ${types.join(", ")}`);
    });
  },

  kept: async ({ type }, stage) => {
    await until(`${type} is kept`, WITHIN_MS, async () =>
      (await stage.view.types(stage.agentId("it"))).includes(type),
    );
  },

  "not recorded": ({ who, types }, stage) => {
    const found = stage.recorded(who).find(({ type }) => types.includes(type));
    if (found !== undefined) throw new Error(`${found.type} was recorded: ${found.reason}`);
  },

  beats: async ({ count, minMs, maxMs }, stage) => {
    const before = (await know("it", stage)).beats;
    const reached = (more: number) =>
      until(
        `${count} more beats`,
        maxMs + WITHIN_MS,
        async () => {
          return (await know("it", stage)).beats >= before + more && performance.now();
        },
        10,
      );
    // From one beat on, since what came before it is part of an interval.
    const from = await reached(1);
    const tookMs = Math.round((await reached(1 + count)) - from);
    if (tookMs < minMs || tookMs > maxMs) throw new Error(`they took ${tookMs} ms`);
  },

  operate: ({ does }, stage) => operate(stage.view.client, stage.agentId("it"), does),

  link: ({ action }, { link }) => actOn(link, action),

  connections: ({ like }, stage) => becomes(like, WITHIN_MS, stage, () => stage.link.connections),

  streams: ({ like }, stage) => demand(like, stage.relay?.streams, stage),

  held: async ({ bytes }, { link }) => {
    await until(`the link holds ${bytes} bytes`, WITHIN_MS, () => link.held >= bytes, 10);
  },

  server: async ({ does }, { server }) => {
    if (does === "drain") await server.drain();
    else if (does === "kill") await server.kill();
    else await server.startAgain();
  },

  answer: ({ status, code }, { relay }) =>
    relay?.answerNext(code === undefined ? { status } : { status, code }),

  header: ({ name, is }, stage) => demand(is, stage.relay?.header(name), stage),

  "put off": async ({ like }, stage) => {
    const status = await stage.view.client.call(StatusService.method.getStatus, {});
    demand(like, Number(status.admissionsDeferredTotal), stage);
  },

  signal: async ({ who, signal }, stage) => {
    process.kill((await stage.testee(who)).pid, signal);
  },

  "close input": async ({ who }, stage) => (await stage.testee(who)).closeInput(),

  exit: async ({ who, by }, stage) => {
    const { program } = await stage.testee(who);
    const { code, signal } = await until("the process has ended", WITHIN_MS, async () =>
      program.child.exitCode === null && program.child.signalCode === null
        ? undefined
        : await program.exited,
    );
    stage.testees.delete(who);
    const end = signal ?? code;
    if (end === null || !by.includes(end)) throw new Error(`it ended with ${end}`);
  },

  repeat: async ({ times, steps }, stage) => {
    for (let n = 0; n < times; n++) {
      for (const step of steps) await perform(step, stage);
    }
  },

  measure: async ({ who }, stage) => {
    stage.measured.set(who, holdings((await stage.testee(who)).pid));
  },

  grown: async ({ who, atMost }, stage) => {
    const { pid } = await stage.testee(who);
    const before = stage.measured.get(who);
    if (before === undefined) throw new Error("nothing was measured before");
    // Threads and buffers that wait for more to do are let go after a while.
    await becomes(allowance(before, atMost), WITHIN_MS, stage, () => holdings(pid));
  },

  "no socket": async ({ who }, stage) => {
    const { pid } = await stage.testee(who);
    const ports = [stage.link.port, stage.server.port];
    await until("the last connection is closed", WITHIN_MS, () => connectionsTo(pid, ports) === 0);
  },

  sample: ({ name, end }, stage) => runSample(stage, name, end),
};

/** The order with what every agent is given, and with what only the stage has. */
async function filledIn(order: Order, who: Who, stage: Stage): Promise<Order> {
  if (order.do !== "start") return order;
  const { tls, token, ...options }: Partial<StartOptions> = order.options;
  return {
    do: "start",
    options: {
      server: stage.serverFor(who),
      agentId: stage.agentId(who),
      backoff: { initialMs: 50, maxMs: 200 },
      ...(tls && { tls: tls.caFile === AUTHORITY ? { caFile: stage.authorityFile } : tls }),
      ...(token !== undefined && { token: await tokenOf(token, stage) }),
      ...options,
    },
  };
}

async function tokenOf(token: string, stage: Stage): Promise<string> {
  if (token === TOKEN_OF_IT) return await stage.tokenFor("it");
  if (token === TOKEN_OF_PEER) return await stage.tokenFor("peer");
  return token;
}

async function know(who: Who, stage: Stage) {
  return plain(await stage.view.agent(stage.agentId(who)));
}

function demand(like: Pattern, actual: unknown, { memory }: Stage): void {
  const reason = mismatch(like, actual, memory);
  if (reason !== undefined) throw new Error(reason);
}

/** Looks again and again until what is there is as it should be. */
async function becomes(
  like: Pattern,
  withinMs: number,
  { memory }: Stage,
  look: () => Promise<unknown> | unknown,
): Promise<void> {
  let reason: string | undefined;
  const right = async () => {
    try {
      reason = mismatch(like, await look(), memory);
    } catch (error) {
      // An agent may not be known yet; a server that is starting does not answer.
      reason = (error as Error).message;
    }
    return reason === undefined;
  };
  await until("", withinMs, right, 20).catch(() => {
    throw new Error(`${reason}, after ${withinMs} ms still`);
  });
}

/** Whether these are among the events, in this order. */
function follows(wanted: readonly Pattern[], events: readonly object[], stage: Stage): boolean {
  let at = 0;
  for (const event of events) {
    if (at < wanted.length && mismatch(wanted[at]!, event, stage.memory) === undefined) at++;
  }
  return at === wanted.length;
}

function actOn(link: Link, action: LinkAction): void {
  switch (action.does) {
    case "cut up":
      return link.cut("up");
    case "cut down":
      return link.cut("down");
    case "cut":
    case "mend":
    case "reset":
    case "refuse":
      return link[action.does]();
    case "delay":
      return link.delay(action.ms);
    case "throttle":
      return link.throttle(action.bytesPerSecond);
  }
}

function allowance(before: Growth, atMost: Partial<Growth>): Pattern {
  return Object.fromEntries(
    Object.entries(atMost).map(([what, more]) => [
      what,
      { rule: "between", min: 0, max: before[what as keyof Growth] + more },
    ]),
  );
}
