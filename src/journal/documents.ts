/** Names a document. Neither part is empty or holds a zero byte. */
export interface DocumentName {
  /** Whose kind it is: "alerts". */
  readonly collection: string;
  readonly id: string;
}

/** Something that is kept beside agents and events. What is in it only its writer knows. */
export interface Document extends DocumentName {
  readonly body: string;
}

/** Documents that changed, and those that are no more. None is among both. */
export interface DocumentChanges {
  readonly changed: readonly Document[];
  readonly removed: readonly DocumentName[];
}

export const noDocuments: DocumentChanges = Object.freeze({ changed: [], removed: [] });

/** Changes of documents one after the other, as one: of each only the last counts. */
export class DocumentMerge {
  /** By collection, then by id; undefined for one that is no more. */
  readonly #collections = new Map<string, Map<string, string | undefined>>();

  change(collection: string, id: string, body: string): void {
    this.#of(collection).set(id, body);
  }

  remove(collection: string, id: string): void {
    this.#of(collection).set(id, undefined);
  }

  add({ changed, removed }: DocumentChanges): void {
    for (const { collection, id } of removed) this.remove(collection, id);
    for (const { collection, id, body } of changed) this.change(collection, id, body);
  }

  /** Everything so far; from here on it is empty. */
  take(): DocumentChanges {
    if (this.#collections.size === 0) return noDocuments;
    const changed: Document[] = [];
    const removed: DocumentName[] = [];
    for (const [collection, documents] of this.#collections) {
      for (const [id, body] of documents) {
        if (body === undefined) removed.push({ collection, id });
        else changed.push({ collection, id, body });
      }
    }
    this.#collections.clear();
    return { changed, removed };
  }

  #of(collection: string): Map<string, string | undefined> {
    let documents = this.#collections.get(collection);
    if (!documents) {
      documents = new Map();
      this.#collections.set(collection, documents);
    }
    return documents;
  }
}
