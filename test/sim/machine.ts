import type { Clock, Instant, Timer } from "../../src/clock.ts";
import type { Due } from "./queue.ts";
import type { Random } from "./random.ts";
import type { World } from "./world.ts";

/** Simulated time begins here on every wall. */
const EPOCH = Date.UTC(2026, 0, 1);
/** How far a turn of the loop moves time. */
const TURN_MS = 0.25;
/** Of the sockets that are ready after a pause, those that the loop reads one turn later. */
const READ_LATER_MS = 0.3;

/**
 * A computer: a monotonic clock that drifts a little and stands still while it is suspended, and a wall
 * clock that somebody may set.
 */
export class Machine {
  readonly world: World;
  readonly name: string;
  readonly random: Random;
  /** Local milliseconds a millisecond of the world. */
  readonly #rate: number;
  #mono: number;
  #since: number;
  #wallOffset = EPOCH;
  #suspendedAt: number | undefined;
  /** Without power a machine answers nothing, not even that it does not answer. */
  powered = true;

  constructor(world: World, name: string, driftPpm = 50) {
    this.world = world;
    this.name = name;
    this.random = world.random.fork(`machine ${name}`);
    this.#rate = 1 + this.random.between(-driftPpm, driftPpm) / 1e6;
    this.#mono = this.random.between(1e3, 1e8);
    this.#since = world.now;
  }

  get isSuspended(): boolean {
    return this.#suspendedAt !== undefined;
  }

