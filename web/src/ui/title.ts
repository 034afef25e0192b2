import { useEffect } from "preact/hooks";
import { usePage } from "../page.ts";
import type { Route } from "../view/route.ts";

/** Says in the tab's title what one wants to know of a page that is behind others. */
export function Title(): null {
  const { live, route } = usePage();
  const isLive = live.link.value.kind === "live";
  const down = Number(live.overview.value?.status.agentsByState.DOWN ?? 0n);
  const news = !isLive ? "not live" : down > 0 ? `${down.toLocaleString("en-US")} DOWN` : "";
  const title = [news, placeOf(route.value), "Heartbeat"].filter(Boolean).join(" · ");
  useEffect(() => {
    document.title = title;
  }, [title]);
  return null;
}

/** Where in the page one is; nothing where it begins. */
function placeOf(route: Route): string {
  if (route.kind === "agent") return route.agentId;
  return route.kind === "incidents" ? "Incidents" : "";
}
