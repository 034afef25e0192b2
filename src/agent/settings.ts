import { randomUUID } from "node:crypto";
import { readFileSync } from "node:fs";
import type { LivenessPolicy } from "../../gen/typescript/heartbeat/v1/heartbeat_pb.js";
import { type Clock, systemClock } from "../clock.ts";
import { limits } from "../config.ts";
import { HeartbeatError, shown } from "../errors.ts";
import type { Log } from "../library/callbacks.ts";
import {
  checkName,
  checkNumber,
  checkText,
  checkWhole,
  ID,
  LABEL_KEY,
  ORGANIZATION,
} from "../library/checks.ts";
import type { BackoffBounds } from "./backoff.ts";
import type { HeartbeatAgentOptions, TlsOptions } from "./options.ts";
import { declarePolicy } from "./policy.ts";

/** Where the server is and whom to trust there. */
export interface Target {
  readonly host: string;
  readonly port: number;
  /** Undefined for plaintext. */
  readonly tls: { readonly ca: string | Uint8Array | undefined } | undefined;
}

/** The options, checked and filled in. */
export interface AgentSettings {
  readonly agentId: string;
  readonly target: Target;
  /** Asked for a token before each stream; undefined when none is sent. */
  readonly token: (() => string | Promise<string>) | undefined;
  readonly organizationId: string;
  readonly agentType: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly instanceId: string;
  readonly policy: LivenessPolicy | undefined;
  readonly maxReconnectAttempts: number;
  readonly backoff: BackoffBounds;
  readonly connectTimeoutMs: number;
  readonly vitals: boolean;
  readonly handleSignals: boolean;
  readonly signal: AbortSignal | undefined;
  readonly log: Log;
  readonly clock: Clock;
  readonly random: () => number;
}

/** What may stand in a header. */
export const TOKEN = /^[\x21-\x7e]+$/;
const TOKEN_BYTES = 16 * 1024;
const CONNECT_TIMEOUT_MS = { min: 10, max: 600_000 };
const BACKOFF_MS = { min: 1, max: 3_600_000 };
const ATTEMPTS = { min: 0, max: Number.POSITIVE_INFINITY };

/** Checks every option and fills in the defaults. Throws HeartbeatError `field_invalid`. */
export function settle(options: HeartbeatAgentOptions): AgentSettings {
  const { agentType = "", organizationId = "", maxReconnectAttempts = ATTEMPTS.max } = options;
  return Object.freeze({
    agentId: checkName("agentId", options.agentId, ID, limits.idBytes),
    target: settleTarget(options.server ?? "127.0.0.1:50051", options.tls ?? false),
    token: settleToken(options.token),
    organizationId:
      organizationId === ""
        ? ""
        : checkName("organizationId", organizationId, ORGANIZATION, limits.idBytes),
    agentType: checkText("agentType", agentType, limits.agentTypeBytes),
    labels: settleLabels(options.labels ?? {}),
    instanceId: settleInstance(options.instanceId),
    policy: declarePolicy(options.policy),
    maxReconnectAttempts: checkWhole("maxReconnectAttempts", maxReconnectAttempts, ATTEMPTS),
    backoff: settleBackoff(options),
    connectTimeoutMs: checkWhole(
      "connectTimeoutMs",
      options.connectTimeoutMs ?? 10_000,
      CONNECT_TIMEOUT_MS,
    ),
    vitals: options.vitals ?? true,
    handleSignals: options.handleSignals ?? true,
    signal: options.signal,
    log: options.log ?? { warn: () => {} },
    clock: options.clock ?? systemClock,
    random: options.random ?? Math.random,
  });
}

function settleToken(token: HeartbeatAgentOptions["token"]): AgentSettings["token"] {
  if (token === undefined || typeof token === "function") return token;
  const text = token.trim();
  if (TOKEN.test(text) && text.length <= TOKEN_BYTES) return () => text;
  // Without the value, which is a secret.
  throw new HeartbeatError("field_invalid", {
    field: "token",
    problem: text === "" ? "is empty" : "cannot stand in a header",
    limit: `1 to ${TOKEN_BYTES} visible characters of ASCII`,
  });
}

function settleInstance(instanceId: string | undefined): string {
  if (instanceId === undefined) return randomUUID();
  const text = checkText("instanceId", instanceId, limits.idBytes);
  if (text !== "") return text;
  throw new HeartbeatError("field_invalid", {
    field: "instanceId",
    problem: "is empty, so every reconnect would count as a new life",
    remedy: "leave it out for a random one",
  });
}

function settleLabels(labels: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
  const entries = Object.entries(labels);
  checkNumber("labels (their number)", entries.length, { min: 0, max: limits.labels });
  for (const [key, value] of entries) {
    checkName("labels (a name)", key, LABEL_KEY, limits.labelKeyBytes);
    checkText(`labels[${shown(key)}]`, value, limits.labelValueBytes);
  }
  return Object.freeze({ ...labels });
}

function settleBackoff({ backoff }: HeartbeatAgentOptions): BackoffBounds {
  const initialMs = checkWhole("backoff.initialMs", backoff?.initialMs ?? 250, BACKOFF_MS);
  const maxMs = backoff?.maxMs ?? Math.max(30_000, initialMs);
  const range = { min: initialMs, max: BACKOFF_MS.max };
  return Object.freeze({ initialMs, maxMs: checkWhole("backoff.maxMs", maxMs, range) });
}

function settleTarget(server: string, tls: boolean | TlsOptions): Target {
  const { host, port } = splitAddress(server);
  if (tls === false) return Object.freeze({ host, port, tls: undefined });
  const trust = tls === true ? {} : tls;
  return Object.freeze({ host, port, tls: Object.freeze({ ca: readAuthority(trust) }) });
}

function readAuthority({ ca, caFile }: TlsOptions): string | Uint8Array | undefined {
  if (ca !== undefined || caFile === undefined) return ca;
  try {
    return readFileSync(caFile);
  } catch (error) {
    throw new HeartbeatError("field_invalid", {
      field: "tls.caFile",
      value: shown(caFile),
      problem: `cannot be read (${(error as NodeJS.ErrnoException).code})`,
      remedy: "name a file of PEM certificates that this process may read",
    });
  }
}

const ADDRESS = /^(?:\[(?<v6>[0-9A-Fa-f:.%]+)\]|(?<host>[^\s:/[\]]+)):(?<port>\d{1,5})$/;

/** Parts `HOST:PORT`; an IPv6 host is written in brackets. */
function splitAddress(server: string): { host: string; port: number } {
  const { v6, host, port = "" } = ADDRESS.exec(server)?.groups ?? {};
  const name = v6 ?? host;
  if (name !== undefined && Number(port) >= 1 && Number(port) <= 65_535) {
    return { host: name, port: Number(port) };
  }
  throw new HeartbeatError("field_invalid", {
    field: "server",
    value: shown(String(server)),
    limit: "HOST:PORT or [IPV6]:PORT, a port of 1 to 65535",
    problem: "is not an address",
    remedy: 'leave out "http://", and write the port: "127.0.0.1:50051"',
  });
}
