import { expect, it } from "vitest";
import { organizationOf, tokenStore } from "../../web/src/data/token.ts";

const token = (claims: object) =>
  `e30.${Buffer.from(JSON.stringify(claims)).toString("base64url")}.c2ln`;

it.each([
  [undefined, "*"],
  [token({ org: "acme" }), "acme"],
  [token({ org: "*" }), "*"],
  [token({}), "*"],
  ["no token", "*"],
  ["a.!!.c", "*"],
])("whose agents are asked for with %o: %o", (text, organization) => {
  expect(organizationOf(text)).toBe(organization);
});

it("a token is kept until it is taken back", () => {
  const kept = new Map<string, string>();
  const storage = {
    getItem: (name: string) => kept.get(name) ?? null,
    setItem: (name: string, value: string) => void kept.set(name, value),
    removeItem: (name: string) => void kept.delete(name),
  };
  const tokens = tokenStore(storage);
  expect(tokens.get()).toBeUndefined();
  tokens.set("t");
  expect(tokens.get()).toBe("t");
  tokens.set("");
  expect(tokens.get()).toBeUndefined();
});
