import { readFileSync } from "node:fs";
import { Validator } from "@seriousme/openapi-schema-validator";
import { Ajv2020 } from "ajv/dist/2020.js";
import formats from "ajv-formats";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { parse } from "yaml";
import { errorTable } from "../../src/errors.ts";
import { examples, type LivedIn, livedInServer, requestOf } from "../support/rpc-examples.ts";
import { firstFrame, frameOf } from "./support/frames.ts";

interface Content {
  readonly [contentType: string]: { readonly schema: object };
}
interface Answer {
  readonly $ref?: string;
  readonly content?: Content;
}
interface Operation {
  readonly operationId: string;
  readonly requestBody?: { readonly content?: Content };
  readonly responses: Readonly<Record<string, Answer>>;
}

const root = new URL("../../", import.meta.url);
const text = readFileSync(new URL("gen/openapi/openapi.json", root), "utf8");
const document = JSON.parse(text);

/** Every operation, with its path and method. */
const operations = Object.entries<Record<string, Operation>>(document.paths).flatMap(
  ([path, item]) =>
    ["get", "post"]
      .filter((method) => item[method])
      .map((method) => ({ path, method: method.toUpperCase(), ...item[method]! })),
);
const ofContract = operations.filter(({ path }) => /^\/(heartbeat|grpc)\./.test(path));
const plain = operations.filter((operation) => !ofContract.includes(operation));

/** What a plain route wants, where its path is not enough. */
const parameters: Readonly<Record<string, string>> = { agent: "demo", code: "3" };

const ajv = new Ajv2020({ strict: false, allErrors: true });
formats.default(ajv);
ajv.addFormat("int64", /^-?\d+$/);
ajv.addFormat("uint64", /^\d+$/);
ajv.addSchema({ $id: "document", components: closed(document.components) });

/** The document's schemas, under which nothing is right that they do not name. */
function closed<Value>(value: Value): Value {
  if (Array.isArray(value)) return value.map(closed) as Value;
  if (typeof value !== "object" || value === null) return value;
  const inner = Object.fromEntries(Object.entries(value).map(([key, part]) => [key, closed(part)]));
  const isMessage = inner.type === "object" && inner.properties && !inner.additionalProperties;
  return (isMessage ? { ...inner, additionalProperties: false } : inner) as Value;
}

function expectValid(schema: object, value: unknown): void {
  const withBase = JSON.parse(JSON.stringify(schema).replaceAll('"#/', '"document#/'));
  const validate = ajv.compile(withBase);
  expect(validate(value), JSON.stringify([validate.errors, value], undefined, 1)).toBe(true);
}

function resolved(answer: Answer | undefined): Answer {
  const name = answer?.$ref?.split("/").at(-1);
  return name === undefined ? (answer ?? {}) : document.components.responses[name];
}

function onlyContent(content: Content | undefined): [type: string, schema: object] {
  const [[type, { schema }] = ["", { schema: {} }]] = Object.entries(content ?? {});
  return [type, schema];
}

describe("the OpenAPI document", () => {
  it("is valid, and of this version", async () => {
    const found = await new Validator().validate(JSON.parse(text));
    expect(found).toEqual({ valid: true });
    expect(document.openapi).toMatch(/^3\.1/);
    const { version } = JSON.parse(readFileSync(new URL("package.json", root), "utf8"));
    expect(document.info.version).toBe(version);
  });

  it("says the same as YAML", () => {
    const yaml = readFileSync(new URL("gen/openapi/openapi.yaml", root), "utf8");
    expect(parse(yaml)).toEqual(document);
  });

  it("names each operation once", () => {
    const ids = operations.map(({ operationId }) => operationId);
    expect(new Set(ids).size).toBe(ids.length);
  });

  it("knows every status that a refusal may have", () => {
    const codes = document.components.schemas["connect.Error"].properties.code.enum;
    for (const { status } of Object.values(errorTable)) {
      expect(codes).toContain(status.toLowerCase());
    }
  });
});

