import { readdirSync, readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";

const root = new URL("../../", import.meta.url);
const read = (path: string) => readFileSync(new URL(path, root), "utf8");

/** A sample in a page: `<!-- from PATH -->`, then a fence with the file's whole text. */
const SAMPLE = /<!-- from (\S+) -->\s*```\w*\n([\s\S]*?)```/g;

const pages = readdirSync(new URL("docs/clients/", root)).map((page) => `docs/clients/${page}`);

describe.each([...pages, "docs/rpc.md"])("%s", (page) => {
  const text = read(page);
  const samples = [...text.matchAll(SAMPLE)].map(([, path = "", code = ""]) => ({ path, code }));

  it.each(samples)("shows $path as it is", ({ path, code }) => {
    expect(code.trim()).toBe(read(path).trim());
  });

  it("names its samples in a form that is compared", () => {
    expect(samples).toHaveLength(text.split("<!-- from ").length - 1);
  });
});
