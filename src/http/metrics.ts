import { authorize } from "../auth/identity.ts";
import { HeartbeatError, shown } from "../errors.ts";
import type { Metrics } from "../metrics/metrics.ts";
import type { Route } from "./routes.ts";

/** What Prometheus scrapes. It tells of every organization, so a token must be an operator's. */
export function metricsRoute(metrics: Metrics): Route {
  return {
    pattern: /^\/metrics$/,
    methods: ["GET", "HEAD"],
    query: ["agents"],
    async answer({ identity, query }) {
      authorize(identity, undefined);
      const bytes = await metrics.scrape({ eachAgent: readFlag("agents", query.get("agents")) });
      return { status: 200, text: "", bytes, contentType: metrics.contentType };
    },
  };
}

function readFlag(field: string, value: string | undefined): boolean {
  if (value === undefined || value === "0") return false;
  if (value === "1") return true;
  throw new HeartbeatError("field_invalid", {
    field,
    value: shown(value),
    problem: "is neither 0 nor 1",
    limit: "0 or 1",
  });
}
