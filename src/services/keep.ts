import type { Engine } from "../engine/engine.ts";

/**
 * Does something, and resolves with its result when all that it changed is kept. Throws
 * journal_unavailable, and has done nothing, when nothing can be kept.
 */
export async function keep<Result>(engine: Engine, act: () => Result): Promise<Result> {
  // Asked before: what cannot be kept is not begun.
  if (engine.log.health.name !== "healthy") await engine.log.kept();
  const result = act();
  await engine.log.kept();
  return result;
}
