/**
 * Where and with what the figures were taken; nothing that names the machine.
 */
import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { cpus, loadavg, release, totalmem, type } from "node:os";
import { findEtcd, heartbeatEntry, packageVersion } from "./servers.ts";

export interface Machine {
  readonly processor: string;
  readonly cores: number;
  readonly memoryGiB: number;
  readonly system: string;
  readonly node: string;
  readonly heartbeat: string;
  readonly grpcJs: string;
  readonly protobufEs: string;
  readonly etcd: string;
  /** Processes that wanted to run in the minute before: well above 0, others disturbed the figures. */
  readonly loadBefore: string;
}

export function describeMachine(): Machine {
  const processors = cpus();
  return {
    processor: processors[0]?.model ?? "unknown",
    cores: processors.length,
    memoryGiB: Math.round(totalmem() / 2 ** 30),
    system: `${distribution()}, ${type()} ${release().split(".", 2).join(".")}`,
    node: process.version,
    heartbeat: `${packageVersion("heartbeat")} (${heartbeatEntry()})`,
    grpcJs: packageVersion("@grpc/grpc-js"),
    protobufEs: packageVersion("@bufbuild/protobuf"),
    etcd: etcdVersion(),
    loadBefore: (loadavg()[0] ?? 0).toFixed(2),
  };
}

function distribution(): string {
  try {
    const name = /^PRETTY_NAME="?([^"\n]*)/m.exec(readFileSync("/etc/os-release", "utf8"));
    return name?.[1] ?? "unknown";
  } catch {
    return "unknown";
  }
}

function etcdVersion(): string {
  const command = findEtcd();
  if (command === undefined) return "not found";
  try {
    const text = execFileSync(command, ["--version"], { encoding: "utf8", timeout: 5_000 });
    return /etcd Version: (\S+)/.exec(text)?.[1] ?? "unknown";
  } catch {
    return "unknown";
  }
}
