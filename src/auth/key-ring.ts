import { createPublicKey, type KeyObject } from "node:crypto";
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import type { Clock } from "../clock.ts";

/** Files are looked at anew after this long, so that a key that is added or taken away counts soon. */
const BELIEVED_MS = 5_000;

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
  #keys: Promise<Keys> | undefined;
  #readAt = 0;

  constructor(directory: string, clock: Clock) {
    this.#directory = directory;
    this.#clock = clock;
  }

  /** Rejects with a KeyError when the directory or a file in it cannot be read, or is no Ed25519 public key. */
  keys(): Promise<Keys> {
    const now = this.#clock.now().mono;
    if (this.#keys === undefined || now - this.#readAt >= BELIEVED_MS) {
      this.#readAt = now;
      this.#keys = this.#read().catch((error: unknown) => {
        if (error instanceof KeyError) throw error;
        const { message } = error as Error;
        throw new KeyError(`auth-keys cannot be read: ${message}`);
      });
    }
    return this.#keys;
  }

  async #read(): Promise<Keys> {
    const entries = await readdir(this.#directory, { withFileTypes: true });
    const organizations = new Map<string, KeyObject[]>();
    for (const entry of entries) {
      if (!entry.isDirectory()) continue;
      organizations.set(entry.name, await readKeys(join(this.#directory, entry.name)));
    }
    return { operators: await readKeys(this.#directory), organizations };
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
