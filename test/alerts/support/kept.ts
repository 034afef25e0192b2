import type { Document, DocumentChanges } from "../../../src/journal/documents.ts";

/** A disk for documents: what was changed is there, what was removed is not. */
export class KeptDocuments {
  readonly #documents = new Map<string, Document>();

  apply({ changed, removed }: DocumentChanges): void {
    for (const { id } of removed) this.#documents.delete(id);
    for (const document of changed) this.#documents.set(document.id, document);
  }

  get all(): Document[] {
    return [...this.#documents.values()];
  }

  get bytes(): number {
    return this.all.reduce((sum, { body }) => sum + body.length, 0);
  }
}
