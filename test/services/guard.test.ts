import { create } from "@bufbuild/protobuf";
import { beforeEach, describe, expect, it } from "vitest";
import { BeatRequestSchema } from "../../gen/typescript/heartbeat/v1/heartbeat_service_pb.js";
import { anybody, type Identity, nobody } from "../../src/auth/identity.ts";
import { BeatSession } from "../../src/services/beat-session.ts";
import { guard } from "../../src/services/guard.ts";
import type { Services } from "../../src/services/services.ts";
import { House } from "../support/house.ts";

/** Who may call: of an organization, one of its agents, an operator of all, somebody without a token. */
const acme: Identity = { organizationId: "acme", agentId: undefined };
const worker: Identity = { organizationId: "acme", agentId: "worker" };
const callers: Readonly<Record<string, Identity>> = { acme, worker, operator: anybody, nobody };

type Call = readonly [service: keyof Services, method: string, request: object];

const beatOf = (organizationId: string, agentId: string) => ({
  beat: { agentId, registration: { organizationId } },
});
const named = { organizationId: "acme", agentId: "worker" };
const control = [
  "registerAgent",
  "unregisterAgent",
  "pauseAgent",
  "resumeAgent",
  "updatePolicy",
  "cancelTask",
];
/** What reads of alerts, and what does something about them: with the request that names an organization. */
const alertLists = ["listAlerts", "listDeliveries", "listSilences"];
const alertActs: Readonly<Record<string, (organizationId: string) => object>> = {
  resendDelivery: (organizationId) => ({ organizationId }),
  createSilence: (organizationId) => ({ silence: { organizationId } }),
  endSilence: (organizationId) => ({ organizationId }),
};
const lists = [
  "listAgents",
  "watchAgents",
  "listTasks",
  "listEvents",
  "watchEvents",
  "watchEventRuns",
];

/** Every method, for whom it is asked, and who is let through. */
const table: readonly (readonly [Call, readonly string[]])[] = [
  [
    ["heartbeat", "sendBeat", beatOf("acme", "worker")],
    ["acme", "worker", "operator"],
  ],
  [
    ["heartbeat", "sendBeat", beatOf("acme", "other")],
    ["acme", "operator"],
  ],
  [["heartbeat", "sendBeat", beatOf("other", "worker")], ["operator"]],
  [["heartbeat", "sendBeat", { beat: { agentId: "worker" } }], ["operator"]],
  [
    ["status", "getStatus", { organizationId: "acme" }],
    ["acme", "worker", "operator"],
  ],
  [["status", "getStatus", { organizationId: "" }], ["operator"]],
  [["status", "getStatus", { organizationId: "*" }], ["operator"]],
  [
    ["status", "getAgent", named],
    ["acme", "worker", "operator"],
  ],
  [["status", "getAgent", { organizationId: "", agentId: "worker" }], ["operator"]],
  [
    ["status", "watchBeats", named],
    ["acme", "worker", "operator"],
  ],
  [["status", "watchBeats", { organizationId: "", agentId: "worker" }], ["operator"]],
  ...lists.flatMap((method): (readonly [Call, readonly string[]])[] => [
    [
      ["status", method, { organizationId: "acme" }],
      ["acme", "worker", "operator"],
    ],
    [["status", method, { organizationId: "other" }], ["operator"]],
    [["status", method, { organizationId: "*" }], ["operator"]],
    [["status", method, { organizationId: "" }], ["operator"]],
  ]),
  ...control.flatMap((method): (readonly [Call, readonly string[]])[] => [
    [
      ["control", method, named],
      ["acme", "operator"],
    ],
    [["control", method, { ...named, organizationId: "other" }], ["operator"]],
    [["control", method, { ...named, organizationId: "" }], ["operator"]],
  ]),
  ...alertLists.flatMap((method): (readonly [Call, readonly string[]])[] => [
    [
      ["alert", method, { organizationId: "acme" }],
      ["acme", "worker", "operator"],
    ],
    [["alert", method, { organizationId: "other" }], ["operator"]],
    [["alert", method, { organizationId: "*" }], ["operator"]],
    [["alert", method, { organizationId: "" }], ["operator"]],
  ]),
  ...Object.entries(alertActs).flatMap(([method, of]): (readonly [Call, readonly string[]])[] => [
    [
      ["alert", method, of("acme")],
      ["acme", "operator"],
    ],
    [["alert", method, of("other")], ["operator"]],
    [["alert", method, of("*")], ["operator"]],
    [["alert", method, of("")], ["operator"]],
  ]),
  [["alert", "createSilence", {}], ["operator"]],
  [["alert", "listChannels", {}], ["operator"]],
  [["alert", "testChannel", { channel: "ops" }], ["operator"]],
  ...["publish", "subscribe"].flatMap((method): (readonly [Call, readonly string[]])[] => [
    [
      ["message", method, { organizationId: "acme" }],
      ["acme", "worker", "operator"],
    ],
    [["message", method, { organizationId: "other" }], ["operator"]],
    [["message", method, { organizationId: "" }], ["operator"]],
  ]),
  ...["check", "watch"].flatMap((method): (readonly [Call, readonly string[]])[] => [
    [
      ["health", method, { service: "" }],
      ["acme", "worker", "operator", "nobody"],
    ],
    [
      ["health", method, { service: "agent/acme/a/b" }],
      ["acme", "worker", "operator"],
    ],
    [["health", method, { service: "agent/other/a" }], ["operator"]],
  ]),
  [["health", "list", {}], ["operator"]],
];

