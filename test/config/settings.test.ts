import { generateKeyPairSync } from "node:crypto";
import { describe, expect, it } from "vitest";
import { SettingsError } from "../../src/config/problems.ts";
import { readSettings, type SettingSources } from "../../src/config/read.ts";
import {
  environmentOf,
  flagOf,
  propertyOf,
  settingNames,
  settingTable,
} from "../../src/config/settings.ts";
import { limits } from "../../src/config.ts";
import { certificate, privateKey } from "../agent/support/certificate.ts";

const yaml = (text: string) => ({ path: "hb.yaml", text });

/** Every line of what is wrong; empty when nothing is. */
function faults(sources: SettingSources): string[] {
  try {
    readSettings({ hostName: "box", ...sources });
    return [];
  } catch (error) {
    if (error instanceof SettingsError) return error.message.split("\n");
    throw error;
  }
}

describe("every setting", () => {
  it.each(settingNames)("%s says what it means, and has a default within its limit", (name) => {
    const { meaning, kind, raising, lowering } = settingTable[name];
    expect(meaning).toMatch(/\.$/);
    expect(kind.limit).not.toBe("");
    expect(raising === undefined).toBe(lowering === undefined);
    // What counts or measures says what raising and lowering it costs.
    if (kind.unit !== "") expect(raising, name).toBeDefined();
  });

  it("has a default that is read without a fault", () => {
    expect(faults({})).toEqual([]);
  });

  it("derives flag, variable and property from its one name", () => {
    expect(flagOf("drain-grace")).toBe("--drain-grace");
    expect(environmentOf("drain-grace")).toBe("HEARTBEAT_DRAIN_GRACE");
    expect(propertyOf("drain-grace")).toBe("drainGraceMs");
    expect(propertyOf("max-connection-memory")).toBe("maxConnectionMemoryMiB");
  });
});

describe("the defaults", () => {
  const { settings, provenance } = readSettings({ hostName: "box" });

  it("are those of the contract", () => {
    expect(settings).toMatchObject({
      grpcAddress: "127.0.0.1:50051",
      httpAddress: "127.0.0.1:8080",
      insecure: false,
      serverId: "box",
      intervalMs: 30_000,
      timeoutMultiplier: 3,
      maxMissedBeats: 3,
      graceMs: undefined,
      dropGraceMs: undefined,
      taskStaleAfterMs: 300_000,
      taskTimeoutAfterMs: 1_800_000,
      staleWarningOnlyOnce: true,
      retentionMs: 86_400_000,
      tickMs: 10,
    });
  });

  it("say that they are defaults", () => {
    expect(new Set(Object.values(provenance))).toEqual(new Set(["default"]));
  });

  it("cannot be changed afterwards", () => {
    expect(() => Object.assign(settings, { tickMs: 5 })).toThrow(TypeError);
  });
});

describe("precedence", () => {
  const flags = { interval: "1s" };
  const env = { HEARTBEAT_INTERVAL: "2s" };
  const file = yaml("# a comment\ninterval: 3s\n");

  it.each([
    ["a flag outranks all", { flags, env, file }, 1_000, "flag --interval"],
    ["the environment outranks the file", { env, file }, 2_000, "environment HEARTBEAT_INTERVAL"],
    ["the file outranks the default", { file }, 3_000, "file hb.yaml:2"],
    ["an empty variable says nothing", { env: { HEARTBEAT_INTERVAL: "" } }, 30_000, "default"],
  ])("%s", (_, sources, intervalMs, from) => {
    const { settings, provenance } = readSettings(sources);
    expect(settings.intervalMs).toBe(intervalMs);
    expect(provenance.interval).toBe(from);
  });
});

