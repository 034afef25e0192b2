import { plural, span } from "../../../src/cli/words.ts";
import { usePage } from "../page.ts";
import { hrefOf } from "../view/route.ts";
import { LinkBadge } from "./link-badge.tsx";

/** Who answers, whether it does, and the ways through the page. */
export function Header({ isNarrow, onHelp }: { isNarrow: boolean; onHelp(): void }) {
  const { themes, theme, route, view } = usePage();
  const at = route.value.kind;
  return (
    <header class="header">
      <a class="brand" aria-label="Heartbeat" href={hrefOf({ kind: "agents", view: view.value })}>
        <Logo />
        <span>Heartbeat</span>
      </a>
      <nav aria-label="Parts of the page">
        <a
          href={hrefOf({ kind: "agents", view: view.value })}
          aria-current={at === "agents" ? "page" : undefined}
        >
          Agents
        </a>
        <a
          href={hrefOf({ kind: "incidents" })}
          aria-current={at === "incidents" ? "page" : undefined}
        >
          Incidents
          <FiringCount />
        </a>
        {isNarrow && (
          <a href={hrefOf({ kind: "events" })} aria-current={at === "events" ? "page" : undefined}>
            Events
          </a>
        )}
      </nav>
      <Figures />
      <LinkBadge />
      <button type="button" class="quiet" onClick={() => themes.switch()} title="Dark or light (t)">
        <ThemeMark />
        <span class="unseen">{theme.value === "dark" ? "Light" : "Dark"}</span>
      </button>
      <button type="button" class="quiet" onClick={onHelp} title="Keys and colours (?)">
        ?<span class="unseen"> Help</span>
      </button>
    </header>
  );
}

/** How many alerts fire; nothing while none does. */
function FiringCount() {
  const answer = usePage().firing.answer.value;
  if (answer.kind !== "known" || answer.value.totalSize === 0n) return null;
  const { totalSize } = answer.value;
  return (
    <span class="firing-count" data-firing={String(totalSize)}>
      {totalSize.toLocaleString("en-US")}
      <span class="unseen"> firing</span>
    </span>
  );
}

/** The figures of the whole, as `heartbeat top` has them above its table. */
function Figures() {
  const overview = usePage().live.overview.value;
  if (overview === undefined) return <div class="figures" />;
  const { status } = overview;
  const facts = [
    [status.serverId, `version ${status.version}, up ${span(status.uptime)}`],
    [`${rate(status.beatsPerSecond)} beats/s`, "beats a second"],
    [plural(status.openStreams, "stream"), "beat streams open now"],
    [plural(status.dropsTotal, "drop"), "streams dropped since the start"],
  ] as const;
  return (
    <div class="figures">
      {facts.map(([text, meaning]) => (
        <span key={meaning.split(" ")[0]} title={meaning}>
          {text}
        </span>
      ))}
    </div>
  );
}

const rate = (perSecond: number) =>
  perSecond < 100 ? perSecond.toFixed(1) : Math.round(perSecond).toLocaleString("en-US");

const ThemeMark = () => (
  <svg viewBox="0 0 16 16" width="16" height="16" aria-hidden="true" class="theme-mark">
    <circle cx="8" cy="8" r="6.5" />
    <path d="M8 1.5a6.5 6.5 0 0 1 0 13z" />
  </svg>
);

const Logo = () => (
  <svg viewBox="0 0 32 32" width="20" height="20" aria-hidden="true">
    <path class="trace" d="M2 17h8l3-9 5 17 4-8h8" />
  </svg>
);
