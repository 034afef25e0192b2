import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { DescMethod, DescService } from "@bufbuild/protobuf";
import { Health } from "../../gen/typescript/grpc/health/v1/health_pb.js";
import { AlertService } from "../../gen/typescript/heartbeat/v1/alert_service_pb.js";
import { ControlService } from "../../gen/typescript/heartbeat/v1/control_service_pb.js";
import { HeartbeatService } from "../../gen/typescript/heartbeat/v1/heartbeat_service_pb.js";
import { MessageService } from "../../gen/typescript/heartbeat/v1/message_service_pb.js";
import { StatusService } from "../../gen/typescript/heartbeat/v1/status_service_pb.js";
import { eventually } from "./eventually.ts";
import { type TestServer, testServer } from "./server.ts";

export const services: readonly DescService[] = [
  HeartbeatService,
  StatusService,
  ControlService,
  MessageService,
  AlertService,
  Health,
];

/** In the contract, and UNIMPLEMENTED in this version. */
export const notOffered: readonly DescMethod[] = [HeartbeatService.method.relayBeats];

/** "heartbeat.v1.StatusService/GetAgent": as paths, and the files of examples/rpc, spell a method. */
export const nameOf = ({ parent, name }: DescMethod): string => `${parent.typeName}/${name}`;

export const offered = services
  .flatMap(({ methods }) => methods)
  .filter((method) => !notOffered.includes(method));

const folder = new URL("../../examples/rpc/", import.meta.url);

export const examples: ReadonlyMap<string, string> = new Map(
  readdirSync(folder, { recursive: true, encoding: "utf8" })
    .filter((path) => /\/.*\.sh$/.test(path))
    .map((path) => [path.slice(0, -".sh".length), readFileSync(new URL(path, folder), "utf8")]),
);

/** The JSON that an example sends, with its variables filled in as its shell would. */
export function requestOf(example: string, variables: Readonly<Record<string, string>>): string {
  const [, quoted, doubleQuoted] = /-d (?:'([^']*)'|"((?:\\.|[^"\\])*)")\n$/.exec(example) ?? [];
  if (quoted !== undefined) return quoted;
  if (doubleQuoted === undefined) throw new Error(`no request in ${example}`);
  return doubleQuoted
    .replaceAll('\\"', '"')
    .replaceAll(/\$\(printf '([^']*)' \| base64\)/g, (_, text) => btoa(text))
    .replaceAll(/\$([A-Z]+)/g, (_, name) => variables[name] ?? "");
}

export interface LivedIn extends AsyncDisposable {
  readonly server: TestServer;
  /** What the examples take from the environment. */
  readonly variables: Readonly<Record<string, string>>;
  /** Makes the agent of the examples beat, with its task. */
  beat(): Promise<void>;
  /** Calls a unary method with JSON; the answer as JSON. */
  ask(method: string, request: string): Promise<unknown>;
}

const ALERTS = `
channels:
  ops: { kind: webhook, url: "http://127.0.0.1:9/nobody-listens" }
policy: { delay: 0s }
routes:
  - channels: [ops]
`;

/** A server on which something has happened: all that the examples ask for is there. */
export async function livedInServer(): Promise<LivedIn> {
  const directory = mkdtempSync(join(tmpdir(), "heartbeat-rpc-"));
  const alerts = join(directory, "alerts.yaml");
  writeFileSync(alerts, ALERTS);
  const server = await testServer({ alerts });
  const ask = async (method: string, request: string) => {
    const answer = await fetch(`http://${server.httpAddress}/${method}`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: request,
    });
    if (!answer.ok) throw new Error(`${method}: ${answer.status} ${await answer.text()}`);
    return answer.json();
  };
  const sendBeat = (beat: object) =>
    ask("heartbeat.v1.HeartbeatService/SendBeat", JSON.stringify({ beat }));
  await sendBeat({ agentId: "fallen" });
  await sendBeat({ agentId: "fallen", goodbye: { failed: true, reason: "exit code 3" } });
  const delivery = await eventually("an alert is to be delivered", async () => {
    const page = await ask("heartbeat.v1.AlertService/ListDeliveries", "{}");
    return (page as { deliveries?: { id: string }[] }).deliveries?.[0]?.id;
  });
  const silence = await ask(
    "heartbeat.v1.AlertService/CreateSilence",
    '{"silence": {"idPrefix": "x"}, "silenceFor": "60s"}',
  );
  return {
    server,
    ask,
    variables: { DELIVERY: delivery, SILENCE: (silence as { silence: { id: string } }).silence.id },
    beat: async () => {
      const tasks = [{ taskId: "import-42", state: "TASK_STATE_RUNNING", progress: 0.5 }];
      await sendBeat({ agentId: "demo", vitals: { cpu: 0.5, custom: { queue: 3 } }, tasks });
    },
    [Symbol.asyncDispose]: async () => {
      await server[Symbol.asyncDispose]();
      rmSync(directory, { recursive: true });
    },
  };
}
