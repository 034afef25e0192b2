import type { BeatRequest } from "../../gen/typescript/heartbeat/v1/heartbeat_service_pb.js";
import type { Notification } from "../../src/alerts/notification.ts";
import { sleep } from "../../src/clock.ts";
import type { RecordedEvent } from "../../src/events/event.ts";
import type { Opened } from "../../src/journal/store.ts";
import type { End } from "./connection.ts";
import type { Disk } from "./disk.ts";
import { type House, openHouse, type ServerSettings } from "./house.ts";
import { Machine, Process } from "./machine.ts";
import type { BeatConnection, Listener } from "./network.ts";
import type { Random } from "./random.ts";
import { ServerStream, type StreamWitness } from "./stream.ts";
import type { World } from "./world.ts";

/** Who hears what the server does. */
export interface ServerWitness extends StreamWitness {
  serverStarted(house: House, opened: Opened): void;
  serverEnded(how: "killed" | "drained"): void;
  serverStopped(): void;
  serverWent(stalledMs: number): void;
  serverLeapt(): void;
  decided(recorded: RecordedEvent): void;
  kept(house: House): void;
  /** A message has arrived at the other side of the one channel that there is. */
  told(notification: Notification): void;
  internalError(line: string): void;
}

/** A supervisor starts a server again that could not start. */
const START_AGAIN_MS = 2_000;
const DRAIN_GRACE_MS = 10_000;

/** The server's machine, and the lives of the server on it. */
export class SimServer implements Listener {
  readonly world: World;
  readonly machine: Machine;
  readonly disk: Disk;
  readonly settings: ServerSettings;
  readonly #witness: ServerWitness;
  readonly #random: Random;
  readonly streams = new Set<ServerStream>();
  process: Process | undefined;
  house: House | undefined;
  #draining = false;
  /** Whether a call that comes is answered: until a drain closes the doors, before the record. */
  takesCalls = false;
  #tidyAt = 64;
  #lives = 0;
  #stoppedAt: number | undefined;
  /** Streams whose keepalives the process had begun when it was stopped. */
  #keptAlive: readonly ServerStream[] = [];

  constructor(world: World, disk: Disk, settings: ServerSettings, witness: ServerWitness) {
    this.world = world;
    this.machine = new Machine(world, "server");
    this.disk = disk;
    this.settings = settings;
    this.#witness = witness;
    this.#random = world.random.fork("server");
  }

  get powered(): boolean {
    return this.machine.powered;
  }

  get listening(): Process | undefined {
    return this.house && !this.#draining ? this.process : undefined;
  }

  get isStopped(): boolean {
    return this.#stoppedAt !== undefined || this.machine.isSuspended;
  }

  accept(connection: BeatConnection): End<BeatRequest> {
    const stream = new ServerStream(this.house!, connection, this.#witness);
    this.streams.add(stream);
    if (this.streams.size > this.#tidyAt) this.#tidy();
    return stream;
  }

  /** Starts a life, unless one runs. It listens once it has recovered. */
  start(): void {
    if (this.process) return;
    const process = new Process(this.machine);
    this.process = process;
    this.#draining = false;
    this.takesCalls = true;
    this.world.stir();
    const store = this.disk.open(process);
    const life = ++this.#lives;
    const onTold = (notification: Notification) => {
      this.#witness.told(notification);
      this.world.stir();
    };
    const onInternalError = (line: string) => this.#witness.internalError(line);
    openHouse(process, store, this.settings, { life, onTold, onInternalError }).then(
      (house) => this.process === process && this.#serve(house, store.opened),
      (error: unknown) => this.#failed(process, error),
    );
  }

  /** kill -9: nothing that was in memory is left, and its kernel closes what was open. */
  kill(): void {
    const { process } = this;
    if (!process) return;
    process.kill();
    this.disk.platter.abandon();
    this.#end("killed");
  }

  stop(): void {
    if (!this.process || this.#stoppedAt !== undefined) return;
    this.process.stop();
    this.#stoppedAt = this.world.now;
    this.#keptAlive = [...this.streams];
    this.#witness.serverStopped();
  }

  /** Goes on; some streams' keepalives had run out meanwhile. */
  cont(breaks: number): void {
    const since = this.#stoppedAt;
    if (since === undefined) return;
    this.#stoppedAt = undefined;
    const process = this.process;
    if (!process) return;
    // A PING that was out when it stopped was answered; its timer comes up before the answer is read.
    if (this.world.now - since >= this.settings.keepaliveTimeoutMs) {
      for (const stream of this.#keptAlive) {
        if (this.#random.chance(breaks)) process.elapse(() => stream.expire());
      }
    }
    process.cont();
    this.#witness.serverWent(this.world.now - since);
  }

  /** The machine sleeps: its monotonic clock stands still, the wall goes on. */
  suspend(): void {
    this.machine.suspend();
  }

  wake(): void {
    if (!this.machine.isSuspended) return;
    this.machine.wake();
    this.world.stir();
    this.#witness.serverLeapt();
    this.process?.goOn();
  }

  /** Somebody sets the wall's clock. */
  stepWall(ms: number): void {
    this.machine.stepWall(ms);
    this.#witness.serverLeapt();
  }

  /** SIGTERM: as `drain` in src/server.ts does it. */
  async drain(): Promise<void> {
    const { house, process } = this;
    if (!house || !process || this.#draining) return;
    this.#draining = true;
    const { engine, sessions, watchers } = house;
    const { clock } = process;
    const until = clock.now().mono + DRAIN_GRACE_MS;
    engine.stop();
    sessions.drain(this.settings.drainSpreadMs);
    watchers.drain();
    while (sessions.openCount > 0 && clock.now().mono < until) {
      await sleep(clock, 20);
      this.world.stir();
    }
    sessions.dismissAll();
    this.world.stir();
    await house.courier.stop();
    this.takesCalls = false;
    await engine.log.close().catch(() => {
      // A disk in trouble at the end: the server goes all the same, and has not ended well.
    });
    if (!process.alive) return;
    process.kill();
    this.#end("drained");
  }

  #end(how: "killed" | "drained"): void {
    for (const { connection } of this.streams) connection.finish("down", "reset");
    this.streams.clear();
    this.process = undefined;
    this.house = undefined;
    this.#stoppedAt = undefined;
    this.#witness.serverEnded(how);
  }

  #tidy(): void {
    for (const stream of this.streams) {
      if (!stream.connection.isOpen) this.streams.delete(stream);
    }
    this.#tidyAt = 64 + 2 * this.streams.size;
  }

  #serve(house: House, opened: Opened): void {
    this.house = house;
    const { engine } = house;
    engine.onEvent((recorded) => this.#witness.decided(recorded));
    engine.log.onGrown(() => this.#witness.kept(house));
    this.#witness.serverStarted(house, opened);
    engine.start();
    house.courier.start();
  }

  #failed(process: Process, error: unknown): void {
    if (this.process !== process) return;
    process.kill();
    this.disk.platter.abandon();
    this.#end("killed");
    // A disk in trouble is a reason not to start; anything else is a fault.
    if (!/disk|readonly/.test(String(error))) this.#witness.internalError(String(error));
    this.world.in(START_AGAIN_MS, () => this.start());
  }
}