describe("a value", () => {
  it.each([
    ["interval", "250ms", "intervalMs", 250],
    ["interval", "1.5s", "intervalMs", 1_500],
    ["interval", "1.005s", "intervalMs", 1_005],
    ["interval", "1h", "intervalMs", 3_600_000],
    ["retention", "2d", "retentionMs", 172_800_000],
    ["grace", "0s", "graceMs", 0],
    ["drop-grace", "0ms", "dropGraceMs", 0],
    ["timeout-multiplier", "2.5", "timeoutMultiplier", 2.5],
    ["max-agents", "7", "maxAgents", 7],
    ["stale-warning-only-once", "no", "staleWarningOnlyOnce", false],
    ["grpc-address", "[::1]:0", "grpcAddress", "[::1]:0"],
    ["grpc-address", "localhost:65535", "grpcAddress", "localhost:65535"],
    ["log-level", "silent", "logLevel", "silent"],
  ])("%s %s is read", (name, text, property, value) => {
    const { settings } = readSettings({ flags: { [name]: text } });
    expect(settings[property as keyof typeof settings]).toBe(value);
  });

  it.each([
    ["interval", "30", "has no unit", "write 30s for seconds"],
    ["interval", "200", "has no unit", "write 200s for seconds or 200ms for milliseconds"],
    ["drop-grace", "0", "has no unit", "write 0s for seconds or 0ms for milliseconds"],
    ["tick", "0", "has no unit", "write a number and its unit: 250ms"],
    ["keepalive-time", "0", "has no unit", "write a number and its unit: 30s, 5m, 1h"],
    ["interval", "99ms", "is too short", "100ms to 1d"],
    ["interval", "25h", "is too long", "100ms to 1d"],
    ["interval", "-5s", "is no duration", "write a number and its unit"],
    ["interval", "", "is no duration", "write a number and its unit"],
    ["interval", "1.5ms", "is no whole number of milliseconds", "100ms to 1d"],
    ["interval", "1e3s", "is no duration", "100ms to 1d"],
    ["timeout-multiplier", "NaN", "is no number", "1.1 to 1000"],
    ["timeout-multiplier", "1", "is too small", "1.1 to 1000"],
    ["max-missed-beats", "0", "is too small", "1 to 1000"],
    ["max-missed-beats", "2.5", "is no whole number", "1 to 1000"],
    ["max-agents", "99999999999999999999", "is", "1 to 16000000"],
    ["tick", "2s", "is too long", "1ms to 1s"],
    ["insecure", "perhaps", "is neither true nor false", "true or false"],
    ["log-level", "loud", "is none of the words", "trace, debug, info"],
    ["server-id", "x".repeat(129), "is too long", "128 bytes"],
    ["tls-cert", "", "is empty", "name a file"],
    ["grpc-address", ":50051", "names no host", "write 127.0.0.1:50051"],
    ["grpc-address", "localhost", "names no port", "write localhost:PORT"],
    ["grpc-address", "::1:50051", "is ambiguous", "[::1]:50051"],
    ["grpc-address", "[localhost]:1", "is no HOST:PORT", "port 0 to 65535"],
    ["grpc-address", "127.0.0.1:65536", "is no HOST:PORT", "port 0 to 65535"],
    ["http-address", "http://localhost:1", "is", "HOST:PORT"],
  ])("%s %j is refused, with limit and remedy", (name, text, problem, advice) => {
    const [line, ...rest] = faults({ flags: { [name]: text } });
    expect(rest).toEqual([]);
    expect(line).toContain(`(flag --${name}) ${problem}`);
    expect(line).toContain(advice);
    expect(line).toMatch(/\(limit: .+\); .+/);
  });

  it("keeps to the limits that agents are held to as well", () => {
    expect(settingTable.interval.kind.limit).toBe("100ms to 1d");
    expect(limits.intervalMs).toEqual({ min: 100, max: 86_400_000 });
  });
});

describe("an unknown name", () => {
  it("in the environment is refused with the nearest known one", () => {
    expect(faults({ env: { HEARTBEAT_INTERVALL: "1s" } })).toEqual([
      "HEARTBEAT_INTERVALL (environment) is no setting; did you mean HEARTBEAT_INTERVAL?",
    ]);
  });

  it("in the file is refused with its line and the nearest known one", () => {
    expect(faults({ file: yaml("tick: 5ms\nmax_agents: 3\n") })).toEqual([
      "max_agents (file hb.yaml:2) is no setting; did you mean max-agents?",
    ]);
  });

  it("that resembles none gets no guess", () => {
    const [line] = faults({ env: { HEARTBEAT_ZZZZZZ: "1" } });
    expect(line).toContain("see `heartbeat config`");
  });

  it.each(["HEARTBEAT_CONFIG", "HEARTBEAT_SERVER", "HEARTBEAT_ORGANIZATION", "HOME", "HEARTBEATX"])(
    "is not %s, which is somebody else's",
    (name) => expect(faults({ env: { [name]: "x" } })).toEqual([]),
  );
});

