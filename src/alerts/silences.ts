import type { Instant } from "../clock.ts";
import type { Member } from "./member.ts";
import type { AlertKind } from "./notification.ts";

/** Nobody is told of what matches, from its beginning to its end. Instants are wall time. */
export interface Silence {
  readonly id: string;
  /** "*" for all, and for what is of the monitor itself. */
  readonly organizationId: string;
  /** Empty: any. */
  readonly idPrefix: string;
  /** Empty: any. */
  readonly agentType: string;
  /** All of these. Empty: any. */
  readonly labels: Readonly<Record<string, string>>;
  /** Empty: any. */
  readonly kinds: readonly AlertKind[];
  readonly startsAt: number;
  readonly endsAt: number;
  readonly reason: string;
  readonly createdAt: number;
}

/** Silences of an organization, and in all, that are to begin or in force at once; more are refused. */
export const MOST_SILENCES = 1_000;
export const MOST_SILENCES_IN_ALL = 10_000;
/** Those that have ended are shown so long, and no more than this many of an organization. */
const SHOWN_MS = 86_400_000;
const MOST_ENDED = 1_000;

/** What a silence is held against. */
export type Silenceable = Pick<Member, "kind" | "organizationId" | "agentId" | "agentType">;

/** A silence, with what it lasts by the monitor's own clock. */
interface Timed {
  readonly silence: Silence;
  readonly startsMs: number;
  readonly endsMs: number;
}

/** All silences. What is given as wall time is measured by the monitor's own clock from then on. */
export class Silences {
  readonly #timed = new Map<string, Timed>();
  readonly #labelsOf: (organizationId: string, agentId: string) => Readonly<Record<string, string>>;
  readonly #onChange: (id: string, silence: Silence | undefined) => void;
  /** Those in force, and the same by organization. */
  #inForce: readonly Timed[] = [];
  #inForceOf: ReadonlyMap<string, readonly Timed[]> = new Map();
  /** Whether what is in force has changed, and nobody has asked since. */
  #changed = false;
  /** When the next one begins, ends or is forgotten. */
  #due = Number.POSITIVE_INFINITY;

  constructor(parts: {
    readonly labelsOf: (
      organizationId: string,
      agentId: string,
    ) => Readonly<Record<string, string>>;
    readonly onChange: (id: string, silence: Silence | undefined) => void;
  }) {
    this.#labelsOf = parts.labelsOf;
    this.#onChange = parts.onChange;
  }

  /** Those that have not ended, of one organization and in all; how many there may be is bounded. */
  count(organizationId: string, now: Instant): { readonly own: number; readonly all: number } {
    let [own, all] = [0, 0];
    for (const { silence, endsMs } of this.#timed.values()) {
      if (endsMs <= now.mono) continue;
      all++;
      if (silence.organizationId === organizationId) own++;
    }
    return { own, all };
  }

  find(id: string): Silence | undefined {
    return this.#timed.get(id)?.silence;
  }

  /** By their beginning. */
  list(now: Instant, withEnded: boolean): readonly Silence[] {
    return [...this.#timed.values()]
      .filter(({ endsMs }) => withEnded || endsMs > now.mono)
      .map(({ silence }) => silence)
      .sort((a, b) => a.startsAt - b.startsAt || (a.id < b.id ? -1 : 1));
  }

  add(silence: Silence, now: Instant): void {
    this.restore(silence, now);
    this.#onChange(silence.id, silence);
    this.#refresh(now);
  }

  /** Ends it now, if it has not ended. */
  end(id: string, now: Instant): Silence | undefined {
    const timed = this.#timed.get(id);
    if (!timed || timed.endsMs <= now.mono) return timed?.silence;
    const endsAt = Math.max(timed.silence.startsAt, now.wall);
    const silence = { ...timed.silence, endsAt };
    const startsMs = Math.min(timed.startsMs, now.mono);
    this.#timed.set(id, { silence, startsMs, endsMs: now.mono });
    this.#onChange(id, silence);
    this.#due = now.mono;
    return silence;
  }

  /** Takes up a silence from before a restart: it ends when it was told to end. */
  restore(silence: Silence, now: Instant): void {
    const startsMs = now.mono + silence.startsAt - now.wall;
    const endsMs = now.mono + silence.endsAt - now.wall;
    this.#timed.set(silence.id, { silence, startsMs, endsMs });
    this.#due = now.mono;
  }

  /** True when what is in force has changed since the last call. */
  advance(now: Instant): boolean {
    this.#refresh(now);
    const changed = this.#changed;
    this.#changed = false;
    return changed;
  }

  #refresh(now: Instant): void {
    if (now.mono < this.#due) return;
    this.#forget(now);
    const before = this.#inForce;
    const timed = [...this.#timed.values()];
    const nowMs = now.mono;
    this.#inForce = timed.filter(({ startsMs, endsMs }) => startsMs <= nowMs && nowMs < endsMs);
    const instants = timed.flatMap((one) => [one.startsMs, one.endsMs, one.endsMs + SHOWN_MS]);
    this.#due = instants.reduce((due, at) => (at > nowMs ? Math.min(due, at) : due), Infinity);
    this.#inForceOf = byOrganization(this.#inForce);
    const { length } = this.#inForce;
    if (length !== before.length || this.#inForce.some((one, index) => one !== before[index])) {
      this.#changed = true;
    }
  }

  /** The silence that keeps it from being told; undefined when none does. */
  over(subject: Silenceable): Silence | undefined {
    if (this.#inForce.length === 0) return undefined;
    const { organizationId } = subject;
    const own = organizationId === undefined ? undefined : this.#find(organizationId, subject);
    return own ?? this.#find("*", subject);
  }

  #find(owner: string, subject: Silenceable): Silence | undefined {
    const timed = this.#inForceOf.get(owner);
    return timed?.find(({ silence }) => this.#matches(silence, subject))?.silence;
  }

  /** The silences that keep all of it from being told: the first of them. */
  overAll(subjects: Iterable<Silenceable>): Silence | undefined {
    let first: Silence | undefined;
    for (const subject of subjects) {
      const silence = this.over(subject);
      if (!silence) return undefined;
      first ??= silence;
    }
    return first;
  }

  /** Whether one of its organization, or of all, matches. */
  #matches({ idPrefix, agentType, labels, kinds }: Silence, subject: Silenceable): boolean {
    if (kinds.length > 0 && !kinds.includes(subject.kind)) return false;
    if (!subject.agentId.startsWith(idPrefix)) return false;
    if (agentType !== "" && agentType !== subject.agentType) return false;
    const wanted = Object.entries(labels);
    if (wanted.length === 0) return true;
    if (subject.organizationId === undefined) return false;
    const carried = this.#labelsOf(subject.organizationId, subject.agentId);
    return wanted.every(([name, value]) => carried[name] === value);
  }

  #forget(now: Instant): void {
    const ended = [...this.#timed.values()]
      .filter(({ endsMs }) => endsMs <= now.mono)
      .sort((a, b) => b.endsMs - a.endsMs);
    for (const own of byOrganization(ended).values()) {
      for (const [index, { silence, endsMs }] of own.entries()) {
        if (index < MOST_ENDED && now.mono - endsMs < SHOWN_MS) continue;
        this.#timed.delete(silence.id);
        this.#onChange(silence.id, undefined);
      }
    }
  }
}

function byOrganization(timed: readonly Timed[]): ReadonlyMap<string, readonly Timed[]> {
  return Map.groupBy(timed, ({ silence }) => silence.organizationId);
}
