let loading = false;

/** Imports the file of an agent's class. While it does, that file must not start an orchestrator. */
export async function whileLoading<T>(load: () => Promise<T>): Promise<T> {
  loading = true;
  try {
    return await load();
  } finally {
    loading = false;
  }
}

/**
 * The file that defines the agents may be the program that starts them. Without this check, each of its
 * processes would start the program again, and so on without end.
 *
 * @throws Error in the process of an agent, while its file is being imported.
 */
export function refuseWhileLoading(): void {
  if (!loading) return;
  throw new Error(
    "an agent's process has imported this file, and it starts an orchestrator: put that under `if (import.meta.main)`, or the agent's class into a file of its own",
  );
}
