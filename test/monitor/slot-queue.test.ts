import fc from "fast-check";
import { expect, it } from "vitest";
import { SlotQueue } from "../../src/monitor/slot-queue.ts";

const slot = fc.nat(60);
const deed = fc.oneof(
  { weight: 5, arbitrary: fc.record({ do: fc.constant("add" as const), slot }) },
  { weight: 5, arbitrary: fc.record({ do: fc.constant("delete" as const), slot }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant("shift" as const), slot }) },
);

it("a queue of slots is a Map whose first entry costs nothing to find", () => {
  fc.assert(
    fc.property(fc.array(deed, { maxLength: 400 }), (deeds) => {
      const queue = new SlotQueue<number>();
      const model = new Map<number, number>();
      for (const [note, { do: what, slot }] of deeds.entries()) {
        if (what === "add") {
          queue.add(slot, note);
          model.delete(slot);
          model.set(slot, note);
        } else {
          const gone = what === "delete" ? slot : (queue.first?.slot ?? slot);
          expect(queue.delete(gone)).toBe(model.get(gone));
          model.delete(gone);
        }
        const [first] = model;
        expect(queue.size).toBe(model.size);
        expect(queue.first).toEqual(first && { slot: first[0], note: first[1] });
      }
    }),
    { numRuns: 300 },
  );
});
