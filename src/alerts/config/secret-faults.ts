import { isWebAddress } from "../../config/kinds.ts";
import type { SecretFault } from "./reading.ts";

/** An address that is itself the permission to post there. */
export function addressFault(value: string): SecretFault | undefined {
  if (isWebAddress(value)) return undefined;
  return {
    problem: "leads to what is no address of the web without a user in it",
    limit: "http:// or https://, a host, a path",
    remedy: "put the address there, and nothing else",
  };
}

/** What goes into a header or an address as it is. */
export function tokenFault(value: string): SecretFault | undefined {
  if (/^[\x21-\x7e]{1,4096}$/.test(value)) return undefined;
  return {
    problem: "leads to what is no token",
    limit: "1 to 4096 characters of ASCII without spaces, in one line",
    remedy: "put the token there, and nothing else",
  };
}

export function passwordFault(value: string): SecretFault | undefined {
  if (value.length <= 4096 && !/[\r\n\0]/.test(value)) return undefined;
  return {
    problem: "leads to what is no password",
    limit: "at most 4096 characters in one line",
    remedy: "put the password there, and nothing else",
  };
}

/** As Standard Webhooks has them. */
export function signingFault(value: string): SecretFault | undefined {
  const key = /^whsec_([A-Za-z0-9+/]+={0,2})$/.exec(value)?.[1];
  const bytes = key === undefined ? 0 : Buffer.from(key, "base64").length;
  if (bytes >= 24 && bytes <= 64) return undefined;
  return {
    problem: "leads to what is no secret for signing",
    limit: "whsec_ and 24 to 64 bytes in base64",
    remedy: 'make one with: echo "whsec_$(openssl rand -base64 32)"',
  };
}
