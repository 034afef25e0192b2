import { type ConditionName, keyOf } from "./member.ts";

/** Each beginning costs 1; of what was paid before, half counts after {@link HALF_LIFE_MS}. */
const HALF_LIFE_MS = 300_000;
/** Above this, what begins is flapping; it has rested once it is below that. */
const FLAPPING = 4;
const RESTED = 1.5;
/** However often it begins, it has rested after a quarter of an hour. */
const HIGHEST = 12;
/** Less than this is worth no place in the journal: after a restart the first two beginnings are forgotten. */
const WORTH_KEEPING = RESTED;
/** Nothing is left of the highest penalty after this long. */
const FORGOTTEN_AFTER_MS = HALF_LIFE_MS * Math.log2(HIGHEST / 0.25);
/** Conditions that are remembered; beyond, the one that began longest ago is forgotten. */
const REMEMBERED = 100_000;

export interface Penalty {
  readonly penalty: number;
  /** When it was that high. Monotonic. */
  readonly at: number;
}

/** How high a penalty still is. */
export function decayed({ penalty, at }: Penalty, nowMs: number): number {
  return penalty * 2 ** ((at - nowMs) / HALF_LIFE_MS);
}

/** When it has rested. */
export function restedAt({ penalty, at }: Penalty): number {
  return penalty <= RESTED ? at : at + Math.ceil(HALF_LIFE_MS * Math.log2(penalty / RESTED));
}

/** What comes and goes, by the name of the condition: how often it has begun lately, with decay. */
export class Flaps {
  /** In the order of their last beginning. */
  readonly #penalties = new Map<string, Penalty & { readonly kept: boolean }>();
  readonly #onChange: (key: string, penalty: Penalty | undefined) => void;

  /** Told of what is to be kept: a penalty, or that one is no more. */
  constructor(onChange: (key: string, penalty: Penalty | undefined) => void) {
    this.#onChange = onChange;
  }

  /** Conditions that are remembered. */
  get size(): number {
    return this.#penalties.size;
  }

  /** It begins. True when it does so too often. The first time is remembered when it ends. */
  begin(name: ConditionName, nowMs: number): boolean {
    // As when all go at once: none has a name made for it.
    if (this.#penalties.size === 0) return false;
    const key = nameOf(name);
    const before = this.#penalties.get(key);
    if (!before) return false;
    const penalty = Math.min(HIGHEST, decayed(before, nowMs) + 1);
    this.#remember(key, { penalty, at: nowMs });
    return penalty > FLAPPING;
  }

  /** It ends that began then. */
  end(name: ConditionName, begunMs: number): void {
    const key = nameOf(name);
    if (!this.#penalties.has(key)) this.#remember(key, { penalty: 1, at: begunMs });
  }

  /** When it will have rested, if it begins no more. */
  restedAt(name: ConditionName, nowMs: number): number {
    const penalty = this.#penalties.get(nameOf(name));
    return penalty ? restedAt(penalty) : nowMs;
  }

  /** Takes up a penalty from before a restart, the oldest first. */
  restore(key: string, penalty: Penalty): void {
    this.#penalties.set(key, { ...penalty, kept: true });
  }

  #remember(key: string, { penalty, at }: Penalty): void {
    const kept = this.#penalties.get(key)?.kept || penalty > WORTH_KEEPING;
    this.#penalties.delete(key);
    this.#penalties.set(key, { penalty, at, kept });
    if (kept) this.#onChange(key, { penalty, at });
    this.#forget(at);
  }

  #forget(nowMs: number): void {
    for (const [key, { at, kept }] of this.#penalties) {
      if (this.#penalties.size <= REMEMBERED && nowMs - at < FORGOTTEN_AFTER_MS) return;
      this.#penalties.delete(key);
      if (kept) this.#onChange(key, undefined);
    }
  }
}

function nameOf(name: ConditionName): string {
  return `${name.organizationId ?? ""}\u0000${keyOf(name)}`;
}
