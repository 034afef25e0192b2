import { draw, type Scenario } from "./scenario.ts";
import { shrink } from "./shrink.ts";
import { type Result, simulate } from "./simulation.ts";
import { tell } from "./tell.ts";

export interface Order {
  /** Undefined: fresh ones, for so many minutes. */
  readonly seed: number | undefined;
  /** With a seed: how many, one seed after the other. */
  readonly histories: number;
  readonly hours: number;
  readonly agents: number | undefined;
  /** So many times as many faults as usual. */
  readonly faults: number;
  readonly minutes: number;
  readonly shrinkSeconds: number;
  /** The rule that is broken on purpose, to be named when the failure is to be repeated. */
  readonly mutation: string | undefined;
}

const say = (text: string) => void process.stdout.write(`${text}\n`);

/** Runs one history or many; the first that breaks a rule is told, and makes the exit code 1. */
export async function run(order: Order): Promise<void> {
  const { seed, histories, minutes } = order;
  if (seed === undefined) {
    const hasTime = until(minutes * 60_000);
    await many(order, Math.floor(Math.random() * 2 ** 31), hasTime);
  } else {
    await many(order, seed, (done) => done < histories);
  }
}

async function once(order: Order, seed: number): Promise<Result> {
  const scenario = draw({ ...order, seed });
  const begun = performance.now();
  const result = await simulate(scenario);
  const ms = Math.round(performance.now() - begun);
  const { violation, steps, events, hours } = result;
  const what = violation ? `BROKEN ${violation.check}` : "ok";
  say(
    `seed ${seed}: ${what}; ${scenario.agents.length} agents, ${hours.toFixed(2)} h, ${steps} steps, ${events} events, ${ms} ms`,
  );
  if (violation) await explain(order, scenario, result);
  return result;
}

async function explain(order: Order, scenario: Scenario, result: Result): Promise<void> {
  process.exitCode = 1;
  if (order.shrinkSeconds === 0) {
    const { agent, message } = result.violation!;
    return say(`  ${agent} ${message}`);
  }
  const shortest = await shrink({ scenario, result }, until(order.shrinkSeconds * 1_000));
  say(`\n${tell(scenario, shortest, repeatOf(order, scenario.seed))}\n`);
}

function repeatOf({ hours, agents, faults, mutation }: Order, seed: number): string {
  const size = agents === undefined ? "" : ` --agents ${agents}`;
  const broken = mutation === undefined ? "" : ` --mutation ${mutation}`;
  const often = faults === 1 ? "" : ` --faults ${faults}`;
  return `npm run sim -- --seed ${seed} --hours ${hours}${size}${often}${broken}`;
}

async function many(
  order: Order,
  firstSeed: number,
  goesOn: (done: number) => boolean,
): Promise<void> {
  const begun = performance.now();
  let total = 0;
  for (let done = 0; goesOn(done); done++) {
    const result = await once(order, firstSeed + done);
    total += result.hours;
    if (result.violation) return;
  }
  const minutes = (performance.now() - begun) / 60_000;
  say(`${Math.round(total)} simulated hours, ${Math.round(total / minutes)} a minute`);
}

/** Whether there is time left, in real time. */
function until(ms: number): () => boolean {
  const end = performance.now() + ms;
  return () => performance.now() < end;
}
