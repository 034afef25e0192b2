import { create } from "@bufbuild/protobuf";
import { durationFromMs } from "@bufbuild/protobuf/wkt";
import {
  CancelTaskRequestSchema,
  PauseAgentRequestSchema,
  RegisterAgentRequestSchema,
  ResumeAgentRequestSchema,
  UnregisterAgentRequestSchema,
  UpdatePolicyRequestSchema,
} from "../../gen/typescript/heartbeat/v1/control_service_pb.js";
import {
  GetStatusRequestSchema,
  ListAgentsRequestSchema,
} from "../../gen/typescript/heartbeat/v1/status_service_pb.js";
import type { Services } from "../../src/services/services.ts";
import { Caller } from "./calls.ts";
import { type Machine, Process } from "./machine.ts";
import type { OperatorRules } from "./operator-rules.ts";
import type { Path } from "./path.ts";
import type { Action } from "./scenario.ts";
import type { SimServer } from "./server.ts";

interface Name {
  readonly organizationId: string;
  readonly agentId: string;
}

/** Somebody at a terminal: calls, and remembers what was answered. */
export class Operator {
  readonly #server: SimServer;
  readonly #caller: Caller;
  readonly #rules: OperatorRules;

  constructor(server: SimServer, machine: Machine, path: Path, rules: OperatorRules) {
    this.#server = server;
    this.#caller = new Caller(server, new Process(machine), path);
    this.#rules = rules;
  }

  act(action: Action, name: Name): void {
    switch (action.kind) {
      case "pause": {
        const pauseFor = durationFromMs(action.ms);
        const request = create(PauseAgentRequestSchema, { ...name, pauseFor });
        return this.#do(({ control }) => control.pauseAgent(request));
      }
      case "resume": {
        const request = create(ResumeAgentRequestSchema, name);
        return this.#do(({ control }) => control.resumeAgent(request));
      }
      case "register": {
        const agentId = `expected-${name.agentId}`;
        const request = create(RegisterAgentRequestSchema, { ...name, agentId });
        return this.#do(({ control }) => control.registerAgent(request));
      }
      case "unregister": {
        const request = create(UnregisterAgentRequestSchema, name);
        return this.#do(({ control }) => control.unregisterAgent(request));
      }
      case "set-policy": {
        const intervalMs = action.interval ?? 5_000;
        const policy = { interval: durationFromMs(intervalMs) };
        const request = create(UpdatePolicyRequestSchema, { ...name, policy });
        const key = `${name.organizationId}/${name.agentId}`;
        return this.#do(async ({ control }) => {
          this.#rules.asked(key);
          await control.updatePolicy(request);
          this.#rules.answered(key, intervalMs);
        });
      }
      case "cancel-task": {
        const request = create(CancelTaskRequestSchema, { ...name, taskId: action.task });
        return this.#do(({ control }) => control.cancelTask(request));
      }
      case "audit":
        return this.#audit();
    }
  }

  /** Calls; whatever is answered well must be kept by then. */
  #do(method: (services: Services) => Promise<unknown>): void {
    this.#caller.call(
      async (services) => {
        const answer = method(services);
        // The command itself has run by now; the answer waits for the disk.
        const decided = this.#rules.decidedLast;
        const { house } = this.#server;
        const response = await answer;
        this.#rules.kept(decided, house);
        return response;
      },
      () => {},
    );
  }

  /** GetStatus and ListAgents, of the same instant, must agree. */
  #audit(): void {
    this.#caller.call(
      async ({ status }) => {
        const [summary, list] = await Promise.all([
          status.getStatus(create(GetStatusRequestSchema, {})),
          status.listAgents(
            create(ListAgentsRequestSchema, { organizationId: "*", pageSize: 1_000 }),
          ),
        ]);
        this.#rules.audited(summary, list);
        return summary;
      },
      () => {},
    );
  }
}
