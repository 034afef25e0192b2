import type { Link } from "../data/link.ts";
import { usePage } from "../page.ts";

const words: Readonly<Record<Link["kind"], string>> = {
  connecting: "connecting",
  live: "live",
  lost: "not live",
  refused: "no access",
};

/** Whether what is on the screen is so now. */
export function LinkBadge() {
  const { kind } = usePage().live.link.value;
  return (
    <span class={`link-badge is-${kind}`} data-link={kind}>
      {words[kind]}
    </span>
  );
}
