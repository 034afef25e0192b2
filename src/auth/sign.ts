import { importPKCS8, SignJWT } from "jose";
import { AUDIENCE } from "./authenticator.ts";

export interface TokenClaims {
  readonly organizationId: string;
  /** Left out: any agent of the organization, and an operator of it. */
  readonly agentId: string | undefined;
  readonly lifetimeSeconds: number;
  /** Wall time, in milliseconds. */
  readonly now: number;
}

/** Signs a token. Rejects when the text is no private Ed25519 key, PEM (PKCS #8). */
export async function signToken(pem: string, claims: TokenClaims): Promise<string> {
  const key = await importPKCS8(pem, "EdDSA");
  const issuedAt = Math.floor(claims.now / 1_000);
  const token = new SignJWT({ org: claims.organizationId })
    .setProtectedHeader({ alg: "EdDSA", typ: "JWT" })
    .setAudience(AUDIENCE)
    .setIssuedAt(issuedAt)
    .setExpirationTime(issuedAt + claims.lifetimeSeconds);
  if (claims.agentId !== undefined) token.setSubject(claims.agentId);
  return token.sign(key);
}
