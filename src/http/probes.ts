import type { Sessions } from "../services/sessions.ts";
import type { Route } from "./routes.ts";

/** What load balancers ask: whether the process serves, and whether it is to get anything new. */
export function probeRoutes(sessions: Sessions): Route[] {
  const probe = { methods: ["GET", "HEAD"], query: [], open: true };
  return [
    { ...probe, pattern: /^\/livez$/, answer: () => ({ status: 200, text: "ok\n" }) },
    {
      ...probe,
      pattern: /^\/readyz$/,
      answer: () =>
        sessions.isDraining ? { status: 503, text: "draining\n" } : { status: 200, text: "ok\n" },
    },
  ];
}
