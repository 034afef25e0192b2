import type { Seen } from "../data/seen.ts";
import type { View } from "./view.ts";

/** Whether an agent is wanted; worked out once for a view, since it is asked of each agent. */
export function filterOf(view: View): (seen: Seen) => boolean {
  const search = view.search.trim().toLowerCase();
  const { states, type, organization } = view;
  const labels = view.labels.map((label) => label.split(/=(.*)/s) as [string, string?]);
  return (seen) =>
    (search === "" || seen.agentId.toLowerCase().includes(search)) &&
    (states.length === 0 || states.includes(seen.state)) &&
    (type === "" || seen.agentType === type) &&
    (organization === "" || seen.organizationId === organization) &&
    labels.every(([name, value]) => carries(seen.labels, name, value));
}

function carries(labels: Seen["labels"], name: string, value: string | undefined): boolean {
  if (!Object.hasOwn(labels, name)) return false;
  return value === undefined || labels[name] === value;
}
