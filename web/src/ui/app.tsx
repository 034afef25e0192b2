import { useSignal } from "@preact/signals";
import { AgentPage } from "../agent/agent-page.tsx";
import { EventPanel } from "../events/event-panel.tsx";
import { IncidentsPage } from "../incidents/incidents-page.tsx";
import { usePage } from "../page.ts";
import { FleetPage } from "../wall/fleet-page.tsx";
import { Announcer } from "./announcer.tsx";
import { Banners } from "./banners.tsx";
import { Header } from "./header.tsx";
import { Help } from "./help.tsx";
import { useKeys } from "./keys.ts";
import { useMedia } from "./media.ts";
import { Title } from "./title.ts";
import { TokenDialog } from "./token-dialog.tsx";

/** As the sheets have it: here events have no room beside the rest. */
const NARROW = "(max-width: 820px)";

/** The frame around whatever is looked at. */
export function App() {
  const page = usePage();
  const helpIsOpen = useSignal(false);
  const isNarrow = useMedia(NARROW).value;
  useKeys(page, () => {
    helpIsOpen.value = !helpIsOpen.value;
  });
  return (
    <div class={isLive(page.live.link.value.kind) ? "app" : "app is-stale"}>
      <button type="button" class="skip" onClick={toMain}>
        Skip to the content
      </button>
      <Header
        isNarrow={isNarrow}
        onHelp={() => {
          helpIsOpen.value = true;
        }}
      />
      <Banners />
      <div class="columns">
        <main id="main" tabIndex={-1}>
          <Content isNarrow={isNarrow} />
        </main>
        {!isNarrow && <EventPanel />}
      </div>
      <Announcer />
      <Title />
      <TokenDialog />
      <Help isOpen={helpIsOpen} />
    </div>
  );
}

const isLive = (kind: string) => kind === "live" || kind === "connecting";

function Content({ isNarrow }: { isNarrow: boolean }) {
  const route = usePage().route.value;
  switch (route.kind) {
    case "agents":
      return <FleetPage />;
    case "agent":
      return <AgentPage organizationId={route.organizationId} agentId={route.agentId} />;
    case "incidents":
      return <IncidentsPage />;
    case "events":
      return isNarrow ? <EventPanel /> : <FleetPage />;
  }
}

/** The fragment is the page's own, so a link into the page moves the focus by hand. */
function toMain(): void {
  document.getElementById("main")?.focus();
}