describe("what Kubernetes injects for a Service of our name", () => {
  it.each([
    ["HEARTBEAT_SERVICE_HOST", "10.0.0.1"],
    ["HEARTBEAT_SERVICE_PORT", "50051"],
    ["HEARTBEAT_SERVICE_PORT_GRPC", "50051"],
    ["HEARTBEAT_PORT", "tcp://10.0.0.1:50051"],
    ["HEARTBEAT_PORT_50051_TCP", "tcp://10.0.0.1:50051"],
    ["HEARTBEAT_PORT_50051_TCP_PROTO", "tcp"],
    ["HEARTBEAT_PORT_50051_TCP_PORT", "50051"],
    ["HEARTBEAT_PORT_50051_TCP_ADDR", "10.0.0.1"],
    ["HEARTBEAT_FOO_SERVICE_PORT", "8080"],
    ["HEARTBEAT_WEB_UI_PORT_8080_TCP_ADDR", "10.0.0.2"],
    ["HEARTBEAT_WEB_UI_PORT", "udp://10.0.0.2:8080"],
  ])("%s=%s is ignored", (name, text) => expect(faults({ env: { [name]: text } })).toEqual([]));

  it("is not what a person writes: HEARTBEAT_PORT=50051 is refused", () => {
    expect(faults({ env: { HEARTBEAT_PORT: "50051" } })).toHaveLength(1);
  });
});

describe("a file", () => {
  it.each([
    ["that is empty", "", []],
    ["of comments only", "# nothing\n", []],
    ["with a list", "- interval\n", ["does not hold settings by name"]],
    ["with a bare word", "interval\n", ["does not hold settings by name"]],
    ["with a key without value", "interval:\n", ["hb.yaml:1) has no value"]],
    ["with a nested value", "interval:\n  seconds: 3\n", ["is a list or a mapping"]],
    ["with broken YAML", 'interval: "30s\n', ["hb.yaml:"]],
    ["with a key twice", "tick: 5ms\ntick: 6ms\n", ["hb.yaml:2 is no YAML that can be read"]],
    ["with a bare number", "interval: 30\n", ['interval "30" (file hb.yaml:1) has no unit']],
    ["with a number in hex", "max-agents: 0x10\n", ['max-agents "0x10"']],
  ])("%s is judged", (_, text, expected) => {
    const lines = faults({ file: yaml(text) });
    expect(lines).toHaveLength(expected.length);
    for (const [index, part] of expected.entries()) expect(lines[index]).toContain(part);
  });

  it("may hold numbers and booleans as YAML writes them", () => {
    const text = "max-agents: 12\ntimeout-multiplier: 2.50\ninsecure: true\n";
    const { settings } = readSettings({ file: yaml(text) });
    expect(settings).toMatchObject({ maxAgents: 12, timeoutMultiplier: 2.5, insecure: true });
  });
});

describe("faults", () => {
  it("are told all at once, from every source", () => {
    const lines = faults({
      flags: { interval: "30" },
      env: { HEARTBEAT_TIK: "1ms", HEARTBEAT_TICK: "2s" },
      file: yaml("max-agents: many\n"),
    });
    expect(lines).toHaveLength(4);
  });

  it("of one setting do not hide those between settings", () => {
    const lines = faults({ flags: { interval: "30", "grpc-address": "0.0.0.0:1" } });
    expect(lines.map((line) => line.split(" ")[0])).toEqual(["interval", "grpc-address"]);
  });

  it("show a long value cut", () => {
    const [line] = faults({ flags: { interval: "9".repeat(500) } });
    expect(line?.length).toBeLessThan(250);
    expect(line).toContain('…"');
  });
});

