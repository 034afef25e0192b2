import { describe, expect, it } from "vitest";
import { Program } from "../support/process.ts";

const main = new URL("../../faults/main.ts", import.meta.url).pathname;

/** The two that need neither root nor another program; `npm run faults` has all of them, at full size. */
const faults = ["kill-loop", "server-stopped"];

describe.skipIf(process.platform !== "linux")("real faults, small [linux]", () => {
  it("keeps its promises when it is killed, and when it stands still", async () => {
    const only = ["--quick", "--only", faults.join(","), "--server", "src/main.ts"];
    await using trial = new Program(process.execPath, [main, ...only]);
    const { code, stdout, stderr } = await trial.done();
    expect({ code, stderr, broken: stdout.match(/^.*(BROKEN|failed).*$/gm) }).toEqual({
      code: 0,
      stderr: "",
      broken: null,
    });
    for (const fault of faults) expect(stdout).toMatch(new RegExp(`^${fault} .* kept$`, "m"));
  }, 240_000);
});
