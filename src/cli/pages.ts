import { limits } from "../config.ts";

interface Page<Item> {
  readonly items: readonly Item[];
  readonly nextPageToken: string;
}

export interface Collected<Item> {
  readonly items: Item[];
  /** Whether the server has more that match. */
  readonly more: boolean;
}

/** Asks for page after page until there are as many as wanted, or no more. */
export async function collect<Item>(
  wanted: number,
  ask: (page: { pageSize: number; pageToken: string }) => Promise<Page<Item>>,
): Promise<Collected<Item>> {
  const items: Item[] = [];
  let pageToken = "";
  do {
    const pageSize = Math.min(limits.pageSize.max, wanted - items.length);
    const page = await ask({ pageSize, pageToken });
    // Not push(...page): an answer's length is the server's choice, and arguments have a limit.
    for (const item of page.items) items.push(item);
    pageToken = page.nextPageToken;
  } while (pageToken !== "" && items.length < wanted);
  return { items, more: pageToken !== "" };
}
