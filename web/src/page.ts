import { computed, type ReadonlySignal, type Signal, signal } from "@preact/signals";
import { createContext } from "preact";
import { useContext } from "preact/hooks";
import type { ListAlertsResponse } from "../../gen/typescript/heartbeat/v1/alert_service_pb.js";
import type { Clock } from "../../src/clock.ts";
import type { Asking } from "./data/asking.ts";
import { type Api, connectApi } from "./data/client.ts";
import { EventLog } from "./data/event-log.ts";
import { Fleet } from "./data/fleet.ts";
import type { Heard } from "./data/link.ts";
import { Live } from "./data/live.ts";
import { organizationOf, type TokenStore, tokenStore } from "./data/token.ts";
import { askFiring } from "./incidents/firing.ts";
import { type Theme, Themes } from "./ui/theme.ts";
import { hrefOf, type Route, routeOf } from "./view/route.ts";
import { type View, wholeView } from "./view/view.ts";

/** What every part of the page has at hand. */
export interface Page {
  readonly clock: Clock;
  readonly api: Api;
  readonly tokens: TokenStore;
  readonly fleet: Fleet;
  readonly events: EventLog;
  readonly live: Live;
  /** The alerts that fire now. */
  readonly firing: Asking<ListAlertsResponse>;
  readonly themes: Themes;
  readonly theme: ReadonlySignal<Theme>;
  readonly route: ReadonlySignal<Route>;
  /** What is chosen of the fleet; stays while another part of the page is looked at. */
  readonly view: ReadonlySignal<View>;
  /** Once a second, for ages. Stands still while the link is lost: ages are told as of then. */
  readonly now: ReadonlySignal<Heard>;
  /** The server's wall clock at `now`, in ms; this machine's until the server has told its own. */
  readonly serverWall: ReadonlySignal<number>;
  choose(change: Partial<View>): void;
}

const SECOND_MS = 1_000;

/** Puts the page together and begins to listen: to the server, the URL, and whether anybody looks. */
export function openPage(clock: Clock, window: Window): Page {
  const tokens = tokenStore(window.sessionStorage);
  const organizationId = () => organizationOf(tokens.get());
  const api = connectApi(window.location.origin, tokens);
  const fleet = new Fleet(organizationId);
  const events = new EventLog();
  const live = new Live({ clock, api, fleet, events, organizationId });
  const firing = askFiring({ clock, live, api, events, organizationId });
  const themes = new Themes(window);
  const { route, view, choose } = routing(window);
  const now = ticking(clock, live);
  const serverWall = computed(() => {
    const overview = live.overview.value;
    return overview === undefined ? now.value.wall : now.value.mono + overview.serverWallOffset;
  });
  route.subscribe((at) => live.showAgents(showsAgents(at)));
  listenWhileSeen(window.document, live);
  return {
    clock,
    api,
    tokens,
    fleet,
    events,
    live,
    firing,
    themes,
    theme: themes.theme,
    route,
    view,
    now,
    serverWall,
    choose,
  };
}

function ticking(clock: Clock, live: Live): ReadonlySignal<Heard> {
  const now: Signal<Heard> = signal(clock.now());
  clock.every(SECOND_MS, () => {
    const link = live.link.peek();
    const isLost = link.kind === "lost" || link.kind === "refused";
    now.value = isLost && link.heardAt !== undefined ? link.heardAt : clock.now();
  });
  return now;
}

function routing(window: Window) {
  const first = routeOf(window.location.hash);
  const route: Signal<Route> = signal(first);
  const view: Signal<View> = signal(first.kind === "agents" ? first.view : wholeView);
  window.addEventListener("hashchange", () => {
    const next = routeOf(window.location.hash);
    route.value = next;
    if (next.kind === "agents") view.value = next.view;
  });
  const choose = (change: Partial<View>) => {
    view.value = { ...view.peek(), ...change };
    const next: Route = { kind: "agents", view: view.value };
    if (route.peek().kind !== "agents") return void window.location.assign(hrefOf(next));
    // A view is refined step by step: Back leads to where one came from, not through every letter typed.
    window.history.replaceState(null, "", hrefOf(next));
    route.value = next;
  };
  return { route, view, choose };
}

const showsAgents = ({ kind }: Route) => kind === "agents" || kind === "events";

/** A tab that nobody sees holds no stream: a browser has six connections to a server for all its tabs. */
function listenWhileSeen(document: Document, live: Live): void {
  const follow = () => (document.visibilityState === "hidden" ? live.stop() : live.start());
  document.addEventListener("visibilitychange", follow);
  // A page that is shown again as it was left (back, forward) comes without a change of visibility.
  document.defaultView?.addEventListener("pageshow", follow);
  document.defaultView?.addEventListener("pagehide", () => live.stop());
  follow();
}

export const PageContext = createContext<Page | undefined>(undefined);

export function usePage(): Page {
  const page = useContext(PageContext);
  if (page === undefined) throw new Error("this is outside of the page");
  return page;
}
