import { registerHooks } from "node:module";
import { mutations } from "./mutations.ts";

/**
 * Breaks a rule on purpose: the sources that are loaded from now on are the real ones but for the edit.
 * Throws when there is no such mutation, or when the sources no longer have what it replaces.
 */
export function mutate(name: string): void {
  const mutation = mutations.find((one) => one.name === name);
  if (!mutation) throw new Error(`there is no mutation ${name}`);
  registerHooks({
    load(url, context, nextLoad) {
      const loaded = nextLoad(url, context);
      const edits = mutation.edits.filter(({ file }) => url.endsWith(`/src/${file}`));
      if (edits.length === 0) return loaded;
      let source = String(loaded.source);
      for (const { file, find, replace } of edits) {
        if (source.split(find).length !== 2) {
          throw new Error(`mutation ${name}: src/${file} does not have, exactly once: ${find}`);
        }
        source = source.replace(find, () => replace);
      }
      return { ...loaded, source };
    },
  });
}
