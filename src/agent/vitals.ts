import { create } from "@bufbuild/protobuf";
import { durationFromMs } from "@bufbuild/protobuf/wkt";
import { type Vitals, VitalsSchema } from "../../gen/typescript/heartbeat/v1/heartbeat_pb.js";
import type { Clock } from "../clock.ts";

/** Measures the process: processor use since the last measurement, resident memory, timer lag. */
export class VitalsMeter {
  readonly #clock: Clock;
  #since: number;
  #used: NodeJS.CpuUsage;
  #cpu = 0;

  constructor(clock: Clock) {
    this.#clock = clock;
    this.#since = clock.preciseMs();
    this.#used = process.cpuUsage();
  }

  /** @param lagMs How late the agent's own timer fired: what every timer of the process suffers. */
  measure(lagMs: number): Vitals {
    return create(VitalsSchema, {
      cpu: this.#measureCpu(),
      rssBytes: BigInt(process.memoryUsage.rss()),
      loopLag: durationFromMs(Math.max(0, Math.round(lagMs))),
    });
  }

  /** In cores. A span under 1 ms measures nothing but noise, so the last figure stands. */
  #measureCpu(): number {
    const now = this.#clock.preciseMs();
    const elapsedMs = now - this.#since;
    if (elapsedMs < 1) return this.#cpu;
    const used = process.cpuUsage();
    const usedUs = used.user + used.system - this.#used.user - this.#used.system;
    this.#since = now;
    this.#used = used;
    this.#cpu = Math.max(0, usedUs / 1000 / elapsedMs);
    return this.#cpu;
  }
}
