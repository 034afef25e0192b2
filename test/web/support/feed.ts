/** A stream whose end a test holds: what is put in comes out until it ends or fails. */
export class Feed<Value> {
  readonly #values: Value[] = [];
  #wake: () => void = () => {};
  #end: { readonly error?: Error } | undefined;

  put(...values: Value[]): void {
    this.#values.push(...values);
    this.#wake();
  }

  end(error?: Error): void {
    this.#end = error ? { error } : {};
    this.#wake();
  }

  async *read(signal: AbortSignal): AsyncGenerator<Value> {
    const aborted = new Promise<void>((resolve) => {
      signal.addEventListener("abort", () => resolve(), { once: true });
    });
    while (!signal.aborted) {
      while (this.#values.length > 0) yield this.#values.shift() as Value;
      if (this.#end) {
        if (this.#end.error) throw this.#end.error;
        return;
      }
      const woken = new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
      await Promise.race([woken, aborted]);
    }
  }
}
