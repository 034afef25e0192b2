/**
 * Network namespaces: a machine within the machine, on a cable that can be cut.
 */
import { run } from "./needs.ts";
import { undoLater } from "./undo.ts";

/** Addresses for measuring networks (RFC 2544), which nobody uses for anything else. */
const NETWORK = "198.18";

let made = 0;

/** A namespace with one cable to this one. */
export class Namespace {
  readonly name: string;
  /** How whoever is inside reaches this side. */
  readonly hostAddress: string;
  readonly #cable: string;
  readonly #undo: () => void;
  #laid = false;

  constructor() {
    const number = ++made;
    const id = `${process.pid % 100_000}-${number}`;
    this.name = `heartbeat-${id}`;
    this.#cable = `hbh${id}`;
    const inner = `hbn${id}`;
    this.hostAddress = `${NETWORK}.${number}.1`;
    run("ip", ["netns", "add", this.name]);
    this.#undo = undoLater(() => {
      // By itself it would go with the last process inside.
      if (this.#laid) run("ip", ["link", "delete", this.#cable]);
      run("ip", ["netns", "delete", this.name]);
    });
    run("ip", ["link", "add", this.#cable, "type", "veth", "peer", "name", inner]);
    this.#laid = true;
    run("ip", ["link", "set", inner, "netns", this.name]);
    run("ip", ["address", "add", `${this.hostAddress}/24`, "dev", this.#cable]);
    run("ip", ["link", "set", this.#cable, "up"]);
    this.#inside("ip", "address", "add", `${NETWORK}.${number}.2/24`, "dev", inner);
    this.#inside("ip", "link", "set", "lo", "up");
    this.#inside("ip", "link", "set", inner, "up");
  }

  /** Pulls the cable: nothing passes, and nobody is told. */
  cut(): void {
    run("ip", ["link", "set", this.#cable, "down"]);
  }

  mend(): void {
    run("ip", ["link", "set", this.#cable, "up"]);
  }

  /** A firewall that swallows every packet, both ways. */
  swallow(): void {
    this.#inside("nft", "add table inet fault");
    for (const hook of ["input", "output"]) {
      this.#inside(
        "nft",
        `add chain inet fault ${hook} { type filter hook ${hook} priority 0; policy drop; }`,
      );
    }
  }

  pass(): void {
    this.#inside("nft", "delete table inet fault");
  }

  remove(): void {
    this.#undo();
  }

  #inside(program: string, ...args: string[]): void {
    run("ip", ["netns", "exec", this.name, program, ...args]);
  }
}
