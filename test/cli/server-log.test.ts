import { expect, it } from "vitest";
import type { CliContext } from "../../src/cli/context.ts";
import { openLog } from "../../src/cli/server-log.ts";

const SECRET = "hunter2-hunter2";

async function logged(...line: [object, string?]): Promise<string> {
  const chunks: string[] = [];
  const log = { write: (chunk: string) => void chunks.push(chunk) } as unknown;
  const context = { log: log as CliContext["log"] };
  (await openLog(context, { logLevel: "info", serverId: "s" })).info(...line);
  return chunks.join("");
}

it.each([
  { authorization: SECRET },
  { headers: { authorization: SECRET } },
  { token: SECRET, password: SECRET },
])("a secret by its name is not written: %j", async (line) => {
  const text = await logged(line, "said");
  expect(text).not.toContain(SECRET);
  expect(text).toContain("[secret]");
  expect(JSON.parse(text)).toMatchObject({ level: "info", serverId: "s", msg: "said" });
});

it("of an error its words are written, and nothing that a library has put into it", async () => {
  const cause = Object.assign(new Error("the cause"), { password: SECRET });
  const err = Object.assign(new TypeError("why", { cause }), {
    code: "ECONNREFUSED",
    config: { headers: { authorization: SECRET } },
  });
  const text = await logged({ err }, "said");
  expect(text).not.toContain(SECRET);
  const { message, code, stack } = JSON.parse(text).err;
  expect({ message, code }).toEqual({ message: "why: the cause", code: "ECONNREFUSED" });
  expect(stack).toMatch(/TypeError: why[\s\S]*caused by: Error: the cause/);
});

it("what is no secret is written as it is, and so is the path of a key", async () => {
  const line = { agent: "a", authKeys: "/etc/heartbeat/keys", err: new Error("why") };
  expect(JSON.parse(await logged(line))).toMatchObject({
    agent: "a",
    authKeys: "/etc/heartbeat/keys",
    err: { message: "why" },
  });
});
