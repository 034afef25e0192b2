/**
 * The contract as it last landed, proto/landed.binpb, and what may become of it.
 *
 *   npm run contract:check                         fails when proto/ breaks who uses what landed
 *   npm run contract:land                          records proto/ as what has landed
 *   npm run contract:land -- --breaking "reason"   the same, although it breaks; keeps the reason
 */
import { spawnSync } from "node:child_process";
import { appendFileSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { environment, fail, root, run } from "./lib/project.mjs";

const [command, ...flags] = process.argv.slice(2);
const project = resolve(flagValue("--project") || root);
const landed = join(project, "proto", "landed.binpb");
const record = join(project, "docs", "decisions", "contract-breaks.md");

if (command === "check") check();
else if (command === "land") land(flagValue("--breaking"));
else fail("say what to do: check or land");

function check() {
  if (!existsSync(landed)) fail("proto/landed.binpb is missing: npm run contract:land");
  const breaks = breaksOfContract();
  if (breaks !== "") {
    fail(
      `${breaks}\nThese changes break who uses the contract that has landed. Add instead of changing, or, where it must be:\nnpm run contract:land -- --breaking "why, and what its users must do"`,
    );
  }
  const note = isLanded() ? "" : " It has additions; when they land: npm run contract:land";
  console.log(`The contract breaks nobody.${note}`);
}

function land(reason) {
  const breaks = existsSync(landed) ? breaksOfContract() : "";
  if (breaks !== "" && !reason) {
    fail(
      `${breaks}\nNot landed, because it would break its users. Where it must be, say why:\nnpm run contract:land -- --breaking "why, and what its users must do"`,
    );
  }
  if (build(landed) !== 0) fail("The contract cannot be built; the lines above say why.");
  if (breaks !== "") {
    const day = new Date().toISOString().slice(0, 10);
    mkdirSync(dirname(record), { recursive: true });
    appendFileSync(record, `\n## ${day}\n\n${reason}\n\n\`\`\`text\n${breaks}\n\`\`\`\n`);
    console.log("The reason is kept in docs/decisions/contract-breaks.md.");
  }
  console.log("proto/landed.binpb is the contract as it is now; commit it.");
}

/** What buf finds, a line each; empty when it finds nothing. */
function breaksOfContract() {
  const { status, stdout, stderr, error } = spawnSync(
    "buf",
    ["breaking", "proto", "--against", landed],
    { cwd: project, env: environment(), encoding: "utf8" },
  );
  if (error) throw error;
  // 100 is a finding; anything else but 0 is a fault of its own.
  if (status !== 0 && status !== 100) fail(`buf breaking failed:\n${stderr}`);
  return stdout.trim();
}

function isLanded() {
  const folder = mkdtempSync(join(tmpdir(), "heartbeat-contract-"));
  try {
    const present = join(folder, "present.binpb");
    return build(present) === 0 && readFileSync(present).equals(readFileSync(landed));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Without comments and positions, so that it changes only with the contract. */
function build(output) {
  return run("buf", ["build", "proto", "--exclude-source-info", "-o", output], { cwd: project });
}

function flagValue(name) {
  const at = flags.indexOf(name);
  return at < 0 ? undefined : flags[at + 1];
}
