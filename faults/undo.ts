/**
 * What must not outlive a run, beside processes and temporary folders: namespaces, links, mounts.
 */

const steps: (() => void)[] = [];

process.once("exit", () => undoAll());

/** Remembers how to undo something. The returned function undoes it now. */
export function undoLater(step: () => void): () => void {
  steps.push(step);
  return () => {
    const index = steps.indexOf(step);
    if (index === -1) return;
    steps.splice(index, 1);
    step();
  };
}

/** Undoes all, the latest first. One that fails stops no other. */
export function undoAll(): void {
  for (const step of steps.splice(0).reverse()) {
    try {
      step();
    } catch (error) {
      console.error(`not cleaned up: ${(error as Error).message}`);
    }
  }
}
