import { ANY, REST } from "./subject.ts";

/** Most nodes have only one of the two. */
interface Node<Receiver> {
  children: Map<string, Node<Receiver>> | undefined;
  /** Whose subscription ends here, with how many of one receiver's. */
  receivers: Map<Receiver, number> | undefined;
}

/**
 * Who subscribes to what, a token a level: a look-up costs the branches that match, at most two a token for each
 * wildcard on the way, and not the subscriptions.
 */
export class SubjectTree<Receiver> {
  readonly #root: Node<Receiver> = newNode();

  get isEmpty(): boolean {
    return this.#root.children === undefined;
  }

  add(subscription: string, receiver: Receiver): void {
    let node = this.#root;
    for (const token of subscription.split(".")) {
      node.children ??= new Map();
      const child = node.children.get(token) ?? newNode();
      node.children.set(token, child);
      node = child;
    }
    node.receivers ??= new Map();
    node.receivers.set(receiver, (node.receivers.get(receiver) ?? 0) + 1);
  }

  /** Takes back one `add` of the same. Branches that lead nowhere are gone with it. */
  remove(subscription: string, receiver: Receiver): void {
    removeFrom(this.#root, subscription.split("."), 0, receiver);
  }

  /** Everybody with a subscription that matches, once each. */
  match(subject: string): Set<Receiver> {
    const found = new Set<Receiver>();
    collect(this.#root, subject.split("."), 0, found);
    return found;
  }
}

function newNode<Receiver>(): Node<Receiver> {
  return { children: undefined, receivers: undefined };
}

function collect<Receiver>(
  node: Node<Receiver>,
  tokens: readonly string[],
  at: number,
  found: Set<Receiver>,
): void {
  if (at === tokens.length) {
    addAll(node, found);
    return;
  }
  addAll(node.children?.get(REST), found);
  const any = node.children?.get(ANY);
  if (any) collect(any, tokens, at + 1, found);
  const same = node.children?.get(tokens[at]!);
  if (same) collect(same, tokens, at + 1, found);
}

function addAll<Receiver>(node: Node<Receiver> | undefined, found: Set<Receiver>): void {
  for (const receiver of node?.receivers?.keys() ?? []) found.add(receiver);
}

function removeFrom<Receiver>(
  node: Node<Receiver>,
  tokens: readonly string[],
  at: number,
  receiver: Receiver,
): void {
  if (at === tokens.length) {
    const left = (node.receivers?.get(receiver) ?? 0) - 1;
    if (left > 0) node.receivers?.set(receiver, left);
    else node.receivers?.delete(receiver);
    if (node.receivers?.size === 0) node.receivers = undefined;
    return;
  }
  const child = node.children?.get(tokens[at]!);
  if (!child) return;
  removeFrom(child, tokens, at + 1, receiver);
  if (!child.children && !child.receivers) node.children?.delete(tokens[at]!);
  if (node.children?.size === 0) node.children = undefined;
}
