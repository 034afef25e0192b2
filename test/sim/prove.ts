import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";
import { type Mutation, mutations } from "./mutations.ts";
import { writePage } from "./page.ts";

const MAIN = fileURLToPath(new URL("./main.ts", import.meta.url));
/** Short histories, full of faults: how a mutation is looked for, and how it is seen again. */
export const HISTORY = ["--hours", "1", "--agents", "16", "--faults", "4"];
/** A history for each of these seeds, until one breaks a rule. */
const SEEDS = Array.from({ length: 32 }, (_, number) => number + 1);
const TIMEOUT_MS = 120_000;
/** Mutations that are tried at a time. */
const AT_ONCE = 2;

/** By which check, and in which history, a mutation was caught. */
export interface Proof {
  readonly mutation: Mutation;
  /** Undefined when no history noticed. */
  readonly check: string | undefined;
  readonly seed: number | undefined;
}

const BROKEN = /BROKEN ([a-z-]+)/;

/** Lets a mutated service live through histories until a rule is seen to be broken. */
export async function prove(mutation: Mutation, seeds: readonly number[] = SEEDS): Promise<Proof> {
  for (const seed of seeds) {
    const check = BROKEN.exec(await history(mutation, seed))?.[1];
    if (check !== undefined) return { mutation, check, seed };
  }
  return { mutation, check: undefined, seed: undefined };
}

/** Seeds whose histories break no rule while the service is whole: only those prove anything. */
async function wholeSeeds(): Promise<number[]> {
  const whole: number[] = [];
  for (const seed of SEEDS) {
    const broken = BROKEN.exec(await history(undefined, seed));
    if (!broken) whole.push(seed);
    else process.stdout.write(`seed ${seed} is broken without any mutation: ${broken[1]}\n`);
  }
  if (whole.length < SEEDS.length) process.exitCode = 1;
  return whole;
}

/** What a run of its own says of one history. Rejects when it could not be run. */
function history(mutation: Mutation | undefined, seed: number): Promise<string> {
  const name = mutation?.name;
  const broken = name === undefined ? [] : ["--mutation", name];
  const options = ["--seed", String(seed), ...HISTORY, "--shrink", "0", ...broken];
  return new Promise((resolve, reject) => {
    execFile(process.execPath, [MAIN, ...options], { timeout: TIMEOUT_MS }, (error, out, err) => {
      // A broken rule makes the exit code 1 too.
      if (error && !BROKEN.test(out)) reject(new Error(`${name}, seed ${seed}: ${err}`));
      else resolve(out);
    });
  });
}

/** Proves every mutation, and tells; the exit code is 1 when one goes unnoticed. */
export async function proveAll({ write }: { write: boolean }): Promise<void> {
  const proofs: Proof[] = [];
  const seeds = await wholeSeeds();
  const left = mutations.entries();
  const work = async () => {
    for (const [at, mutation] of left) {
      const proof = await prove(mutation, seeds);
      proofs[at] = proof;
      const how = proof.check === undefined ? "NOT CAUGHT" : `${proof.check}, seed ${proof.seed}`;
      process.stdout.write(`${mutation.name.padEnd(28)} ${how}\n`);
      if (proof.check === undefined) process.exitCode = 1;
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, work));
  if (write) writePage(proofs);
}
