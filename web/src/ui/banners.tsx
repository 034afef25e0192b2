import { durationFromMs } from "@bufbuild/protobuf/wkt";
import { useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import { type Overview, STALL_SHOWN_MS } from "../../../src/cli/top/standing.ts";
import { plural, span } from "../../../src/cli/words.ts";
import { type Heard, heardOf, type Link, UNSEEN } from "../data/link.ts";
import { usePage } from "../page.ts";
import { clockTime } from "./words.ts";

/** What is out of the ordinary: how bad, and what. */
export interface Banner {
  readonly kind: "link" | "draining" | "journal" | "protection" | "stall";
  readonly severity: "warning" | "error";
  readonly text: string;
  /** Whether it is most often over before it can be read. */
  readonly isBrief?: boolean;
}

export function Banners() {
  const { live, now } = usePage();
  const banners = bannersOf(live.link.value, live.overview.value, now.value);
  return (
    <div class="banners">
      {banners.map(({ kind, severity, text, isBrief }) => (
        <p
          key={kind}
          class={`banner is-${severity}${isBrief ? " is-brief" : ""}`}
          data-banner={kind}
        >
          {text}
        </p>
      ))}
      <News banners={banners} />
    </div>
  );
}

/** Tells a screen reader of a banner when it appears, and not again when a figure in it changes. */
function News({ banners }: { banners: readonly Banner[] }) {
  const told = useSignal<{ readonly kinds: string; readonly text: string }>({
    kinds: "",
    text: "",
  });
  const kinds = banners.map(({ kind, severity }) => `${kind} ${severity}`).join(", ");
  useEffect(() => {
    const before = told.peek().kinds;
    const isNew = ({ kind, severity }: Banner) => !before.includes(`${kind} ${severity}`);
    const text = banners
      .filter(isNew)
      .map((banner) => banner.text)
      .join(" ");
    told.value = { kinds, text };
    // Of the banners themselves only which there are makes news.
  }, [kinds]);
  return (
    <p class="unseen" role="status">
      {told.value.text}
    </p>
  );
}

/** The banners at an instant of this machine. */
export function bannersOf(link: Link, overview: Overview | undefined, now: Heard): Banner[] {
  const banners = linkBanner(link);
  if (overview === undefined) return banners;
  const { status, stall } = overview;
  if (status.draining) {
    const text = "The server is about to stop: nobody is judged until it is started again.";
    banners.push({ kind: "draining", severity: "warning", text });
  }
  if (!status.journalHealthy) {
    const waiting = `${plural(status.journalBacklog, "event")} not kept yet`;
    const text = `The journal is in trouble: ${status.journalTrouble}; ${waiting}.`;
    banners.push({ kind: "journal", severity: "error", text });
  }
  if (status.protectionActive) {
    const text = `Protection: many agents fell silent at once, ${plural(status.heldCount, "agent")} held from DOWN.`;
    banners.push({ kind: "protection", severity: "error", text });
  } else if (status.heldCount > 0n) {
    const text = `Protection is over: ${plural(status.heldCount, "agent")} still held, given up one by one.`;
    banners.push({ kind: "protection", severity: "warning", text });
  }
  const stalledFor = stall === undefined ? Number.POSITIVE_INFINITY : now.mono - stall.noticedAt;
  if (stall !== undefined && stalledFor < STALL_SHOWN_MS) {
    const at = clockTime(now.wall - stalledFor);
    const moved = span(durationFromMs(stall.heldBackMs));
    const text = `The monitor itself stood still at ${at}: deadlines moved by ${moved}, nobody is blamed.`;
    banners.push({ kind: "stall", severity: "warning", text });
  }
  return banners;
}

function linkBanner(link: Link): Banner[] {
  if (link.kind !== "lost" && link.kind !== "refused") return [];
  const heard = heardOf(link);
  const asOf =
    heard === undefined ? "nothing is known yet" : `shown as of ${clockTime(heard.wall)}`;
  const what = link.kind === "lost" ? "Not live" : "No access";
  const text = `${what}, ${asOf}: ${link.why}.`;
  const isBrief = link.why === UNSEEN;
  return [{ kind: "link", severity: "error", text, ...(isBrief && { isBrief }) }];
}
