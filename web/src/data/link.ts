/** Whether what is shown is so, or was so when the server was last heard. */
export type Link =
  | { readonly kind: "connecting" }
  | { readonly kind: "live"; readonly heardAt: Heard }
  | { readonly kind: "lost"; readonly heardAt: Heard | undefined; readonly why: string }
  /** The server answers, and wants another token before it tells anything. */
  | { readonly kind: "refused"; readonly heardAt: Heard | undefined; readonly why: string };

/** An instant of this machine, on both of its clocks. */
export interface Heard {
  readonly mono: number;
  readonly wall: number;
}

/** A server that has not answered for so long is gone, whatever its sockets say. */
export const SILENT_AFTER_MS = 3_000;

/**
 * The link as it is at `now`. Nothing ends a silence but an answer, so time alone makes a live one lost.
 * The wall clock is looked at as well: the monotonic one stands still while a machine sleeps.
 */
export function linkAt(link: Link, now: Heard): Link {
  if (link.kind !== "live") return link;
  const silence = Math.max(now.mono - link.heardAt.mono, now.wall - link.heardAt.wall);
  if (silence <= SILENT_AFTER_MS) return link;
  return { kind: "lost", heardAt: link.heardAt, why: "the server does not answer" };
}

/** Why a link is lost that was let go of. */
export const UNSEEN = "this was not looked at";

export type LinkNews =
  /** The status was answered. */
  | { readonly kind: "answer"; readonly at: Heard }
  /** All that is shown has been told. */
  | { readonly kind: "whole"; readonly at: Heard }
  /** Agents are shown again, as they were when they last were; undefined: for the first time. */
  | { readonly kind: "shown"; readonly asOf: Heard | undefined }
  | { readonly kind: "broken"; readonly why: string }
  | { readonly kind: "refused"; readonly why: string }
  /** Nobody looks: the streams are let go of. */
  | { readonly kind: "hidden" };

/**
 * What news makes of the link. It is live again only when all has been told: without a watch that stands,
 * an answer says nothing of how old the agents on the screen are.
 */
export function nextLink(link: Link, news: LinkNews): Link {
  switch (news.kind) {
    case "whole":
      return { kind: "live", heardAt: news.at };
    case "answer":
      return link.kind === "live" ? { kind: "live", heardAt: news.at } : link;
    case "broken":
      return isKnown(link) ? link : { kind: "lost", heardAt: heardOf(link), why: news.why };
    case "refused":
      return { kind: "refused", heardAt: heardOf(link), why: news.why };
    case "shown":
      if (link.kind === "refused") return link;
      return news.asOf === undefined
        ? { kind: "connecting" }
        : { kind: "lost", heardAt: news.asOf, why: isKnown(link) ? link.why : UNSEEN };
    case "hidden":
      return heardOf(link) === undefined
        ? { kind: "connecting" }
        : { kind: "lost", heardAt: heardOf(link), why: UNSEEN };
  }
}

/** The first cause is the telling one: what breaks after it is its consequence. */
const isKnown = (link: Link): link is Extract<Link, { why: string }> =>
  link.kind === "refused" || (link.kind === "lost" && link.why !== UNSEEN);

export const heardOf = (link: Link): Heard | undefined =>
  link.kind === "connecting" ? undefined : link.heardAt;
