import { readFileSync } from "node:fs";
import { type DescMethod, type DescMethodUnary, fromJsonString } from "@bufbuild/protobuf";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { StatusService } from "../../gen/typescript/heartbeat/v1/status_service_pb.js";
import { eventually } from "../support/eventually.ts";
import { Program } from "../support/process.ts";
import { describeWith } from "../support/programs.ts";
import { RawClient } from "../support/raw-client.ts";
import {
  examples,
  type LivedIn,
  livedInServer,
  nameOf,
  notOffered,
  offered,
} from "../support/rpc-examples.ts";

describe("examples/rpc", () => {
  it("has one for each method of the contract, and none for anything else", () => {
    expect([...examples.keys()].sort()).toEqual(offered.map(nameOf).sort());
  });

  it("and the README's table name the same methods, each with its place in docs/rpc.md", () => {
    const [readme, page] = ["README.md", "docs/rpc.md"].map((path) =>
      readFileSync(new URL(`../../${path}`, import.meta.url), "utf8"),
    );
    const linked = [...readme.matchAll(/\[(\w+)\]\(docs\/rpc\.md#(\w+)\)/g)];
    expect(linked.map(([, name]) => name).sort()).toEqual(offered.map(({ name }) => name).sort());
    for (const [, name, anchor] of linked) {
      expect(anchor).toBe(name.toLowerCase());
      expect(page).toContain(`\n### ${name}\n`);
    }
  });

  it("leaves out only what is not offered", async () => {
    await using house = await livedInServer();
    using client = new RawClient(house.server.grpcAddress);
    for (const method of notOffered) {
      const ending = await client.refused(method as DescMethodUnary, {});
      expect(ending).toMatchObject({ status: "UNIMPLEMENTED" });
    }
  });
});

describeWith("curl", "each example of a call", () => {
  let house: LivedIn;
  beforeAll(async () => {
    house = await livedInServer();
  });
  afterAll(() => house[Symbol.asyncDispose]());
  beforeEach(() => house.beat());

  const run = (method: DescMethod) => runScript(examples.get(nameOf(method)) ?? "exit 9");

  /** Runs an example as it is, on our own server and with the buf of the project. */
  function runScript(text: string): Program {
    const { grpcAddress, httpAddress } = house.server;
    const script = text
      .replaceAll("127.0.0.1:8080", httpAddress)
      .replaceAll("127.0.0.1:50051", grpcAddress);
    const bin = new URL("../../node_modules/.bin", import.meta.url).pathname;
    const env = { ...house.variables, PATH: `${bin}:${process.env.PATH}` };
    return new Program("sh", ["-ec", script], { env, group: true });
  }

  const answering = offered.filter(({ methodKind }) => methodKind === "unary");
  it.each(answering.map((method) => [nameOf(method), method] as const))(
    "%s answers what the contract says",
    async (_, method) => {
      const { code, stdout, stderr } = await run(method).done();
      expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
      // A refusal has fields that no answer has.
      fromJsonString(method.output, stdout);
    },
  );

  const streaming = offered.filter(({ methodKind }) => methodKind === "server_streaming");
  it.each(streaming.map((method) => [nameOf(method), method] as const))(
    "%s tells what is there or happens",
    async (name, method) => {
      await using program = run(method);
      await eventually("an answer has come", async () => {
        // Somebody has to say something.
        if (name.endsWith("/Subscribe")) {
          const message = JSON.stringify({ message: { subject: "tasks.new" } });
          await house.ask("heartbeat.v1.MessageService/Publish", message);
        }
        return program.stdout.includes("}\n");
      });
      const [first = ""] = /^\{[\s\S]*?^\}/m.exec(program.stdout) ?? [];
      fromJsonString(method.output, first);
    },
  );

  it("of gRPC-Web is answered", async () => {
    const text = readFileSync(new URL("../../examples/rpc/grpc-web.sh", import.meta.url), "utf8");
    const { code, stdout } = await runScript(text).done();
    expect(code).toBe(0);
    fromJsonString(StatusService.method.getAgent.output, stdout);
  });

  it("of frames by hand is understood", async () => {
    const text = readFileSync(new URL("../../examples/rpc/frames.sh", import.meta.url), "utf8");
    await using program = runScript(text);
    await eventually("a frame has come", () => program.stdout.includes('{"arrivedAt":"'));
  });

  it("Beat is acknowledged, and ends when it has said Goodbye", async () => {
    const [beat] = offered.filter(({ methodKind }) => methodKind === "bidi_streaming");
    const { code, stdout } = await run(beat!).done();
    expect(code).toBe(0);
    expect(stdout.match(/"ackedSequence"/g)).toHaveLength(3);
  });
});
