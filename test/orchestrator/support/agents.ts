import { PeriodicProcessAgent } from "../../../src/orchestrator/index.ts";

/** Agents for processes.test.ts; each says which process it is. */
abstract class Talking extends PeriodicProcessAgent {
  /**
   * The server knows of a process before that does anything else, and has had a beat after its hello: the end
   * of a stream that said no more may be excused, by a hiccup of the server's.
   */
  override async setup(): Promise<void> {
    while ((this.plugin.heartbeat?.getStatus().beatsAcked ?? 0) < 2) {
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
    this.logger.info(`setup ${process.pid}`);
  }

  override async runner(): Promise<void> {
    this.logger.info("runner");
  }

  override onClose(): void {
    const { agentId, connected, beatsSent = 0 } = this.plugin.heartbeat?.getStatus() ?? {};
    this.logger.info(`close ${agentId} ${connected} ${beatsSent > 0}`);
  }
}

export class Short extends Talking {
  static readonly module = import.meta.url;
  static readonly config = { limit: 3, executionIntervalMs: 20 };
}

export class Endless extends Talking {
  static readonly module = import.meta.url;
  static readonly config = { executionIntervalMs: 20 };
}

/** Dies of its second execution, every time. */
export class Dying extends Talking {
  static readonly module = import.meta.url;
  static readonly config = { limit: 100, executionIntervalMs: 20 };
  #lived = false;

  override async runner() {
    await super.runner();
    if (this.#lived) process.kill(process.pid, "SIGKILL");
    this.#lived = true;
  }
}

/** Throws in its first execution, every time. */
export class Throwing extends Talking {
  static readonly module = import.meta.url;

  override async runner() {
    throw new Error("no disk");
  }
}

/** Does not heed that it is to stop. */
export class Deaf extends Talking {
  static readonly module = import.meta.url;

  override async runner() {
    await super.runner();
    await new Promise(() => {});
  }
}
