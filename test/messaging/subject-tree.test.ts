import fc from "fast-check";
import { expect, it } from "vitest";
import { matches } from "../../src/messaging/subject.ts";
import { SubjectTree } from "../../src/messaging/subject-tree.ts";

const token = fc.constantFrom("a", "b", "c");
const subject = fc.array(token, { minLength: 1, maxLength: 4 }).map((tokens) => tokens.join("."));
const subscription = fc
  .tuple(
    fc.array(fc.oneof(token, fc.constant("*")), { minLength: 0, maxLength: 3 }),
    fc.constantFrom("a", "b", "*", ">"),
  )
  .map(([tokens, last]) => [...tokens, last].join("."));

type Step =
  | { readonly kind: "add"; readonly subscription: string; readonly receiver: number }
  | { readonly kind: "remove"; readonly at: number };

const step: fc.Arbitrary<Step> = fc.oneof(
  fc.record({
    kind: fc.constant("add" as const),
    subscription,
    receiver: fc.integer({ min: 0, max: 4 }),
  }),
  fc.record({ kind: fc.constant("remove" as const), at: fc.nat() }),
);

it("finds whom a look at every subscription finds, also after some were taken back", () => {
  fc.assert(
    fc.property(fc.array(step, { maxLength: 40 }), fc.array(subject), (steps, subjects) => {
      const tree = new SubjectTree<number>();
      const model: { subscription: string; receiver: number }[] = [];
      for (const one of steps) {
        if (one.kind === "add") {
          tree.add(one.subscription, one.receiver);
          model.push(one);
        } else if (model.length > 0) {
          const [gone] = model.splice(one.at % model.length, 1);
          tree.remove(gone!.subscription, gone!.receiver);
        }
      }
      for (const one of subjects) {
        const wanted = model.filter((entry) => matches(entry.subscription, one));
        expect(tree.match(one)).toEqual(new Set(wanted.map(({ receiver }) => receiver)));
      }
      expect(tree.isEmpty).toBe(model.length === 0);
    }),
  );
});
