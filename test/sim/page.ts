import { writeFileSync } from "node:fs";
import { HISTORY, type Proof } from "./prove.ts";
import { checks } from "./verdicts.ts";

const FILE = new URL("../../docs/SIMULATION.md", import.meta.url);

const INTRO = `# The simulator

Written by \`npm run sim -- --mutations --write\`; do not edit.

\`npm run sim\` lets the real monitor, journal, services and agents live through years of faults on a clock, a
network and a disk that are simulated. A history is drawn from a seed and goes the same way each time. After
every step an oracle, which knows who lives and who reaches whom, holds what the service says against the rules
below. Whoever breaks one gets the seed, the shortest history that was found, and the command that repeats it.

What happens in a history: agents crash, hang, leave, fail, lose power, sleep, and come back; twins take their
names; paths are slow, lose segments, are cut in one or both directions, and half-open connections stay; proxies
restart; calls and their answers are lost and delivered twice; the server is killed at any instant, drained,
stopped and suspended; wall clocks are set; the disk is slow, full, read-only, failing or hangs, and a commit that
was under way at a kill is there or not; operators pause, resume, register, unregister, set policies and cancel
tasks; watchers lose their connections, read slowly, and resume.

    npm run sim                                    fresh seeds for a minute
    npm run sim -- --seed 42 --hours 24            one history
    npm run sim -- --mutations                     the table below

Each run says how many simulated hours a minute it made: about 200 on one core of a small machine, with 3 to 60
agents that beat every 1 to 30 s; \`--agents 2000\` makes about one.

Not simulated: bytes on the wire, TLS and HTTP/2 (the tests and \`npm run faults\` have them), the thread between
the journal and SQLite, the loss of power of the server's own machine, and what processes measure of themselves.
`;

/** Writes what the simulator checks, and that it notices when a rule is broken. */
export function writePage(proofs: readonly Proof[]): void {
  const caught = proofs.filter(({ check }) => check !== undefined).length;
  const rules = Object.entries(checks).map(([name, demand]) => `| ${name} | ${demand} |`);
  const rows = proofs.map(
    ({ mutation, check, seed }) =>
      `| ${mutation.name} | ${mutation.wrong} | ${check ?? "NOT CAUGHT"} | ${seed ?? ""} |`,
  );
  const text = [
    INTRO,
    "## What is checked",
    "",
    "| check | demands |",
    "| --- | --- |",
    ...rules,
    "",
    "## That it bites",
    "",
    `Each of these breaks a rule of the service by an edit of its sources as they are loaded; ${caught} of ${proofs.length} are caught.`,
    `See one again with \`npm run sim -- --mutation NAME --seed SEED ${HISTORY.join(" ")}\`.`,
    "",
    "| mutation | what is wrong then | caught by | seed |",
    "| --- | --- | --- | --- |",
    ...rows,
    "",
  ];
  writeFileSync(FILE, text.join("\n"));
}
