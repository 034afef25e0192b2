import type { Channel } from "../../src/alerts/channel.ts";
import { Courier } from "../../src/alerts/courier.ts";
import { AlertDesk } from "../../src/alerts/desk.ts";
import { Outbox } from "../../src/alerts/outbox.ts";
import { type Routing, tellingNobody } from "../../src/alerts/routing.ts";
import type { Engine } from "../../src/engine/engine.ts";
import type { ServiceParts } from "../../src/services/parts.ts";

export interface TestAlertsOptions {
  readonly routing?: Routing;
  readonly channels?: readonly Channel[];
  /** What the names of alerts begin with. Default: "alert". */
  readonly name?: string;
}

/** Alerts of a house, before it has an engine. Names are "alert-1" and so on, and nothing is left to chance. */
export class TestAlerts {
  readonly outbox: Outbox;
  readonly desk: AlertDesk;
  readonly problems: string[] = [];
  readonly #channels: readonly Channel[];

  constructor(options: TestAlertsOptions = {}) {
    const { routing = tellingNobody, channels = [], name = "alert" } = options;
    this.#channels = channels;
    this.outbox = new Outbox({
      channels: channels.map(({ name }) => name),
      random: () => 0.5,
      onUnreadable: (id) => this.problems.push(`unreadable: ${id}`),
    });
    let ids = 0;
    this.desk = new AlertDesk({
      routing,
      outgoing: this.outbox,
      newId: () => `${name}-${++ids}`,
      onProblem: (problem) => this.problems.push(problem),
    });
  }

  /** What the services get of them. */
  begin(engine: Engine, log: ServiceParts["log"]): ServiceParts["alerts"] & { courier: Courier } {
    const { outbox, desk } = this;
    const courier = new Courier(this.#channels, {
      clock: engine.clock,
      now: () => engine.now(),
      outbox,
      keeper: { keep: () => engine.keepDocuments(), kept: () => engine.log.kept() },
      firing: desk.book,
      log,
    });
    return { book: desk.book, deliveries: courier, courier };
  }
}
