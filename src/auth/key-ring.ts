import { createPublicKey, type KeyObject } from "node:crypto";
import { readdir, readFile, stat } from "node:fs/promises";
import { join } from "node:path";
import type { Logger } from "pino";
import type { Clock } from "../clock.ts";

/** Files are looked at anew after this long, so that a key that is taken away counts soon. */
const BELIEVED_MS = 5_000;
/** So old keys are looked at anew when none of them fits: one may just have been added. */
const BELIEVED_IN_DOUBT_MS = 200;

/** The keys cannot be read. Its message says which file, and what to do. */
export class KeyError extends Error {
  override readonly name = "KeyError";
}

/** The public keys of one moment. */
export interface Keys {
  /** Of those who may speak for every organization. */
  readonly operators: readonly KeyObject[];
  readonly organizations: ReadonlyMap<string, readonly KeyObject[]>;
}

/**
 * Public keys in a directory: `DIR/ORGANIZATION/NAME.pem` may sign for that organization, `DIR/NAME.pem` for
 * every one. Ed25519, PEM.
 */
export class KeyRing {
  readonly #directory: string;
  readonly #clock: Clock;
  readonly #log: Pick<Logger, "error">;
  #keys: Promise<Keys> | undefined;
  #readAt = 0;
  /** What was wrong at the last reading, so that it is told once. */
  #problem: string | undefined;

  constructor(directory: string, clock: Clock, log: Pick<Logger, "error">) {
    this.#directory = directory;
    this.#clock = clock;
    this.#log = log;
  }

  /**
   * The keys of now. With `inDoubt` they are read anew although they were read a moment ago. The first time
   * it rejects with a KeyError when the directory or a file in it cannot be read, or is no Ed25519 public key;
   * later such a fault is told to the log, and the keys of before are believed on: one tenant's half-written
   * file shuts nobody out.
   */
  keys(inDoubt = false): Promise<Keys> {
    const now = this.#clock.now().mono;
    const before = this.#keys;
    if (before && now - this.#readAt < (inDoubt ? BELIEVED_IN_DOUBT_MS : BELIEVED_MS))
      return before;
    this.#readAt = now;
    const read = this.#read();
    this.#keys = before ? read.catch((error: KeyError) => this.#goOn(error, before)) : read;
    return this.#keys;
  }

  #goOn({ message }: KeyError, before: Promise<Keys>): Promise<Keys> {
    if (message !== this.#problem)
      this.#log.error({ problem: message }, "auth-keys: those of before go on");
    this.#problem = message;
    return before;
  }

  async #read(): Promise<Keys> {
    try {
      const organizations = new Map<string, KeyObject[]>();
      for (const name of await readdir(this.#directory)) {
        const path = join(this.#directory, name);
        // As Kubernetes mounts a secret: links to a hidden directory, which is no organization.
        if (name.startsWith("..") || !(await stat(path)).isDirectory()) continue;
        organizations.set(name, await readKeys(path));
      }
      const keys = { operators: await readKeys(this.#directory), organizations };
      this.#problem = undefined;
      return keys;
    } catch (error) {
      if (error instanceof KeyError) throw error;
      throw new KeyError(`auth-keys cannot be read: ${(error as Error).message}`);
    }
  }
}

async function readKeys(directory: string): Promise<KeyObject[]> {
  const names = (await readdir(directory)).filter((name) => name.endsWith(".pem")).sort();
  return Promise.all(names.map((name) => readKey(join(directory, name))));
}

async function readKey(file: string): Promise<KeyObject> {
  const key = createPublicKeyOf(file, await readFile(file, "utf8"));
  if (key.asymmetricKeyType === "ed25519") return key;
  throw new KeyError(`${file} is a key of the kind ${key.asymmetricKeyType}; Ed25519 is wanted`);
}

function createPublicKeyOf(file: string, pem: string): KeyObject {
  // Node would take a private key and derive the public one; a private key has no business here.
  if (pem.includes("PRIVATE KEY")) {
    throw new KeyError(`${file} is a private key; put its public key here: openssl pkey -pubout`);
  }
  try {
    return createPublicKey(pem);
  } catch (error) {
    throw new KeyError(`${file} is no public key in PEM: ${(error as Error).message}`);
  }
}
