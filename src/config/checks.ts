import { BlockList, isIP } from "node:net";
import { chainFault, type FileFault, keyFault, pairFault } from "./certificates.ts";
import { splitAddress } from "./kinds.ts";
import type { SettingProblem } from "./problems.ts";
import { type Provenance, propertyOf, type SettingName, type Settings } from "./settings.ts";

/** What can only be judged by looking at several settings, or at the machine. */
export interface Facts {
  readonly settings: Settings;
  readonly provenance: Provenance;
  /** Settings that are known to be wrong already. Nothing is concluded from them. */
  readonly wrong: ReadonlySet<string>;
  /** A file's text; undefined when it cannot be read. */
  readonly readFile: (path: string) => string | undefined;
}

export function checkTogether(facts: Facts): SettingProblem[] {
  return [
    ...checkListener("grpc-address", facts),
    ...checkListener("http-address", facts),
    ...checkPair("tls-cert", "tls-key", facts),
    ...checkPair("tls-key", "tls-cert", facts),
    ...checkCertificates(facts),
  ];
}

const loopback = new BlockList();
loopback.addSubnet("127.0.0.0", 8, "ipv4");
loopback.addAddress("::1", "ipv6");

/** Whether only this machine can reach a listener there. */
export function isLoopback(host: string): boolean {
  if (host.toLowerCase() === "localhost") return true;
  const family = isIP(host);
  return family !== 0 && loopback.check(host, family === 6 ? "ipv6" : "ipv4");
}

/** A problem with a setting whose value was readable. */
function problemOf(
  name: SettingName,
  { settings, provenance }: Facts,
  rest: Pick<SettingProblem, "problem" | "limit" | "remedy">,
): SettingProblem {
  const value = String(settings[propertyOf(name)]);
  return { subject: name, value, from: provenance[name], ...rest };
}

const anyWrong = ({ wrong }: Facts, ...names: SettingName[]) =>
  names.some((name) => wrong.has(name));

/** Whoever reaches a listener may do everything, so one that others can reach needs a guard. */
function checkListener(name: "grpc-address" | "http-address", facts: Facts): SettingProblem[] {
  if (anyWrong(facts, name, "insecure", "tls-cert", "tls-key")) return [];
  const { settings } = facts;
  const host = splitAddress(settings[propertyOf(name)] as string)?.host ?? "";
  const encrypted = settings.tlsCert !== undefined && settings.tlsKey !== undefined;
  if (settings.insecure || encrypted || isLoopback(host)) return [];
  const problem = problemOf(name, facts, {
    problem: "can be reached from other machines, and there is no TLS",
    limit: "without TLS only 127.0.0.0/8, ::1 and localhost",
    remedy:
      "set tls-cert and tls-key, or pass --insecure if a mesh or a firewall guards the listener",
  });
  return [problem];
}

function checkPair(present: SettingName, needed: SettingName, facts: Facts): SettingProblem[] {
  if (anyWrong(facts, present, needed)) return [];
  const isSet = (name: SettingName) => facts.settings[propertyOf(name)] !== undefined;
  if (!isSet(present) || isSet(needed)) return [];
  const problem = `is set, and ${needed} is not`;
  return [
    problemOf(present, facts, { problem, remedy: `set ${needed} too, or remove ${present}` }),
  ];
}

/** Each of the two files by itself and, when nothing is wrong with either, whether they fit together. */
function checkCertificates(facts: Facts): SettingProblem[] {
  const cert = checkFile("tls-cert", chainFault, facts);
  const key = checkFile("tls-key", keyFault, facts);
  const problems = [...cert.problems, ...key.problems];
  if (problems.length > 0 || cert.text === undefined || key.text === undefined) return problems;
  const fault = pairFault(cert.text, key.text);
  return fault === undefined ? [] : [problemOf("tls-key", facts, fault)];
}

function checkFile(
  name: SettingName,
  faultOf: (text: string) => FileFault | undefined,
  facts: Facts,
): { readonly text?: string; readonly problems: SettingProblem[] } {
  const path = facts.settings[propertyOf(name)];
  if (anyWrong(facts, name) || typeof path !== "string") return { problems: [] };
  const text = facts.readFile(path);
  const fault = text === undefined ? unreadable : faultOf(text);
  if (fault !== undefined) return { problems: [problemOf(name, facts, fault)] };
  return { ...(text === undefined ? {} : { text }), problems: [] };
}

const unreadable: FileFault = {
  problem: "cannot be read",
  remedy: "check the path, which is relative to where the command runs, and its permissions",
};
