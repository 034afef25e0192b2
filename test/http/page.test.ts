import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { anybody } from "../../src/auth/identity.ts";
import { pageRoutes } from "../../src/http/page.ts";
import type { Answer } from "../../src/http/routes.ts";
import { temporaryFolder } from "../project/support.ts";

const folder = temporaryFolder();
mkdirSync(join(folder.path, "assets"));
const files: Readonly<Record<string, string>> = {
  "index.html": "<!doctype html>page",
  "index.html.br": "brotli of the page",
  "index.html.gz": "gzip of the page",
  "assets/index-abc.js": "script",
  "assets/notes.map": "not served",
};
for (const [name, text] of Object.entries(files)) writeFileSync(join(folder.path, name), text);
afterAll(() => folder[Symbol.dispose]());

function bench(path: string | undefined = folder.path) {
  const routes = pageRoutes(path);
  return async (url: string, headers: Record<string, string> = {}): Promise<Answer> => {
    const route = routes.find(({ pattern }) => pattern.test(url));
    if (route === undefined) return { status: 404, text: "no route" };
    expect(route.open).toBe(true);
    const parts = (route.pattern.exec(url) ?? []).slice(1).map((part) => part ?? "");
    const body = async () => ({ kept: new Uint8Array(), bytes: 0 });
    return route.answer({ identity: anybody, parts, query: new Map(), headers, body });
  };
}
const bytesOf = ({ bytes }: Answer) => Buffer.from(bytes ?? []).toString();

describe("the page's files", () => {
  it("are served at their names, the page itself at the root, to anybody", async () => {
    const ask = bench();
    for (const url of ["/", "/index.html"]) {
      const answer = await ask(url);
      expect([answer.status, answer.contentType]).toEqual([200, "text/html; charset=utf-8"]);
      expect(bytesOf(answer)).toBe(files["index.html"]);
    }
    const script = await ask("/assets/index-abc.js");
    expect(script.contentType).toBe("text/javascript; charset=utf-8");
    expect(bytesOf(script)).toBe("script");
  });

  it("are no others than the page's", async () => {
    const ask = bench();
    for (const url of [
      "/assets/other.js",
      "/assets/notes.map",
      "/assets/..%2Findex.html",
      "/assets/index.html.br",
    ]) {
      expect(await ask(url)).toMatchObject({ status: 404 });
    }
    expect((await ask("/assets/old.js")).text).toMatch(/load the page at \/ again/);
    expect((await ask("/assets/../index.html")).text).toBe("no route");
  });

  it("are kept by who has them: those with a digest in the name for ever, the page while it is the same", async () => {
    const ask = bench();
    const page = await ask("/");
    expect(page.headers?.["cache-control"]).toBe("no-cache");
    const etag = page.headers?.etag ?? "";
    const known = await ask("/", { "if-none-match": `"other", ${etag}` });
    expect([known.status, known.bytes, known.text]).toEqual([304, undefined, ""]);
    const length = String(files["index.html"]?.length);
    expect(known.headers?.["content-length"]).toBe(length);
    expect(page.headers?.["content-length"]).toBe(length);
    expect((await ask("/", { "if-none-match": '"other"' })).status).toBe(200);
    const script = await ask("/assets/index-abc.js");
    expect(script.headers?.["cache-control"]).toBe("public, max-age=31536000, immutable");
  });

  it.each([
    ["gzip, deflate, br, zstd", "br", "brotli of the page"],
    ["GZIP", "gzip", "gzip of the page"],
    ["br;q=0, gzip;q=0.5", "gzip", "gzip of the page"],
    ["br; q=0.0", undefined, "<!doctype html>page"],
    ["identity", undefined, "<!doctype html>page"],
    ["", undefined, "<!doctype html>page"],
  ])("are packed for who takes %o", async (accepted, encoding, text) => {
    const answer = await bench()("/", { "accept-encoding": accepted });
    expect(answer.headers?.["content-encoding"]).toBe(encoding);
    expect(answer.headers?.vary).toBe("accept-encoding");
    expect(bytesOf(answer)).toBe(text);
  });

  it("have another tag for each packing", async () => {
    const ask = bench();
    const tags = await Promise.all(
      ["br", "gzip", ""].map(async (encoding) => {
        return (await ask("/", { "accept-encoding": encoding })).headers?.etag;
      }),
    );
    expect(new Set(tags).size).toBe(3);
  });

  it("let no script or style in but their own", async () => {
    const policy = (await bench()("/")).headers?.["content-security-policy"] ?? "";
    expect(policy.split("; ")).toEqual(
      expect.arrayContaining([
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "connect-src 'self'",
        "frame-ancestors 'none'",
      ]),
    );
    expect(policy).not.toContain("unsafe");
  });

  it("say what to do where the page was not built", async () => {
    const answer = await bench(join(folder.path, "assets"))("/");
    expect(answer).toEqual({ status: 503, text: expect.stringContaining('"npm run build"') });
  });
});
