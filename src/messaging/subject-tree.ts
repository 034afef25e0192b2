import { ANY, REST } from "./subject.ts";

interface Node<Receiver> {
  readonly children: Map<string, Node<Receiver>>;
  /** Whose subscription ends here, with how many of one receiver's. */
  readonly receivers: Map<Receiver, number>;
}

/** Who subscribes to what, a token a level: a look-up costs the tokens of the subject, not the subscriptions. */
export class SubjectTree<Receiver> {
  readonly #root: Node<Receiver> = newNode();

  get isEmpty(): boolean {
    return this.#root.children.size === 0;
  }

  add(subscription: string, receiver: Receiver): void {
    let node = this.#root;
    for (const token of subscription.split(".")) {
      let child = node.children.get(token);
      if (!child) {
        child = newNode();
        node.children.set(token, child);
      }
      node = child;
    }
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
  return { children: new Map(), receivers: new Map() };
}

function collect<Receiver>(
  node: Node<Receiver>,
  tokens: readonly string[],
  at: number,
  found: Set<Receiver>,
): void {
  if (at === tokens.length) {
    for (const receiver of node.receivers.keys()) found.add(receiver);
    return;
  }
  const rest = node.children.get(REST);
  if (rest) for (const receiver of rest.receivers.keys()) found.add(receiver);
  const any = node.children.get(ANY);
  if (any) collect(any, tokens, at + 1, found);
  const same = node.children.get(tokens[at]!);
  if (same) collect(same, tokens, at + 1, found);
}

function removeFrom<Receiver>(
  node: Node<Receiver>,
  tokens: readonly string[],
  at: number,
  receiver: Receiver,
): void {
  if (at === tokens.length) {
    const left = (node.receivers.get(receiver) ?? 0) - 1;
    if (left > 0) node.receivers.set(receiver, left);
    else node.receivers.delete(receiver);
    return;
  }
  const child = node.children.get(tokens[at]!);
  if (!child) return;
  removeFrom(child, tokens, at + 1, receiver);
  if (child.children.size === 0 && child.receivers.size === 0) node.children.delete(tokens[at]!);
}
