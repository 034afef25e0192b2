import type { AlertmanagerOptions } from "../channels/alertmanager.ts";
import { Secret } from "../channels/secret.ts";
import type { Path } from "./problems.ts";
import type { Reading, SecretKeys } from "./reading.ts";
import { passwordFault, tokenFault } from "./secret-faults.ts";

type Credentials = SecretKeys<"password"> & { readonly user?: string | undefined };

/** A user and a password, or neither. */
export function loginOf(reading: Reading, read: Credentials, path: Path) {
  const password = reading.secret("password", read, path, passwordFault);
  if (password && read.user !== undefined) return { user: read.user, password };
  const named = read["password-file"] ?? read["password-env"];
  if (read.user === undefined && named !== undefined) {
    const problem = "is missing, and there is a password";
    reading.fault({ path: [...path, "user"], problem, remedy: "add it, or remove the password" });
  } else if (read.user !== undefined && named === undefined) {
    const problem = "is there without a password";
    const remedy = "add password-file or password-env, or remove user";
    reading.fault({ path: [...path, "user"], value: read.user, problem, remedy });
  }
  return undefined;
}

export function authOf(
  reading: Reading,
  read: Credentials & SecretKeys<"token">,
  path: Path,
): AlertmanagerOptions["auth"] | undefined {
  const before = reading.problems.length;
  const token = reading.secret("token", read, path, tokenFault);
  const login = loginOf(reading, read, path);
  if (token && login) {
    const problem = "is there beside a token";
    const remedy = "remove one of the two: a request has one authorization";
    reading.fault({ path: [...path, "user"], value: login.user, problem, remedy });
  }
  if (reading.problems.length > before) return undefined;
  if (token) return { scheme: "bearer", token };
  return login ? { scheme: "basic", ...login } : { scheme: "none" };
}

export function secretsOf(auth: AlertmanagerOptions["auth"]): Secret[] {
  if (auth.scheme === "none") return [];
  if (auth.scheme === "bearer") return [auth.token];
  // What goes over the wire is base64 of both.
  return [auth.password, new Secret(`${auth.user}:${auth.password.reveal()}`)];
}