  get mono(): number {
    if (this.#suspendedAt !== undefined) return this.#mono;
    return this.#mono + (this.world.now - this.#since) * this.#rate;
  }

  get wall(): number {
    return this.#wallOffset + this.world.now;
  }

  /** When, in the world's time, the monotonic clock will show this much if nothing intervenes. */
  worldTimeOf(mono: number): number {
    return this.world.now + (mono - this.mono) / this.#rate;
  }

  stepWall(ms: number): void {
    this.#wallOffset += ms;
  }

  /** The monotonic clock stands still from now on; the wall goes on. */
  suspend(): void {
    if (this.#suspendedAt !== undefined) return;
    this.#mono = this.mono;
    this.#suspendedAt = this.world.now;
  }

  wake(): void {
    if (this.#suspendedAt === undefined) return;
    this.#suspendedAt = undefined;
    this.#since = this.world.now;
  }
}

/** Something for a process that waits until it runs again. */
interface Waiting {
  readonly kind: "timer" | "arrival";
  /** What belongs to one connection stays in order. */
  readonly channel: number;
  readonly run: () => void;
}

/**
 * A process on a machine: what happens to it happens only while it lives and runs. What comes due while
 * it is stopped waits, and happens in the order of a real loop: timers, then sockets, not all of them in
 * the same turn.
 */
export class Process {
  readonly machine: Machine;
  readonly clock: ProcessClock;
  alive = true;
  #stopped = false;
  #waiting: Waiting[] = [];
  /** Arrivals that are read soon after it went on, by channel: what comes after them must not overtake them. */
  readonly #unread = new Map<number, (() => void)[]>();
  readonly #onDeath: (() => void)[] = [];

  constructor(machine: Machine) {
    this.machine = machine;
    this.clock = new ProcessClock(this);
  }

  /** Whether it does anything now. */
  get runs(): boolean {
    return this.alive && !this.#stopped && !this.machine.isSuspended;
  }

  get isStopped(): boolean {
    return this.#stopped || this.machine.isSuspended;
  }

  /** Nothing of it ever happens again. */
  kill(): void {
    this.alive = false;
    this.#waiting = [];
    for (const listener of this.#onDeath) listener();
  }

  /** For those who would wait for it for ever. */
  onDeath(listener: () => void): void {
    this.#onDeath.push(listener);
  }

  stop(): void {
    this.#stopped = true;
  }

  /** Goes on after a stop. */
  cont(): void {
    this.#stopped = false;
    this.goOn();
  }

  /** Its machine has woken, or it is stopped no longer: what has waited happens now, if it runs. */
  goOn(): void {
    if (!this.runs) return;
    const waiting = this.#waiting;
    this.#waiting = [];
    const { world, random } = this.machine;
    for (const { kind, run } of waiting) {
      if (kind === "timer") world.in(0, () => this.#timer(run));
    }
    for (const { kind, channel, run } of waiting) {
      if (kind !== "arrival") continue;
      if (!this.#unread.has(channel)) {
        this.#unread.set(channel, []);
        world.in(random.chance(0.3) ? READ_LATER_MS : 0, () => this.#read(channel));
      }
      this.arrive(channel, run);
    }
  }

  /** A socket or the disk has something for it. */
  arrive(channel: number, run: () => void): void {
    const before = this.#unread.get(channel);
    if (before) before.push(run);
    else this.#happen({ kind: "arrival", channel, run });
  }

  /** Reads the next of a channel's arrivals, each a step of its own; stopped again, all of them wait again. */
  #read(channel: number): void {
    const unread = this.#unread.get(channel) ?? [];
    if (this.runs) unread.shift()?.();
    if (unread.length > 0 && this.runs) {
      this.machine.world.in(0, () => this.#read(channel));
    } else {
      this.#unread.delete(channel);
      for (const run of unread) this.#happen({ kind: "arrival", channel, run });
    }
  }

  /** One of its timers has come up. */
  elapse(run: () => void): void {
    this.#timer(run);
  }

  #timer(run: () => void): void {
    this.#happen({ kind: "timer", channel: 0, run });
  }

  #happen(waiting: Waiting): void {
    if (!this.alive) return;
    if (this.runs) waiting.run();
    else this.#waiting.push(waiting);
  }

  /** Plans for when the machine's monotonic clock shows this much. */
  plan(mono: number, run: () => void): Due {
    const { machine } = this;
    const due = machine.world.at(machine.worldTimeOf(mono), () => this.#comeUp(due, mono, run));
    return due;
  }

  /** A suspended machine's timers come up late: their clock stood still. */
  #comeUp(due: Due, mono: number, run: () => void): void {
    if (!this.alive || due.run === undefined) return;
    const { machine } = this;
    if (machine.isSuspended) {
      this.#waiting.push({ kind: "timer", channel: 0, run: () => this.#replan(due, mono, run) });
    } else if (machine.mono < mono - 1e-3) this.#replan(due, mono, run);
    else this.#timer(() => due.run && run());
  }

  #replan(due: Due, mono: number, run: () => void): void {
    if (due.run === undefined) return;
    const { machine } = this;
    machine.world.at(machine.worldTimeOf(mono), () => this.#comeUp(due, mono, run));
  }
}

/** A process's view of time, as the sources take it. */
export class ProcessClock implements Clock {
  readonly #process: Process;
  /** Timers that are set: what is counted to see that nothing leaks. */
  pending = 0;

  constructor(process: Process) {
    this.#process = process;
  }

  now(): Instant {
    const { machine } = this.#process;
    return { mono: Math.floor(machine.mono), wall: Math.floor(machine.wall) };
  }

  preciseMs(): number {
    return this.#process.machine.mono;
  }

  after(delayMs: number, callback: () => void): Timer {
    this.pending++;
    let isSet = true;
    const unset = () => {
      if (isSet) this.pending--;
      isSet = false;
    };
    const due = this.#process.plan(this.#dueAt(delayMs), () => {
      unset();
      callback();
    });
    return {
      cancel: () => {
        due.run = undefined;
        unset();
      },
    };
  }

  every(periodMs: number, callback: () => void): Timer {
    this.pending++;
    let isSet = true;
    let due: Due;
    const again = () => {
      due = this.#process.plan(this.#dueAt(periodMs), () => {
        again();
        callback();
      });
    };
    again();
    return {
      cancel: () => {
        if (isSet) this.pending--;
        isSet = false;
        due.run = undefined;
      },
    };
  }

  soon(callback: () => void): void {
    const { machine } = this.#process;
    machine.world.in(TURN_MS, () => this.#process.arrive(-1, callback));
  }

  /** As Node's timers: never early, and up to a millisecond late. */
  #dueAt(delayMs: number): number {
    const { machine } = this.#process;
    return Math.floor(machine.mono) + Math.max(1, delayMs) + machine.random.next();
  }
}
