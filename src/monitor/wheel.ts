/**
 * A hierarchical timing wheel over small integers.
 *
 * Setting, moving and clearing a timer are a few stores into typed arrays; a tick costs what expires in
 * it, never what is set. Four levels of 256 buckets reach 256^4 ticks (497 days at 10 ms); a timer
 * beyond that is looked at when the last level comes round, and put back.
 *
 * A timer fires at the first tick that is not before its instant: never early, at most a tick late.
 */

const BITS = 8;
const BUCKETS = 1 << BITS;
const LEVELS = 4;
/** Ticks that one bucket of a level spans. */
const SPAN = Array.from({ length: LEVELS + 1 }, (_, level) => BUCKETS ** level);
const NONE = -1;

export class TimingWheel {
  readonly #tickMs: number;
  /** The last tick that was processed. */
  #tick: number;
  /** First timer of each bucket; level after level. */
  readonly #head = new Int32Array(LEVELS * BUCKETS).fill(NONE);
  /** Timers on each level, so that empty stretches are leapt over. */
  readonly #count = new Int32Array(LEVELS);
  #next: Int32Array;
  #previous: Int32Array;
  #bucket: Int16Array;
  #due: Float64Array;

  /**
   * @param tickMs resolution in milliseconds
   * @param nowMs the instant from which it runs
   * @param capacity timers to make room for; it grows by itself
   */
  constructor(tickMs: number, nowMs: number, capacity = 64) {
    this.#tickMs = tickMs;
    this.#tick = Math.floor(nowMs / tickMs);
    this.#next = new Int32Array(capacity);
    this.#previous = new Int32Array(capacity);
    this.#bucket = new Int16Array(capacity).fill(NONE);
    this.#due = new Float64Array(capacity);
  }

  /** How many timers are set. */
  get size(): number {
    return this.#count[0] + this.#count[1] + this.#count[2] + this.#count[3];
  }

  /** Sets timer `id` to `atMs`, or moves it there. An instant in the past fires at the next tick. */
  schedule(id: number, atMs: number): void {
    if (id >= this.#bucket.length) this.#grow(id + 1);
    if (this.#bucket[id] !== NONE) this.#unlink(id);
    this.#due[id] = Math.ceil(atMs / this.#tickMs);
    this.#link(id, this.#tick + 1);
  }

  /** Clears timer `id`; harmless when it is not set. */
  cancel(id: number): void {
    if (id < this.#bucket.length && this.#bucket[id] !== NONE) this.#unlink(id);
  }

  /**
   * Fires the timers that are due by `nowMs`, at most `limit` of them. `expire` may set any timer, its own
   * included. Returns false when the limit was reached: the next call goes on from there.
   */
  advance(nowMs: number, expire: (id: number) => void, limit = Number.POSITIVE_INFINITY): boolean {
    const target = Math.floor(nowMs / this.#tickMs);
    let left = this.#fire(expire, limit);
    while (left > 0 && this.#tick < target) {
      this.#tick = Math.min(target, this.#leap());
      for (let level = 1; level < LEVELS && this.#tick % SPAN[level] === 0; level++) {
        this.#cascade(level);
      }
      left = this.#fire(expire, left);
    }
    return left > 0;
  }

  /** The next tick at which anything can happen: the next one, or the next turn of an empty level. */
  #leap(): number {
    let level = 0;
    while (level < LEVELS && this.#count[level] === 0) level++;
    if (level === LEVELS) return Number.POSITIVE_INFINITY;
    return (Math.floor(this.#tick / SPAN[level]) + 1) * SPAN[level];
  }

  /** Spreads the bucket that begins now over the levels below. */
  #cascade(level: number): void {
    const bucket = level * BUCKETS + (Math.floor(this.#tick / SPAN[level]) % BUCKETS);
    for (let id = this.#head[bucket]; id !== NONE; ) {
      const following = this.#next[id];
      this.#unlink(id);
      // This tick's own bucket has yet to fire.
      this.#link(id, this.#tick);
      id = following;
    }
  }

  /** Fires this tick's bucket; returns how many more timers may fire. */
  #fire(expire: (id: number) => void, limit: number): number {
    const bucket = this.#tick % BUCKETS;
    let left = limit;
    // A callback links into later buckets only, so the head empties.
    for (let id = this.#head[bucket]; id !== NONE && left > 0; id = this.#head[bucket]) {
      this.#unlink(id);
      expire(id);
      left--;
    }
    return left;
  }

  #link(id: number, earliest: number): void {
    const due = Math.max(this.#due[id], earliest);
    const ahead = due - this.#tick;
    let level = 0;
    while (level < LEVELS - 1 && ahead >= SPAN[level + 1]) level++;
    // Beyond the horizon: the farthest bucket, from where it is put back.
    const at = ahead >= SPAN[LEVELS] ? this.#tick + SPAN[LEVELS] - SPAN[LEVELS - 1] : due;
    const bucket = level * BUCKETS + (Math.floor(at / SPAN[level]) % BUCKETS);
    const first = this.#head[bucket];
    this.#next[id] = first;
    this.#previous[id] = NONE;
    if (first !== NONE) this.#previous[first] = id;
    this.#head[bucket] = id;
    this.#bucket[id] = bucket;
    this.#count[level]++;
  }

  #unlink(id: number): void {
    const bucket = this.#bucket[id];
    const next = this.#next[id];
    const previous = this.#previous[id];
    if (previous === NONE) this.#head[bucket] = next;
    else this.#next[previous] = next;
    if (next !== NONE) this.#previous[next] = previous;
    this.#bucket[id] = NONE;
    this.#count[bucket >> BITS]--;
  }

  #grow(needed: number): void {
    const capacity = Math.max(needed, this.#bucket.length * 2);
    const next = new Int32Array(capacity);
    next.set(this.#next);
    this.#next = next;
    const previous = new Int32Array(capacity);
    previous.set(this.#previous);
    this.#previous = previous;
    const bucket = new Int16Array(capacity).fill(NONE);
    bucket.set(this.#bucket);
    this.#bucket = bucket;
    const due = new Float64Array(capacity);
    due.set(this.#due);
    this.#due = due;
  }
}
