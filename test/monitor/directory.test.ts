import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { Directory } from "../../src/monitor/directory.ts";

describe("a directory", () => {
  const deed = fc.record({
    do: fc.constantFrom("add" as const, "remove" as const, "read" as const),
    organization: fc.constantFrom("x", "y"),
    id: fc.string({ minLength: 1, maxLength: 2 }),
  });

  it("has the ids of each organization in order, whoever came and went", () => {
    fc.assert(
      fc.property(fc.array(deed, { maxLength: 100 }), (deeds) => {
        const ids: string[] = [];
        const directory = new Directory(ids, 1);
        const naive = { x: new Set<string>(), y: new Set<string>() } as Record<string, Set<string>>;
        for (const { do: what, organization, id } of deeds) {
          const known = naive[organization].has(id);
          if (what === "add" && !known) {
            directory.add(organization, id, ids.push(id) - 1);
            naive[organization].add(id);
          } else if (what === "remove" && known) {
            directory.remove(organization, id);
            naive[organization].delete(id);
          } else if (what === "read") {
            expect(directory.ids(organization)).toEqual([...naive[organization]].sort());
          }
          expect(directory.count(organization)).toBe(naive[organization].size);
        }
        const peopled = ["x", "y"].filter((name) => naive[name].size > 0);
        expect(directory.organizations()).toEqual(peopled);
        for (const name of peopled) {
          expect(directory.ids(name)).toEqual([...naive[name]].sort());
        }
      }),
      { numRuns: 300 },
    );
  });
});
