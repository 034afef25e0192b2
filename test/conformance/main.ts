/**
 * `npm run conformance`: the agent runtimes of all languages, against a real server and a network that does
 * harm.
 *
 * Ends with 1 when a scenario failed, or when a language is missing that was demanded.
 */
import { resolve } from "node:path";
import { parseArgs } from "node:util";
import { describeMachine } from "../../bench/machine.ts";
import { run as runProgram } from "../../faults/needs.ts";
import { messageOf } from "../../src/library/callbacks.ts";
import { root } from "../project/support.ts";
import { textTable, writeReport } from "./report.ts";
import { type Outcome, run } from "./runner.ts";
import { scenarios } from "./scenarios.ts";
import { Server } from "./server.ts";
import type { House } from "./stage.ts";
import type { Scenario } from "./steps.ts";
import { type Delays, killTen, TEN_AGENTS, verdictOf } from "./ten-agents.ts";
import { type Language, languages } from "./testees.ts";
import { closingLine, Verdicts } from "./verdicts.ts";

/** Runs at a time. Most of the time each waits; with more, two cores are late for all of them. */
const LANES = 3;

const USAGE = `Usage: npm run conformance -- [options]

  --only LANGUAGES     some of ${languages.map(({ name }) => name).join(", ")}; parted by commas
  --scenario NAMES     some of the scenarios; parted by commas
  --demand-all         a language that is missing is a failure
  --write              writes docs/CONFORMANCE.md
  --server FILE        the program to start with "serve"; default: dist/main.js, built when it is old
  --list               the scenarios and what they promise
  --help               this text
`;

const say = (text: string): void => void process.stdout.write(`${text}\n`);

function readFlags() {
  const { values } = parseArgs({
    options: {
      only: { type: "string" },
      scenario: { type: "string" },
      "demand-all": { type: "boolean", default: false },
      write: { type: "boolean", default: false },
      server: { type: "string" },
      list: { type: "boolean", default: false },
      help: { type: "boolean", default: false },
    },
  });
  return values;
}

/** Those of a list that are named; all when none is. */
function chosen<T extends { readonly name: string }>(
  flag: string,
  names: string | undefined,
  all: readonly T[],
): T[] {
  if (names === undefined) return [...all];
  const wanted = names.split(",").map((name) => name.trim().replaceAll("-", " "));
  const stranger = wanted.find((name) => !all.some((item) => item.name === name));
  if (stranger !== undefined) throw new Error(`${flag}: there is no "${stranger}"\n\n${USAGE}`);
  return all.filter(({ name }) => wanted.includes(name));
}

async function main(): Promise<boolean> {
  const flags = readFlags();
  if (flags.help) {
    say(USAGE);
    return true;
  }
  const parts = [...scenarios, TEN_AGENTS];
  if (flags.list) {
    for (const { name, promise } of parts) say(`${name}: ${promise}`);
    return true;
  }
  const wanted = chosen("--only", flags.only, languages);
  const tried = chosen("--scenario", flags.scenario, parts);
  if (flags.server === undefined) runProgram(process.execPath, [`${root}scripts/build.mjs`]);
  const entry = resolve(root, flags.server ?? "dist/main.js");

  const machine = describeMachine();
  const takenAt = new Date();
  const begun = performance.now();
  const verdicts = new Verdicts(tried, wanted);
  const present = await prepare(wanted, verdicts);
  const played = tried.filter((part) => "steps" in part);
  await playAll(played, present, entry, verdicts);
  const delays = tried.includes(TEN_AGENTS) ? await tryTen(entry, present, verdicts) : new Map();

  const { rows } = verdicts;
  say(`\n${textTable(rows, wanted)}\n\n${closingLine(rows)}`);
  if (flags.write) {
    const seconds = Math.round((performance.now() - begun) / 1_000);
    writeReport({ rows, languages: wanted, delays, takenAt, seconds, machine });
  }
  const allHere = wanted.every(({ missing }) => missing === undefined) || !flags["demand-all"];
  if (!allHere) say("--demand-all: a language is missing");
  return allHere && !verdicts.anyFailed;
}

/** Builds what is here, and says what is not. A language that cannot be built has failed in all. */
async function prepare(wanted: readonly Language[], verdicts: Verdicts): Promise<Language[]> {
  const present: Language[] = [];
  for (const language of wanted) {
    const { missing } = language;
    if (missing !== undefined) {
      say(`${language.name}: skipped, ${missing}`);
      continue;
    }
    try {
      await language.build();
      present.push(language);
    } catch (error) {
      say(`FAILED to build ${language.name}: ${messageOf(error)}`);
      verdicts.setAll(language, "FAILED");
    }
  }
  return present;
}

/** Every scenario for every language, a few at a time, those that take longest first. */
async function playAll(
  played: readonly Scenario[],
  present: readonly Language[],
  entry: string,
  verdicts: Verdicts,
): Promise<void> {
  if (played.length === 0 || present.length === 0) return;
  await using shared = await Server.start(entry);
  const house: House = { entry, shared };
  const runs = [...played]
    .sort((a, b) => (b.timeoutMs ?? 0) - (a.timeoutMs ?? 0))
    .flatMap((scenario) => present.map((language) => ({ scenario, language })));
  const lane = async () => {
    for (let next = runs.shift(); next !== undefined; next = runs.shift()) {
      const { scenario, language } = next;
      const begun = performance.now();
      const outcome = await run(scenario, language, house);
      tell(scenario, language, outcome, performance.now() - begun);
      verdicts.set(scenario.name, language, outcome.verdict);
    }
  };
  await Promise.all(Array.from({ length: LANES }, lane));
}

function tell(scenario: Scenario, language: Language, outcome: Outcome, tookMs: number): void {
  const seconds = (tookMs / 1_000).toFixed(1);
  say(`${outcome.verdict.padEnd(6)} ${scenario.name} [${language.name}] ${seconds} s`);
  if (outcome.verdict === "FAILED") say(`  ${outcome.reason}\n${outcome.lastWords}\n`);
}

/** By itself, so that nothing else makes anybody late. */
async function tryTen(
  entry: string,
  present: readonly Language[],
  verdicts: Verdicts,
): Promise<Delays> {
  if (present.length === 0) return new Map();
  try {
    const delays = await killTen(entry, present);
    for (const [language, times] of delays) {
      const verdict = verdictOf(times);
      const words = times.map((ms) => `${ms.toFixed(1)} ms`).join(", ");
      say(`${verdict.padEnd(6)} ${TEN_AGENTS.name} [${language.name}] DROPPED after ${words}`);
      verdicts.set(TEN_AGENTS.name, language, verdict);
    }
    return delays;
  } catch (error) {
    say(`FAILED ${TEN_AGENTS.name}: ${messageOf(error)}`);
    for (const language of present) verdicts.set(TEN_AGENTS.name, language, "FAILED");
    return new Map();
  }
}

try {
  process.exit((await main()) ? 0 : 1);
} catch (error) {
  process.stderr.write(`${messageOf(error)}\n`);
  process.exit(2);
}
