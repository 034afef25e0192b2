import { useEffect, useMemo } from "preact/hooks";
import { FiringStrip } from "../incidents/firing-strip.tsx";
import { AgentList } from "../list/agent-list.tsx";
import { usePage } from "../page.ts";
import { useMedia } from "../ui/media.ts";
import { Arranging } from "../view/arranging.ts";
import { isNarrowed } from "../view/view.ts";
import { Cards, MOST_CARDS } from "./cards.tsx";
import { Toolbar } from "./toolbar.tsx";
import { Wall } from "./wall.tsx";

/** Narrower than this a list says more than a wall. */
const NARROW = "(max-width: 600px)";

/** The fleet: its wall or its list, and what is chosen of it. */
export function FleetPage() {
  const { clock, fleet, view } = usePage();
  const arranging = useMemo(() => new Arranging(clock, fleet, view), [clock, fleet, view]);
  useEffect(() => () => arranging.stop(), [arranging]);
  const arrangement = arranging.arrangement.value;
  const isNarrow = useMedia(NARROW).value;
  const { form } = view.value;
  const isList = form === "list" || (form === "auto" && isNarrow);
  return (
    <div class="fleet">
      <FiringStrip />
      <Toolbar arrangement={arrangement} isList={isList} />
      {arrangement.wanted === 0 ? (
        <Nobody />
      ) : isList ? (
        <AgentList arrangement={arrangement} />
      ) : arrangement.wanted <= MOST_CARDS ? (
        <Cards arrangement={arrangement} />
      ) : (
        <Wall arrangement={arrangement} />
      )}
    </div>
  );
}

function Nobody() {
  const { fleet, live, view } = usePage();
  if (isNarrowed(view.value)) return <p class="empty">No agent matches.</p>;
  if (!fleet.isComplete && live.link.value.kind !== "live") {
    return <p class="empty">Asking for the agents …</p>;
  }
  return (
    <p class="empty">
      No agent is known yet. The first beat makes one: <code>heartbeat run -- sleep 60</code>
    </p>
  );
}
