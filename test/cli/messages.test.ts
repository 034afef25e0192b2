import { create, type MessageInitShape } from "@bufbuild/protobuf";
import { Code, ConnectError } from "@connectrpc/connect";
import { describe, expect, it } from "vitest";
import { MessageSchema } from "../../gen/typescript/heartbeat/v1/heartbeat_pb.js";
import type {
  PublishRequest,
  SubscribeRequest,
} from "../../gen/typescript/heartbeat/v1/message_service_pb.js";
import { FakeWorld } from "./support/fake-context.ts";
import { serverThat } from "./support/fake-service.ts";

const bytes = (text: string) => new TextEncoder().encode(text);
const message = (parts: MessageInitShape<typeof MessageSchema> = {}) =>
  create(MessageSchema, { subject: "tasks.new", data: bytes("hello"), ...parts });

describe("publish", () => {
  function publishing(deliveredCount = 2n) {
    const asked: PublishRequest[] = [];
    const transport = serverThat({
      messages: {
        publish(request: PublishRequest) {
          asked.push(request);
          return { deliveredCount };
        },
      },
    });
    return { asked, world: new FakeWorld({ transport }) };
  }

  it("sends what it was told, and says to how many it was handed", async () => {
    const { asked, world } = publishing();
    const flags = ["--organization", "acme", "--reply-to", "answers"];
    expect(await world.run("publish", "tasks.new", "hello", ...flags)).toBe(0);
    expect(world.out).toBe("handed to 2\n");
    expect(asked[0]).toMatchObject({
      organizationId: "acme",
      message: {
        subject: "tasks.new",
        data: bytes("hello"),
        contentType: "text/plain; charset=utf-8",
        replyTo: "answers",
      },
    });
  });

  it("has no type for nothing, and the one that is named for everything else", async () => {
    const { asked, world } = publishing();
    await world.run("publish", "a");
    await world.run("publish", "a", "{}", "--content-type", "application/json");
    expect(asked.map((one) => one.message?.contentType)).toEqual(["", "application/json"]);
  });

  it("prints JSON for programs", async () => {
    const { world } = publishing();
    await world.run("publish", "a", "--json");
    expect(JSON.parse(world.out)).toEqual({ deliveredCount: "2" });
  });
});

describe("subscribe", () => {
  it("prints each message as a line, and ends after as many as it was told", async () => {
    const transport = serverThat({
      messages: {
        async *subscribe({ subjects }: SubscribeRequest) {
          expect(subjects).toEqual(["tasks.>", "a"]);
          yield { message: message({ fromAgentId: "web-1", replyTo: "answers" }) };
          yield { message: message({ data: new Uint8Array([255, 0]) }), skippedCount: 3n };
          yield { message: message({ data: bytes("\u001b[2J") }) };
          yield { message: message({ data: bytes("not read") }) };
        },
      },
    });
    const world = new FakeWorld({ transport });
    expect(await world.run("subscribe", "tasks.>", "a", "--count", "3")).toBe(0);
    expect(world.out).toBe(
      "tasks.new  hello  from web-1  reply to answers\ntasks.new  (2 bytes)\ntasks.new  \\u001b[2J\n",
    );
    expect(world.err).toBe("heartbeat: 3 messages were left out\n");
  });

  it("says that the connection ended, and subscribes again", async () => {
    let calls = 0;
    const transport = serverThat({
      messages: {
        async *subscribe() {
          calls += 1;
          yield { message: message({ data: bytes(`call ${calls}`) }) };
          if (calls === 1) throw new ConnectError("gone", Code.Unavailable);
        },
      },
    });
    const world = new FakeWorld({ transport });
    const running = world.run("subscribe", "a", "--count", "2");
    for (let turn = 0; turn < 100; turn++) await world.clock.advanceAsync(100);
    expect(await running).toBe(0);
    expect(world.out).toBe("tasks.new  call 1\ntasks.new  call 2\n");
    expect(world.err).toMatch(/the connection ended; messages may be missed\n.*subscribed again/);
  });
});
