/** A program that forgets `if (import.meta.main)`. */
import { Orchestrator, PeriodicProcessAgent } from "../../../src/orchestrator/index.ts";

export class Unguarded extends PeriodicProcessAgent {
  static readonly module = import.meta.url;
  override runner() {}
}

const orchestrator = new Orchestrator({ runMode: "once", restart: { policy: "never" } });
orchestrator.register(Unguarded).start();
await orchestrator.join();
