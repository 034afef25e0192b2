import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { stringify } from "yaml";
import { AlertService } from "../../../gen/typescript/heartbeat/v1/alert_service_pb.js";
import type { Receiver } from "../../alerts/support/receiver.ts";
import { eventually } from "../../support/eventually.ts";
import { Program } from "../../support/process.ts";
import type { View } from "./view.ts";

/** Writes an alerts file; answers the flags with which a server takes it. */
export function alertsFile(folder: string, file: object): string[] {
  const path = join(folder, "alerts.yaml");
  writeFileSync(path, stringify(file));
  return ["--alerts", path];
}

/** A webhook's address as a secret in a file. */
export function secretFile(folder: string, name: string, text: string): string {
  const path = join(folder, name);
  writeFileSync(path, text);
  return path;
}

/** What is used of a webhook's message. */
export interface HookEvent {
  readonly id: string;
  readonly data: {
    readonly notice: string;
    readonly summary: string;
    readonly alert?: {
      readonly id: string;
      readonly kind: string;
      readonly state: string;
      readonly memberCount: number;
      readonly members: readonly { readonly agentId: string }[];
    };
  };
}

/** The first message of a kind that a receiver was sent. */
export function told(receiver: Receiver, notice: string, withinMs = 20_000): Promise<HookEvent> {
  return eventually(
    `a message ${notice}`,
    () => receiver.json<HookEvent>().find(({ data }) => data.notice === notice),
    withinMs,
  );
}

export async function channelsOf({ client }: View) {
  const { channels } = await client.call(AlertService.method.listChannels, {});
  return Object.fromEntries(channels.map((channel) => [channel.name, channel]));
}

/** A process with so many agents, once all of them are known. */
export async function manyAgents(server: string, count: number): Promise<Program> {
  const script = new URL("../../support/many-agents.ts", import.meta.url).pathname;
  const program = new Program(process.execPath, [script, server, String(count)]);
  await eventually("all agents are there", () => program.stdout.includes("ready"), 60_000);
  return program;
}
