import type { KeyObject } from "node:crypto";
import { decodeJwt, errors, type JWTPayload, jwtVerify } from "jose";
import type { Clock } from "../clock.ts";
import { HeartbeatError } from "../errors.ts";
import { anybody, type Identity, nobody } from "./identity.ts";
import type { KeyRing, Keys } from "./key-ring.ts";

/** The `aud` of every token for this service. */
export const AUDIENCE = "heartbeat";
/** The `org` of a token for every organization; only operators' keys may sign it. */
const EVERY = "*";
/** By how much clocks may differ, in seconds. */
const CLOCK_TOLERANCE_S = 30;
/** A token may not be older than this, in seconds, however late it says that it expires. */
const LONGEST_LIFETIME_S = 3_600;

/** Finds out who calls. */
export interface Authenticator {
  /** Who comes without a token, where that is allowed. */
  readonly stranger: Identity;
  /** @param authorization The header of this name. Rejects with token_missing and token_invalid. */
  identify(authorization: string | undefined): Promise<Identity>;
}

/** Lets everybody be anybody: the server asks for no tokens. */
export const trusting: Authenticator = { stranger: anybody, identify: async () => anybody };

/**
 * Believes JSON Web Tokens signed with EdDSA: `org` is the organization ("*": each of them), `sub` the agent (left out: any of
 * the organization), `aud` is "heartbeat", `iat` and `exp` are required.
 */
export class TokenAuthenticator implements Authenticator {
  readonly stranger = nobody;
  readonly #ring: KeyRing;
  readonly #clock: Clock;

  constructor(ring: KeyRing, clock: Clock) {
    this.#ring = ring;
    this.#clock = clock;
  }

  async identify(authorization: string | undefined): Promise<Identity> {
    const token = bearerOf(authorization);
    const organizationId = organizationOf(token);
    const keys = await this.#ring.keys();
    const identity = await this.#identifiedBy(keys, token, organizationId);
    if (identity) return identity;
    // An agent that is refused has ended: a key that was added a moment ago is looked for first.
    const newest = await this.#ring.keys(true);
    const late = newest !== keys && (await this.#identifiedBy(newest, token, organizationId));
    if (late) return late;
    throw invalid(problemOfKeys(newest, organizationId));
  }

  async #identifiedBy(
    keys: Keys,
    token: string,
    organizationId: string,
  ): Promise<Identity | undefined> {
    const operator = await this.#verifiedBy(token, keys.operators);
    if (operator) return identityOf(operator, operator.org === EVERY ? undefined : organizationId);
    const own = await this.#verifiedBy(token, keys.organizations.get(organizationId) ?? []);
    return own && identityOf(own, organizationId);
  }

  /** The claims of a token that one of the keys has signed. Throws token_invalid when they are not right. */
  async #verifiedBy(token: string, keys: readonly KeyObject[]): Promise<JWTPayload | undefined> {
    for (const key of keys) {
      try {
        const { payload } = await jwtVerify(token, key, {
          algorithms: ["EdDSA", "Ed25519"],
          audience: AUDIENCE,
          requiredClaims: ["exp", "iat", "org"],
          clockTolerance: CLOCK_TOLERANCE_S,
          maxTokenAge: LONGEST_LIFETIME_S,
          currentDate: new Date(this.#clock.now().wall),
        });
        return payload;
      } catch (error) {
        // Another key may have signed it. Everything else is said of a signature that was good.
        if (error instanceof errors.JWSSignatureVerificationFailed) continue;
        throw invalid(error instanceof Error ? error.message : String(error));
      }
    }
    return undefined;
  }
}

function bearerOf(authorization: string | undefined): string {
  const [, token] = /^Bearer +([^\s]+)$/i.exec(authorization ?? "") ?? [];
  if (token !== undefined) return token;
  throw new HeartbeatError("token_missing", {
    field: "authorization",
    problem: authorization === undefined ? "is missing" : "is not of the form Bearer TOKEN",
  });
}

/** Which organization a token says that it is of; nothing of it is believed yet. */
function organizationOf(token: string): string {
  try {
    const { org } = decodeJwt(token);
    if (typeof org === "string" && org !== "") return org;
  } catch {
    throw invalid("it is no JSON Web Token");
  }
  throw invalid("it has no claim org, the organization");
}

function identityOf({ sub }: JWTPayload, organizationId: string | undefined): Identity {
  return Object.freeze({ organizationId, agentId: sub });
}

function problemOfKeys(keys: Keys, organizationId: string): string {
  const known = keys.organizations.has(organizationId) || keys.operators.length > 0;
  return known ? "no key of its organization has signed it" : "its organization has no keys here";
}

function invalid(problem: string): HeartbeatError {
  return new HeartbeatError("token_invalid", {
    field: "authorization",
    problem: `is not believed: ${problem}`,
  });
}
