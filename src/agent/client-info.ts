import { readFileSync } from "node:fs";
import { hostname } from "node:os";
import { create } from "@bufbuild/protobuf";
import {
  type ClientInfo,
  ClientInfoSchema,
} from "../../gen/typescript/heartbeat/v1/heartbeat_pb.js";
import { limits } from "../config.ts";
import { cut } from "../library/checks.ts";

/** What runs the agent. Shown only. */
export function describeClient(): ClientInfo {
  return create(ClientInfoSchema, {
    language: "typescript",
    libraryVersion: libraryVersion(),
    host: cut(hostname(), limits.clientInfoBytes),
    pid: process.pid,
  });
}

/** The package's version; from sources and from a build alike, its manifest is two folders up. */
function libraryVersion(): string {
  try {
    const manifest = readFileSync(new URL("../../package.json", import.meta.url), "utf8");
    return cut(String(JSON.parse(manifest).version), limits.clientInfoBytes);
  } catch {
    return "unknown";
  }
}
