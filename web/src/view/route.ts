import { fromQuery, toQuery, type View } from "./view.ts";

/**
 * Where in the page somebody is. It is in the fragment of the URL, which no server sees: the files are
 * served as they are, and no path of the API is shadowed.
 */
export type Route =
  | { readonly kind: "agents"; readonly view: View }
  | { readonly kind: "agent"; readonly organizationId: string; readonly agentId: string }
  | { readonly kind: "incidents" }
  /** Of their own only where there is no room for them beside the rest. */
  | { readonly kind: "events" };

export function routeOf(hash: string): Route {
  const [path = "", query = ""] = hash.replace(/^#/, "").split(/\?(.*)/s);
  if (path === "/incidents") return { kind: "incidents" };
  if (path === "/events") return { kind: "events" };
  const [, organizationId, agentId] = /^\/agents\/([^/]+)\/([^/]+)$/.exec(path) ?? [];
  if (organizationId !== undefined && agentId !== undefined) {
    return { kind: "agent", organizationId: decoded(organizationId), agentId: decoded(agentId) };
  }
  return { kind: "agents", view: fromQuery(query) };
}

export function hrefOf(route: Route): string {
  switch (route.kind) {
    case "incidents":
      return "#/incidents";
    case "events":
      return "#/events";
    case "agent":
      return agentHref(route);
    case "agents": {
      const query = toQuery(route.view);
      return query === "" ? "#/" : `#/?${query}`;
    }
  }
}

export function agentHref(agent: { organizationId: string; agentId: string }): string {
  return `#/agents/${encodeURIComponent(agent.organizationId)}/${encodeURIComponent(agent.agentId)}`;
}

function decoded(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}
