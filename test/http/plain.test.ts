import { execFile } from "node:child_process";
import { connect } from "node:net";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { readSettings } from "../../src/config/read.ts";
import { eventually } from "../support/eventually.ts";
import { type TestServer, testServer } from "../support/server.ts";

const DASHBOARD = "https://dash.example.org";

let server: TestServer;
beforeAll(async () => {
  server = await testServer({ "http-cors": DASHBOARD });
});
afterAll(() => server[Symbol.asyncDispose]());

const ask = (path: string, init: RequestInit = {}) =>
  fetch(`http://${server.httpAddress}${path}`, init);

async function agent(agentId: string): Promise<{ state?: string }> {
  const answer = await ask("/heartbeat.v1.StatusService/GetAgent", {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ agentId }),
  });
  return ((await answer.json()) as { agent: { state?: string } }).agent;
}

describe("the plain routes", () => {
  it("take a ping from curl as cron jobs send it", async () => {
    const curl = promisify(execFile);
    const url = `http://${server.httpAddress}/ping/nightly-backup`;
    expect((await curl("curl", ["-fsS", url])).stdout).toBe("OK\n");
    expect(await agent("nightly-backup")).toMatchObject({ state: "AGENT_STATE_ALIVE" });
    const failing = ["-fsS", "--data-binary", "disk full", `${url}/1`];
    expect((await curl("curl", failing)).stdout).toBe("OK\n");
    expect(await agent("nightly-backup")).toMatchObject({ state: "AGENT_STATE_DOWN" });
    await expect(curl("curl", ["-fsS", `${url}/stop`])).rejects.toThrow(/400/);
    expect((await ask("/ping/nightly-backup", { method: "HEAD" })).status).toBe(200);
    expect(await agent("nightly-backup")).toMatchObject({ state: "AGENT_STATE_ALIVE" });
  });

  it("answer probes", async () => {
    for (const probe of ["/livez", "/readyz"]) {
      const answer = await ask(probe);
      expect([answer.status, await answer.text()]).toEqual([200, "ok\n"]);
    }
  });

  it.each([
    [
      "/nowhere",
      "GET",
      404,
      /^"\/nowhere" is not served here; there are \/ \(the live page\), \/livez, /,
    ],
    ["/ping/", "GET", 404, /is not served here/],
    ["/ping/a/b/c", "GET", 404, /is not served here/],
    ["/metrics", "POST", 405, /^"\/metrics" does not take "POST"; use GET, HEAD\n$/],
    ["/ping/a", "DELETE", 405, /does not take "DELETE"; use GET, HEAD, POST\n$/],
    ["/metrics?agents=yes", "GET", 400, /^agents "yes" is neither 0 nor 1 \(limit: 0 or 1\); /],
    ["/ping/a?intervall=1h", "GET", 400, /^"intervall" is not known here \(limit: each at most/],
    ["/ping/a?interval=1h&interval=2h", "GET", 400, /^"interval" is given twice/],
    ["/livez?verbose", "GET", 400, /^"verbose" is not known here \(limit: no query\)/],
    ["/ping/%ff", "GET", 400, /^path "%ff" is not percent-encoded UTF-8; /],
    ["/api/heartbeat/status?organization=a%20b", "GET", 400, /^organization "a b" has a character/],
  ])("%s by %s gets %i and says why", async (path, method, status, words) => {
    const answer = await ask(path, { method });
    expect(await answer.text()).toMatch(words);
    expect(answer.status).toBe(status);
    expect(answer.headers.get("content-type")).toBe("text/plain; charset=utf-8");
    if (status === 405) expect(answer.headers.get("allow")).toContain("GET");
  });

  it("keep the first 4 KiB of a body, and refuse what is too long for anything", async () => {
    const long = await ask("/ping/wordy", { method: "POST", body: "x".repeat(10_000) });
    expect(await long.text()).toBe("OK (of 10000 bytes the first 4096 are kept)\n");
    const tooLong = await ask("/ping/wordy", { method: "POST", body: "x".repeat(1_100_000) });
    expect(tooLong.status).toBe(413);
    expect(await tooLong.text()).toMatch(
      /^body of \d+ bytes or more is too large \(limit: 1048576/,
    );
  });
});

describe("pages of other sites", () => {
  const preflight = (origin: string) =>
    ask("/heartbeat.v1.StatusService/GetStatus", {
      method: "OPTIONS",
      headers: {
        origin,
        "access-control-request-method": "POST",
        "access-control-request-headers": "authorization,content-type",
      },
    });

  it("may call when their origin is named, and only then", async () => {
    const named = await preflight(DASHBOARD);
    expect(named.headers.get("access-control-allow-origin")).toBe(DASHBOARD);
    expect(named.headers.get("access-control-allow-headers")?.toLowerCase()).toContain(
      "authorization",
    );
    const other = await preflight("https://evil.example.org");
    expect(other.headers.get("access-control-allow-origin")).toBeNull();
    await using closed = await testServer();
    const answer = await fetch(`http://${closed.httpAddress}/livez`, {
      headers: { origin: DASHBOARD },
    });
    expect(answer.headers.get("access-control-allow-origin")).toBeNull();
  });

  it("cannot make a browser ping", async () => {
    const from = (origin: string) =>
      raw(
        `GET /ping/hijacked HTTP/1.1\r\nhost: x\r\nsec-fetch-site: cross-site\r\norigin: ${origin}\r\nconnection: close\r\n\r\n`,
      ).ended;
    expect(await from("https://evil.example.org")).toMatch(
      /^HTTP\/1\.1 403 [\s\S]*is another site, whose pages may change nothing here; name its origin/,
    );
    expect(await from(DASHBOARD)).toMatch(/^HTTP\/1\.1 200 /);
  });

  it.each(["*", "dash.example.org", "https://dash.example.org/", "https://a,,https://b", ""])(
    "are named by origins; %j is none",
    (text) => {
      const read = () => readSettings({ hostName: "box", flags: { "http-cors": text } });
      expect(read).toThrow(/http-cors.*is no list of origins/s);
    },
  );
});

describe("a slow client", () => {
  let patient: TestServer;
  beforeAll(async () => {
    patient = server;
    server = await testServer({ "http-request-timeout": "1s" });
  });
  afterAll(async () => {
    await server[Symbol.asyncDispose]();
    server = patient;
  });

  it("that never ends its headers loses its connection", async () => {
    const slow = raw("GET /livez HTTP/1.1\r\nhost: x\r\n");
    expect(await slow.ended).toMatch(/^HTTP\/1\.1 408 /);
  });

  it.each(["/ping/endless", "/heartbeat.v1.StatusService/GetStatus"])(
    "that never ends its body to %s loses its connection, and holds up nobody",
    async (path) => {
      const slow = raw(
        `POST ${path} HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\ntransfer-encoding: chunked\r\n\r\n`,
      );
      const drip = setInterval(() => slow.write("1\r\nx\r\n"), 20);
      expect((await ask("/ping/quick")).status).toBe(200);
      await slow.ended.finally(() => clearInterval(drip));
      expect(await eventually("still served", async () => (await ask("/livez")).ok)).toBe(true);
      expect(server.logged.filter(({ msg }) => msg === "internal error")).toEqual([]);
    },
  );
});

/** A connection on which exactly this is sent; `ended` is all that came back when it was closed. */
function raw(text: string) {
  const [host, port] = server.httpAddress.split(":");
  const socket = connect(Number(port), host);
  let received = "";
  socket.on("data", (chunk) => {
    received += chunk;
  });
  socket.on("error", () => {});
  socket.write(text);
  return {
    write: (more: string) => void (socket.writable && socket.write(more)),
    ended: new Promise<string>((resolve) => socket.once("close", () => resolve(received))),
  };
}
