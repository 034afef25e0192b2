import { basename } from "node:path";
import { limits } from "../../config.ts";

const idForm = /^[A-Za-z0-9._:/@-]+$/;

/**
 * `host:program:pid`, with what an id cannot hold replaced. Two of one program on one host are two agents;
 * who wants one name over every start gives it.
 */
export function defaultAgentId(hostName: string, command: string, pid: number): string {
  const name = `${hostName}:${basename(command)}`.replace(/[^A-Za-z0-9._:/@-]/g, "-");
  const suffix = `:${pid}`;
  return `${name.slice(0, limits.idBytes - suffix.length)}${suffix}`;
}

export function isAgentId(text: string): boolean {
  return idForm.test(text) && text.length <= limits.idBytes;
}
