/** Throws unless all are numbers: what was kept is not believed unseen. */
export function expectNumbers(values: readonly unknown[]): void {
  for (const value of values) {
    if (typeof value !== "number") throw new Error(`${value} is no number`);
  }
}
