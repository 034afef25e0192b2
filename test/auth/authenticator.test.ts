import { generateKeyPairSync, type KeyObject } from "node:crypto";
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { SignJWT } from "jose";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { TokenAuthenticator } from "../../src/auth/authenticator.ts";
import { authorize, nobody } from "../../src/auth/identity.ts";
import { KeyRing } from "../../src/auth/key-ring.ts";
import { signToken } from "../../src/auth/sign.ts";
import { FakeClock } from "../support/fake-clock.ts";

const pem = (key: KeyObject) =>
  key.export({ type: key.type === "private" ? "pkcs8" : "spki", format: "pem" }).toString();

describe("a token", () => {
  const [acme, operator, stranger] = [1, 2, 3].map(() => generateKeyPairSync("ed25519"));
  let folder: string;
  let clock: FakeClock;
  let authenticator: TokenAuthenticator;
  let faults: object[];

  beforeEach(() => {
    faults = [];
    folder = mkdtempSync(join(tmpdir(), "heartbeat-keys-"));
    mkdirSync(join(folder, "acme"));
    writeFileSync(join(folder, "acme", "first.pem"), pem(acme!.publicKey));
    writeFileSync(join(folder, "operators.pem"), pem(operator!.publicKey));
    clock = new FakeClock();
    authenticator = new TokenAuthenticator(
      new KeyRing(folder, clock, { error: (fault: object) => void faults.push(fault) }),
      clock,
    );
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  const claims = (parts = {}) => ({
    organizationId: "acme",
    agentId: undefined,
    lifetimeSeconds: 300,
    now: clock.now().wall,
    ...parts,
  });
  const by = (pair: typeof acme, parts = {}) => signToken(pem(pair!.privateKey), claims(parts));
  const identify = async (token: Promise<string> | string) =>
    authenticator.identify(`Bearer ${await token}`);

  it("of an organization's key speaks for that organization, and for the agent it names", async () => {
    expect(await identify(by(acme))).toEqual({ organizationId: "acme", agentId: undefined });
    expect(await identify(by(acme, { agentId: "a" }))).toMatchObject({ agentId: "a" });
  });

  it("of an operator's key speaks for every organization, or for the one that it names", async () => {
    const identity = await identify(by(operator, { organizationId: "*" }));
    expect(identity).toEqual({ organizationId: undefined, agentId: undefined });
    const narrow = await identify(by(operator, { organizationId: "other", agentId: "a" }));
    expect(narrow).toEqual({ organizationId: "other", agentId: "a" });
    const wide = identify(by(acme, { organizationId: "*" }));
    await expect(wide).rejects.toMatchObject({ code: "token_invalid" });
  });

  it.each([
    ["no header", undefined, "token_missing", /^authorization is missing; send the header/],
    ["another scheme", "Basic abc", "token_missing", /is not of the form Bearer TOKEN/],
    ["no token", "Bearer abc", "token_invalid", /it is no JSON Web Token/],
  ])("that is %s is refused", async (_, header, code, message) => {
    const refused = authenticator.identify(header);
    await expect(refused).rejects.toMatchObject({ code });
    await expect(refused).rejects.toThrow(message);
  });

  it.each([
    ["a forger's", () => by(stranger), /no key of its organization has signed it/],
    [
      "of an unknown organization",
      () => by(stranger, { organizationId: "other" }),
      /no key of its organization has signed it/,
    ],
    [
      "of another organization's key",
      () => by(acme, { organizationId: "other" }),
      /no key of its organization has signed it/,
    ],
    ["expired", () => by(acme, { now: clock.now().wall - 331_000 }), /"exp" claim timestamp/],
    ["of the future", () => by(acme, { now: clock.now().wall + 60_000 }), /"iat" claim timestamp/],
    [
      "good for longer than an hour, and older than that",
      () => by(acme, { lifetimeSeconds: 86_400, now: clock.now().wall - 3_631_000 }),
      /"iat" claim timestamp/,
    ],
  ])("%s is refused", async (_, token, message) => {
    const refused = identify(token());
    await expect(refused).rejects.toMatchObject({ code: "token_invalid" });
    await expect(refused).rejects.toThrow(message);
  });

  it("for another service, without an end, or signed in another way is refused", async () => {
    const now = Math.floor(clock.now().wall / 1_000);
    const base = () => new SignJWT({ org: "acme" }).setProtectedHeader({ alg: "EdDSA" });
    const { privateKey } = acme!;
    const elsewhere = base()
      .setAudience("other")
      .setIssuedAt(now)
      .setExpirationTime(now + 60);
    await expect(identify(elsewhere.sign(privateKey))).rejects.toThrow(/"aud" claim/);
    const endless = base().setAudience("heartbeat").setIssuedAt(now);
    await expect(identify(endless.sign(privateKey))).rejects.toThrow(/"exp" claim/);
    const unsigned = `${Buffer.from('{"alg":"none"}').toString("base64url")}.${Buffer.from('{"org":"acme"}').toString("base64url")}.`;
    await expect(identify(unsigned)).rejects.toMatchObject({ code: "token_invalid" });
    const shared = new SignJWT({ org: "acme" })
      .setProtectedHeader({ alg: "HS256" })
      .setAudience("heartbeat")
      .setIssuedAt(now)
      .setExpirationTime(now + 60)
      .sign(new TextEncoder().encode(pem(acme!.publicKey)));
    await expect(identify(shared)).rejects.toMatchObject({ code: "token_invalid" });
  });

  it("of a key that is added counts at once, and of one that is taken away no longer than 5 s", async () => {
    await identify(by(acme));
    clock.advance(200);
    writeFileSync(join(folder, "acme", "second.pem"), pem(stranger!.publicKey));
    expect(await identify(by(stranger))).toMatchObject({ organizationId: "acme" });
    rmSync(join(folder, "acme", "first.pem"));
    expect(await identify(by(acme))).toMatchObject({ organizationId: "acme" });
    clock.advance(5_000);
    await expect(identify(by(acme))).rejects.toMatchObject({ code: "token_invalid" });
  });

  it("is believed on while a file among the keys is broken, which is told once", async () => {
    await identify(by(acme));
    mkdirSync(join(folder, "other"));
    writeFileSync(join(folder, "other", "half.pem"), "-----BEGIN PUB");
    for (let n = 0; n < 3; n++) {
      clock.advance(5_000);
      expect(await identify(by(acme))).toMatchObject({ organizationId: "acme" });
    }
    expect(faults).toEqual([{ problem: expect.stringContaining("half.pem is no public key") }]);
    rmSync(join(folder, "other", "half.pem"));
    writeFileSync(join(folder, "other", "whole.pem"), pem(stranger!.publicKey));
    clock.advance(5_000);
    const other = by(stranger, { organizationId: "other" });
    expect(await identify(other)).toMatchObject({ organizationId: "other" });
  });

  it("of a key behind links, as Kubernetes mounts a secret, is believed", async () => {
    mkdirSync(join(folder, "..data", "linked"), { recursive: true });
    writeFileSync(join(folder, "..data", "linked", "a.pem"), pem(stranger!.publicKey));
    symlinkSync(join("..data", "linked"), join(folder, "linked"));
    const linked = by(stranger, { organizationId: "linked" });
    expect(await identify(linked)).toMatchObject({ organizationId: "linked" });
    const hidden = identify(by(stranger, { organizationId: "..data" }));
    await expect(hidden).rejects.toMatchObject({ code: "token_invalid" });
  });
});

describe("the keys", () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "heartbeat-keys-"));
  });
  afterEach(() => rmSync(folder, { recursive: true }));
  const keys = () => new KeyRing(folder, new FakeClock(), { error: () => {} }).keys();

  it("are refused where a file is a private key, another kind of key, or none", async () => {
    const file = join(folder, "a.pem");
    writeFileSync(file, pem(generateKeyPairSync("ed25519").privateKey));
    await expect(keys()).rejects.toThrow(/a\.pem is a private key; put its public key here/);
    writeFileSync(file, pem(generateKeyPairSync("x25519").publicKey));
    await expect(keys()).rejects.toThrow(/a key of the kind x25519; Ed25519 is wanted/);
    writeFileSync(file, "nonsense");
    await expect(keys()).rejects.toThrow(/a\.pem is no public key in PEM/);
  });

  it("may be none: then nobody is believed", async () => {
    expect(await keys()).toEqual({ operators: [], organizations: new Map() });
  });
});

describe("an identity", () => {
  it.each([
    [{ organizationId: undefined, agentId: undefined }, undefined, undefined, true],
    [{ organizationId: undefined, agentId: undefined }, "acme", "a", true],
    [{ organizationId: "acme", agentId: undefined }, "acme", "a", true],
    [{ organizationId: "acme", agentId: undefined }, "other", undefined, false],
    [{ organizationId: "acme", agentId: undefined }, undefined, undefined, false],
    [{ organizationId: "acme", agentId: "a" }, "acme", "a", true],
    [{ organizationId: "acme", agentId: "a" }, "acme", "b", false],
    [{ organizationId: "acme", agentId: "a" }, "acme", undefined, true],
    [nobody, "default", undefined, false],
    [nobody, undefined, undefined, false],
  ])("%j may speak for %s and be %s: %s", (identity, organizationId, agentId, may) => {
    const act = () => authorize(identity, organizationId, agentId);
    if (may) expect(act).not.toThrow();
    else expect(act).toThrow(/not the (organization|agent) of this token|authorization is missing/);
  });
});
