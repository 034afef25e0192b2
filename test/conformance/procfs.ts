/**
 * What a process holds, looked at from outside.
 */
import { readdirSync, readFileSync, readlinkSync } from "node:fs";
import { rssKiB } from "../../bench/processes.ts";
import type { Growth } from "./steps.ts";

/** Columns of /proc/PID/net/tcp. */
const REMOTE = 2;
const INODE = 9;

export function holdings(pid: number): Growth {
  return {
    threads: readdirSync(`/proc/${pid}/task`).length,
    files: readdirSync(`/proc/${pid}/fd`).length,
    sockets: socketsOf(pid).size,
    rssMiB: rssKiB(pid) / 1024,
  };
}

/** TCP sockets that a process has open and that are connected, or about to be, to one of these ports. */
export function connectionsTo(pid: number, ports: readonly number[]): number {
  const own = socketsOf(pid);
  const wanted = new Set(ports.map((port) => port.toString(16).toUpperCase().padStart(4, "0")));
  return ["tcp", "tcp6"]
    .flatMap((table) => readFileSync(`/proc/${pid}/net/${table}`, "latin1").split("\n").slice(1))
    .map((line) => line.trim().split(/\s+/))
    .filter((columns) => {
      const [remotePort = ""] = columns[REMOTE]?.split(":").slice(1) ?? [];
      return own.has(columns[INODE] ?? "") && wanted.has(remotePort);
    }).length;
}

/** Inodes of a process's sockets. */
function socketsOf(pid: number): Set<string> {
  const folder = `/proc/${pid}/fd`;
  return new Set(
    readdirSync(folder).flatMap((file) => {
      try {
        return /^socket:\[(\d+)\]$/.exec(readlinkSync(`${folder}/${file}`))?.[1] ?? [];
      } catch {
        return []; // Closed meanwhile.
      }
    }),
  );
}
