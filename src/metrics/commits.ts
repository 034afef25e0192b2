import { Histogram } from "prom-client";

/** How long commits of the journal take. The journal begins before anything can be scraped. */
export function commitHistogram(): Histogram {
  return new Histogram({
    name: "heartbeat_journal_commit_seconds",
    help: "How long a commit of the journal took, failed ones included.",
    buckets: [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5],
    registers: [],
  });
}