describe("a listener outside loopback", () => {
  const pem = { "tls-cert": "c.pem", "tls-key": "k.pem" };
  const readFile = (path: string) => (path === "c.pem" ? certificate : privateKey);

  it.each([
    "0.0.0.0:1",
    "[::]:1",
    "192.168.1.5:1",
    "example.org:1",
    "[::ffff:192.168.1.5]:1",
    "127.evil.example:1",
  ])("at %s is refused without TLS, for gRPC and for HTTP", (address) => {
    for (const name of ["grpc-address", "http-address"]) {
      const [line] = faults({ flags: { [name]: address } });
      expect(line).toContain(`${name} "${address}" (flag --${name}) can be reached`);
      expect(line).toContain("--insecure");
    }
  });

  it.each(["127.0.0.1:1", "127.9.9.9:1", "[::1]:1", "localhost:1", "LOCALHOST:1"])(
    "is not %s",
    (address) => {
      expect(faults({ flags: { "grpc-address": address, "http-address": address } })).toEqual([]);
    },
  );

  it("is allowed with --insecure, or with a certificate and its key", () => {
    const open = { "grpc-address": "0.0.0.0:1", "http-address": "[::]:2" };
    expect(faults({ flags: { ...open, insecure: "true" } })).toEqual([]);
    expect(faults({ flags: { ...open, ...pem }, readFile })).toEqual([]);
  });

  it.each([
    [{ "tls-cert": "c.pem" }, "tls-cert"],
    [{ "tls-key": "k.pem" }, "tls-key"],
  ])("%j alone is refused", (flags, subject) => {
    const [line] = faults({ flags, readFile });
    expect(line).toMatch(new RegExp(`^${subject} .* is set, and tls-(key|cert) is not`));
  });

  it("with a certificate that cannot be read is refused", () => {
    const only = (path: string) => (path === "c.pem" ? certificate : undefined);
    const lines = faults({ flags: pem, readFile: only });
    expect(lines).toHaveLength(1);
    expect(lines[0]).toContain('tls-key "k.pem" (flag --tls-key) cannot be read');
  });
});

describe("a certificate and its key", () => {
  const flags = { "tls-cert": "c.pem", "tls-key": "k.pem" };
  const judged = (cert: string, key: string) =>
    faults({ flags, readFile: (path) => (path === "c.pem" ? cert : key) });
  const pkcs8 = { type: "pkcs8", format: "pem" } as const;
  const { privateKey: foreign } = generateKeyPairSync("ec", { namedCurve: "P-256" });
  const encrypted = foreign.export({ ...pkcs8, cipher: "aes-256-cbc", passphrase: "secret" });
  const broken = (pem: string) => pem.replace(/^(-.*\n)..../, "$1AAAA");

  it("that belong together are taken, with issuers behind the certificate", () => {
    expect(judged(certificate, privateKey)).toEqual([]);
    expect(judged(`${certificate}\n${certificate}`, privateKey)).toEqual([]);
  });

  it.each([
    [
      "no PEM",
      "hello",
      privateKey,
      'tls-cert "c.pem" (flag --tls-cert) holds no certificate in PEM;',
    ],
    ["an empty file", "", privateKey, "tls-cert"],
    ["broken PEM", broken(certificate), privateKey, "holds a certificate that cannot be used: "],
    [
      "a broken issuer",
      `${certificate}\n${broken(certificate)}`,
      privateKey,
      "that cannot be used",
    ],
    ["the key", privateKey, privateKey, "holds a private key and no certificate; name a PEM file"],
    [
      "no PEM",
      certificate,
      "hello",
      'tls-key "k.pem" (flag --tls-key) holds no private key in PEM;',
    ],
    ["broken PEM", certificate, broken(privateKey), "holds a private key that cannot be used: "],
    ["the certificate", certificate, certificate, "holds a certificate and no private key"],
    ["an encrypted key", certificate, String(encrypted), "openssl pkey -in FILE -out PLAIN"],
    [
      "another's key",
      certificate,
      String(foreign.export(pkcs8)),
      'tls-key "k.pem" (flag --tls-key) does not belong to the first certificate of tls-cert; name',
    ],
  ])("of which one is %s are refused in one line", (_, cert, key, message) => {
    const lines = judged(cert, key);
    expect(lines).toHaveLength(1);
    expect(lines[0]).toContain(message);
    expect(lines[0]).not.toMatch(/error:0|PEM routines/);
  });
});

it("the HTTP listener promises only what it serves", () => {
  const { meaning } = settingTable["http-address"];
  expect(meaning).toContain("the live page, JSON (Connect), gRPC-Web, /metrics, /ping and the");
});
