import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { limits } from "../../src/config.ts";
import { eventually } from "../support/eventually.ts";
import { type TestServer, testServer } from "../support/server.ts";
import { frameOf } from "./support/frames.ts";

describe("a call that cannot be read", () => {
  let server: TestServer;
  beforeAll(async () => {
    server = await testServer();
  });
  afterAll(() => server[Symbol.asyncDispose]());

  const post = (method: string, contentType: string, body: string | Uint8Array<ArrayBuffer>) =>
    fetch(`http://${server.httpAddress}/heartbeat.v1.StatusService/${method}?secret=1`, {
      method: "POST",
      headers: { "content-type": contentType },
      body,
    });
  const refused = () => server.logged.filter(({ msg }) => msg === "refused");
  const large = `{"agentId":"${"a".repeat(limits.messageBytes)}"}`;

  it.each([
    ["no JSON", "GetAgent", "application/json", "{", "answered with 400 Bad Request"],
    ["what is no message", "GetAgent", "application/proto", "{", /500 Internal Server Error$/],
    ["a type that is not taken", "GetAgent", "text/html", "", /415 Unsupported Media Type$/],
    ["too much", "GetAgent", "application/json", large, "answered with 429 Too Many Requests"],
    ["no JSON, by gRPC-Web", "GetAgent", "application/grpc-web+json", frameOf("{"), /200 OK$/],
    [
      "no JSON, for a stream",
      "WatchEvents",
      "application/connect+json",
      frameOf("{"),
      /INVALID_ARGUMENT$/,
    ],
  ])("is told of once: %s", async (_, method, contentType, body, reason) => {
    const before = refused().length;
    await (await post(method, contentType, body)).arrayBuffer();
    await eventually("it is told of", () => refused().length > before);
    await (await fetch(`http://${server.httpAddress}/livez`)).text();
    expect(refused().slice(before)).toMatchObject([
      {
        level: 20,
        call: `heartbeat.v1.StatusService/${method}`,
        peer: expect.stringMatching(/^127\.0\.0\.1:\d+$/),
        reason: typeof reason === "string" ? reason : expect.stringMatching(reason),
      },
    ]);
  });

  it("is no other one: neither one that is answered, nor one that is refused by a service", async () => {
    const before = refused().length;
    expect((await post("GetStatus", "application/json", "{}")).status).toBe(200);
    expect((await post("GetAgent", "application/json", '{"agentId":"who"}')).status).toBe(404);
    expect((await fetch(`http://${server.httpAddress}/nowhere`)).status).toBe(404);
    expect(refused().slice(before)).toMatchObject([{ code: "agent_unknown" }]);
  });
});