describe("what the document says", () => {
  let house: LivedIn;
  beforeAll(async () => {
    house = await livedInServer();
  });
  afterAll(() => house[Symbol.asyncDispose]());
  beforeEach(() => house.beat());

  const ask = (path: string, init: RequestInit = {}) =>
    fetch(`http://${house.server.httpAddress}${path}`, init);

  it.each(ofContract.map((operation) => [operation.path, operation] as const))(
    "of %s is true of its request and its answer",
    async (path, { requestBody, responses }) => {
      const [type, schema] = onlyContent(requestBody?.content);
      const example = examples.get(path.slice(1));
      const body = requestOf(example ?? "", house.variables);
      expectValid(schema, JSON.parse(body));
      const streams = type === "application/connect+json";
      const stop = new AbortController();
      const init = { method: "POST", headers: { "content-type": type }, signal: stop.signal };
      const asked = ask(path, { ...init, body: streams ? frameOf(body) : body });
      // Somebody has to say something before anything is heard.
      const publishing = path.endsWith("/Subscribe") && setInterval(publish, 50);
      const answer = await asked;
      const [answered, answers] = onlyContent(responses[200]?.content);
      expect(answer.status).toBe(200);
      expect(answer.headers.get("content-type")).toBe(answered);
      expectValid(answers, streams ? await firstFrame(answer) : await answer.json());
      if (publishing) clearInterval(publishing);
      stop.abort();
    },
  );

  const publish = () =>
    void house.ask(
      "heartbeat.v1.MessageService/Publish",
      '{"message": {"subject": "tasks.new", "data": "aGk="}}',
    );

  it.each([
    ["GetAgent", '{"agentId": "nobody"}', 404],
    ["ListAgents", '{"pageSize": 5000}', 400],
    ["ListAgents", "no JSON", 400],
  ])("of a refusal is true of %s with %s", async (method, body, status) => {
    const path = `/heartbeat.v1.StatusService/${method}`;
    const headers = { "content-type": "application/json" };
    const answer = await ask(path, { method: "POST", headers, body });
    expect(answer.status).toBe(status);
    const [, schema] = onlyContent(resolved(document.paths[path].post.responses.default).content);
    expectValid(schema, await answer.json());
  });

  it("of a refused stream is true of its last frame", async () => {
    const path = "/heartbeat.v1.StatusService/WatchBeats";
    const headers = { "content-type": "application/connect+json" };
    const body = frameOf('{"agentId": "nobody"}');
    const answer = await ask(path, { method: "POST", headers, body });
    const frame = await firstFrame(answer);
    expect(frame).toMatchObject({ error: { code: "not_found" } });
    expectValid({ $ref: "#/components/schemas/connect.EndOfStream" }, frame);
  });

  it("of what is no call is true", async () => {
    const path = "/heartbeat.v1.StatusService/GetStatus";
    expect((await ask(path)).status).toBe(405);
    expect((await ask(path, { method: "POST", body: "{}" })).status).toBe(415);
  });

  it.each(plain.map((operation) => [operation.method, operation.path, operation] as const))(
    "of %s %s is true",
    async (method, path, { requestBody, responses }) => {
      const filled = path.replaceAll(/\{(\w+)\}/g, (_, name) => parameters[name] ?? "");
      const answer = await ask(filled, { method, ...(requestBody && { body: "its output" }) });
      expect(answer.status).toBe(200);
      const [type, schema] = onlyContent(resolved(responses[200]).content);
      const [got] = (answer.headers.get("content-type") ?? "").split(";");
      expect(got).toBe(type);
      const body = await answer.text();
      expectValid(schema, type === "application/json" ? JSON.parse(body) : body);
    },
  );

  it("is what is served", async () => {
    expect(await (await ask("/openapi.json")).text()).toBe(text);
    expect(parse(await (await ask("/openapi.yaml")).text())).toEqual(document);
  });
});
