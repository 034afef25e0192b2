import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { hashOf, IdTable } from "../../src/monitor/id-table.ts";

describe("an id table", () => {
  const id = fc.oneof(
    fc.string({ minLength: 1, maxLength: 4 }),
    fc.constantFrom("a", "b", "c", "d"),
  );
  const deed = fc.record({ add: fc.boolean(), id });

  it("finds what a Map finds, through comings and goings", () => {
    fc.assert(
      fc.property(fc.array(deed, { maxLength: 300 }), fc.integer(), (deeds, seed) => {
        const ids: string[] = [];
        const table = new IdTable(ids, seed);
        const naive = new Map<string, number>();
        for (const { add, id } of deeds) {
          if (add && !naive.has(id)) {
            const slot = ids.push(id) - 1;
            table.add(id, slot);
            naive.set(id, slot);
          } else if (!add) {
            expect(table.remove(id)).toBe(naive.delete(id));
          }
          expect(table.find(id)).toBe(naive.get(id));
          expect(table.size).toBe(naive.size);
        }
        expect([...table.slots()].sort((a, b) => a - b)).toEqual(
          [...naive.values()].sort((a, b) => a - b),
        );
        for (const [id, slot] of naive) expect(table.find(id)).toBe(slot);
      }),
      { numRuns: 300 },
    );
  });

  it("does not grow by names that come and go", () => {
    const ids = [""];
    const table = new IdTable(ids, 7);
    for (let round = 0; round < 100_000; round++) {
      ids[0] = `name-${round}`;
      table.add(ids[0], 0);
      table.remove(ids[0]);
    }
    expect(table.size).toBe(0);
    expect(table.capacity).toBeLessThanOrEqual(64);
  });

  it("spreads the names of a fleet, from any seed", () => {
    for (const seed of [0, 1, 0x811c9dc5, -1]) {
      const buckets = new Uint32Array(1024);
      for (let n = 0; n < 102_400; n++) buckets[hashOf(`fleet/agent-${n}`, seed) & 1023]++;
      expect(Math.max(...buckets)).toBeLessThan(160);
      expect(Math.min(...buckets)).toBeGreaterThan(50);
    }
  });
});