/** Services that do nothing but say that they were reached. */
function reached(): Services {
  const { services } = new House();
  const answering = Object.entries(services).map(([name, methods]) => [
    name,
    Object.fromEntries(Object.keys(methods).map((method) => [method, () => "reached"])),
  ]);
  return Object.fromEntries(answering);
}

describe("the guard", () => {
  const guarded = guard(reached()) as unknown as Record<
    string,
    Record<string, (request: object, context: object) => unknown>
  >;

  it("knows every method", () => {
    const asked = new Set(table.map(([[service, method]]) => `${service}.${method}`));
    const offered = Object.entries(guarded).flatMap(([service, methods]) =>
      Object.keys(methods).map((method) => `${service}.${method}`),
    );
    expect([...asked].sort()).toEqual(offered.sort());
  });

  it.each(table)("of %j lets through %j", ([service, method, request], expected) => {
    const signal = new AbortController().signal;
    const through = Object.entries(callers).filter(([, identity]) => {
      try {
        return guarded[service]![method]!(request, { signal, identity }) === "reached";
      } catch (error) {
        const code = identity === nobody ? "token_missing" : "not_permitted";
        expect(error).toMatchObject({ code });
        return false;
      }
    });
    expect(through.map(([name]) => name)).toEqual(expected);
  });
});

describe("a stream", () => {
  let house: House;
  beforeEach(() => {
    house = new House();
  });

  it.each([
    ["acme", acme, "acme", "anyone", undefined],
    ["worker", worker, "acme", "worker", undefined],
    ["worker", worker, "acme", "other", "not_permitted"],
    ["acme", acme, "other", "worker", "not_permitted"],
    ["acme", acme, "", "worker", "not_permitted"],
    ["nobody", nobody, "acme", "worker", "token_missing"],
  ])("of %s", (_, identity, organizationId, agentId, code) => {
    let ended: string | undefined;
    const outlet = {
      ack: () => true,
      send: () => true,
      end: (error?: { readonly code: string }) => {
        ended = error?.code;
      },
    };
    const session = new BeatSession(house.parts, outlet, "s", identity);
    session.receive(create(BeatRequestSchema, { agentId, registration: { organizationId } }));
    expect(ended).toBe(code);
    expect(house.engine.monitor.find(organizationId || "default", agentId) === undefined).toBe(
      code !== undefined,
    );
  });
});
