import { beforeEach, describe, expect, it } from "vitest";
import { AgentColumns, type Slot } from "../../src/monitor/columns.ts";
import { defaultPolicy } from "../../src/monitor/policy.ts";
import { Takers } from "../../src/monitor/takers.ts";

describe("agents that take lost tasks, while none is open", () => {
  const columns = new AgentColumns();
  const slots = Array.from({ length: 150 }, (_, n) =>
    columns.take("default", `a${n}`, defaultPolicy, 0),
  );
  let takers: Takers;
  let asked: Slot[];
  let open: Set<Slot>;

  /** Whom a task gets that waits, at this instant. */
  function seek(nowMs: number): Slot | undefined {
    const isOpen = (slot: Slot) => {
      asked.push(slot);
      return open.has(slot);
    };
    return takers.cheapest(slots[0], { isOpen, cost: () => 0 }, nowMs);
  }

  beforeEach(() => {
    takers = new Takers(columns);
    for (const slot of slots) takers.set(slot, true);
    asked = [];
    open = new Set();
  });

  it("are each asked once a second, however many tasks wait", () => {
    for (let task = 0; task < 10_000; task++) expect(seek(0)).toBeUndefined();
    expect(new Set(asked).size).toBe(150);
    expect(asked.length).toBeLessThan(2 * 150);
    seek(999);
    expect(asked.length).toBeLessThan(2 * 150);
  });

  it("are found after that second", () => {
    for (let task = 0; task < 10; task++) seek(0);
    open.add(slots[140]);
    expect(seek(999)).toBeUndefined();
    const found = [seek(1_000), seek(1_000), seek(1_000)];
    expect(found).toContain(slots[140]);
  });

  it("are asked at once when a new one is among them", () => {
    takers.set(slots[7], false);
    for (let task = 0; task < 10; task++) seek(0);
    open.add(slots[7]);
    takers.set(slots[7], true);
    expect([seek(1), seek(1), seek(1)]).toContain(slots[7]);
  });
});
