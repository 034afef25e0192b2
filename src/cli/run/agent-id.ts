import { basename } from "node:path";
import { limits } from "../../config.ts";

const idForm = /^[A-Za-z0-9._:/@-]+$/;

/** `host:program`, with what an id cannot hold replaced: the same at every start, without a setting. */
export function defaultAgentId(hostName: string, command: string): string {
  const id = `${hostName}:${basename(command)}`.replace(/[^A-Za-z0-9._:/@-]/g, "-");
  return id.slice(0, limits.idBytes);
}

export function isAgentId(text: string): boolean {
  return idForm.test(text) && text.length <= limits.idBytes;
}
