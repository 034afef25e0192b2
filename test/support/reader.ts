/** Reads from a watch: what is there now, without waiting for more. */
export class Reader<Item> {
  readonly #items: AsyncIterator<Item>;
  readonly abort = new AbortController();
  #pending: Promise<IteratorResult<Item>> | undefined;
  #failure: { readonly error: unknown } | undefined;

  constructor(open: (context: { signal: AbortSignal }) => AsyncIterable<Item>) {
    this.#items = open({ signal: this.abort.signal })[Symbol.asyncIterator]();
  }

  /** What is there; the failure that ended the watch comes with the next reading. */
  async now(): Promise<Item[]> {
    const items: Item[] = [];
    try {
      if (this.#failure) throw this.#failure.error;
      for (;;) {
        this.#pending ??= this.#items.next();
        const nothing = new Promise<undefined>((resolve) => setImmediate(() => resolve(undefined)));
        const next = await Promise.race([this.#pending, nothing]);
        if (!next) return items;
        this.#pending = undefined;
        if (next.done) return items;
        items.push(next.value);
      }
    } catch (error) {
      if (items.length === 0) throw error;
      this.#failure = { error };
      return items;
    }
  }
}
