/** What is used of `process`. */
export type SignalSource = Pick<NodeJS.Process, "on" | "off">;

const SIGNALS = ["SIGTERM", "SIGINT"] as const;

/** Hears the signals that end a process. Returns what stops that. */
export function hearSignals(
  source: SignalSource,
  onSignal: (signal: NodeJS.Signals) => void,
): () => void {
  for (const signal of SIGNALS) source.on(signal, onSignal);
  return () => {
    for (const signal of SIGNALS) source.off(signal, onSignal);
  };
}
