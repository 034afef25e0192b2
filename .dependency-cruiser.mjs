/**
 * Who may import whom, checked by `npm run rooms`.
 *
 * A beat walks through the rooms in one direction: grpc | http -> services -> engine -> monitor ->
 * events -> journal. No room imports one that stands before it. TypeScript is read with swc, because
 * the tool cannot use TypeScript 7 yet; imports of types alone count too.
 */

/** The rooms in the order in which a beat walks through them. */
const rooms = ["(grpc|http)", "services", "engine", "monitor", "events", "journal"];

/** Each room against all that stand before it. The journal keeps what events/ declares. */
const oneDirection = rooms.slice(1).map((room, index) => ({
  name: `rooms-in-order-${room}`,
  comment: `A beat never walks back: ${room}/ imports no room that stands before it.`,
  severity: "error",
  from: { path: `^src/${room}/` },
  to: {
    path: rooms
      .slice(0, index + 1)
      // What the journal keeps is an event: the record's interface and words are events/'s.
      .filter((before) => !(room === "journal" && before === "events"))
      .map((before) => `^src/${before}/`),
  },
}));

export default {
  forbidden: [
    ...oneDirection,
    {
      name: "doors-apart",
      comment: "gRPC and HTTP are two doors of one house; neither leads through the other.",
      severity: "error",
      from: { path: "^src/(grpc|http)/" },
      to: { path: "^src/(grpc|http)/", pathNot: "^src/$1/" },
    },
    {
      name: "monitor-is-pure",
      comment:
        "The monitor decides and does nothing else: no Node module, no package, no room but the events.",
      severity: "error",
      from: { path: "^src/monitor/" },
      to: { pathNot: "^src/(monitor/|events/event\\.ts$|clock\\.ts$|config\\.ts$|errors\\.ts$)" },
    },
    {
      name: "monitor-reads-no-clock",
      comment:
        "Time comes in with the call: of the clock and the events the monitor takes types only.",
      severity: "error",
      from: { path: "^src/monitor/" },
      to: { path: "^src/(clock\\.ts$|events/)", dependencyTypesNot: ["type-only"] },
    },
    {
      name: "events-stand-alone",
      comment: "Events import nobody but the clock's types and the errors.",
      severity: "error",
      from: { path: "^src/events/" },
      to: { path: "^src/", pathNot: "^src/(events/|clock\\.ts$|errors\\.ts$)" },
    },
    {
      name: "events-load-nothing",
      comment: "Events load no package and no Node module; log-line.ts takes the type of a logger.",
      severity: "error",
      from: { path: "^src/events/" },
      to: { pathNot: "^src/", dependencyTypesNot: ["type-only"] },
    },
    {
      name: "journal-keeps-events",
      comment: "The journal knows events and the clock, and nobody who makes or reads them.",
      severity: "error",
      from: { path: "^src/journal/" },
      to: {
        path: "^src/",
        pathNot: "^src/(journal/|events/|clock\\.ts$|config\\.ts$|errors\\.ts$)",
      },
    },
    {
      name: "messaging-stands-alone",
      comment: "Messages are handed on and not kept: they know neither agents nor the monitor.",
      severity: "error",
      from: { path: "^src/messaging/" },
      to: { pathNot: "^src/(messaging/|config\\.ts$)" },
    },
    {
      name: "alerts-conclude",
      comment:
        "Alerts conclude from events and keep documents: they know neither who asks nor who watches, but for the engine's questions and the monitor's words.",
      severity: "error",
      from: { path: "^src/alerts/" },
      to: {
        path: "^src/",
        pathNot: [
          "^src/(alerts|events|config)/",
          "^src/(clock|config|errors)\\.ts$",
          "^src/(engine/companion|journal/documents|monitor/words|agent/backoff)\\.ts$",
        ],
      },
    },
    {
      name: "nobody-waits-for-alerts",
      comment: "The engine has a companion and does not know that it is alerts.",
      severity: "error",
      from: { path: "^src/(engine|monitor|events|journal|messaging)/" },
      to: { path: "^src/alerts/" },
    },
    {
      name: "metrics-look-on",
      comment:
        "Metrics read what is there; nothing that they read knows of them or of their library.",
      severity: "error",
      from: { path: "^src/", pathNot: "^src/(metrics/|http/|server\\.ts$)" },
      to: { path: ["^src/metrics/", "node_modules/prom-client/", "^prom-client"] },
    },
    {
      name: "tracing-looks-on",
      comment:
        "Spans are told at the doors; what answers a call knows of them by the interface alone.",
      severity: "error",
      from: { path: "^src/", pathNot: "^src/(tracing/|grpc/|http/|server\\.ts$)" },
      to: { path: "^src/tracing/", pathNot: "^src/tracing/tracing\\.ts$" },
    },
    {
      name: "tracing-is-loaded-late",
      comment: "A server without traces has none of their library in memory.",
      severity: "error",
      from: { path: "^src/", pathNot: "^src/tracing/(otlp|told-exporter)\\.ts$" },
      to: {
        path: ["node_modules/@opentelemetry/", "^@opentelemetry/", "^src/tracing/otlp\\.ts$"],
        dependencyTypesNot: ["dynamic-import"],
      },
    },
    {
      name: "services-know-no-transport",
      comment: "A service is written once for both doors: it knows neither grpc-js nor Connect.",
      severity: "error",
      from: { path: "^src/(services|engine|journal)/" },
      to: {
        path: ["node_modules/@grpc/", "node_modules/@connectrpc/", "^@grpc/", "^@connectrpc/"],
      },
    },
    {
      name: "libraries-stay-light",
      comment:
        "What other programs load, the agent, the orchestrator and the embedded monitor, brings no server: no grpc-js, no pino, none of the server's rooms or settings.",
      severity: "error",
      from: { path: "^src/(agent|orchestrator|embedded|library)/|^src/index\\.ts$" },
      to: {
        path: [
          "node_modules/(@grpc|@opentelemetry|pino|zod|yaml|commander|cors|prom-client|nodemailer)/",
          "^src/(services|grpc|http|metrics|tracing|alerts|cli|config)/",
          "^src/(server|main)\\.ts$",
        ],
      },
    },
    {
      name: "agent-is-a-client",
      comment: "The agent knows the server by the contract alone.",
      severity: "error",
      from: { path: "^src/agent/" },
      to: { path: "^src/(monitor|engine|events|journal|embedded)/" },
    },
    {
      name: "orchestrator-runs-agents",
      comment: "The orchestrator starts agents, and knows no more of the house than they do.",
      severity: "error",
      from: { path: "^src/orchestrator/" },
      to: {
        path: "^src/",
        pathNot: "^src/((orchestrator|agent|library)/|(clock|config|errors)\\.ts$)",
      },
    },
    {
      name: "embedded-speaks-no-wire",
      comment: "The embedded monitor is a call away: it needs no message and no protocol.",
      severity: "error",
      from: { path: "^src/(embedded/|index\\.ts$)" },
      to: { path: ["^gen/", "node_modules/@(connectrpc|bufbuild)/"] },
    },
    {
      name: "commands-call-the-server",
      comment: "A command asks a server over the wire, as everybody does. None looks inside.",
      severity: "error",
      from: { path: "^src/cli/" },
      to: {
        path: "^src/(monitor|engine|services|grpc|http|metrics|alerts|events|journal|embedded)/",
      },
    },
    {
      name: "page-is-a-client",
      comment:
        "The live page knows the server by the contract alone; of src/ it takes what is pure and runs in a browser.",
      severity: "error",
      from: { path: "^web/" },
      to: {
        path: "^src/",
        pathNot:
          "^src/(clock\\.ts|config\\.ts|agent/backoff\\.ts|cli/words\\.ts|cli/top/(silence|standing)\\.ts)$",
      },
    },
    {
      name: "page-asks-no-node",
      comment: "A browser has no Node modules.",
      severity: "error",
      from: { path: "^web/src/" },
      to: { dependencyTypes: ["core"] },
    },
    {
      name: "server-wires-the-rooms",
      comment: "server.ts may import every room; only main.ts and `serve` may import it.",
      severity: "error",
      from: { path: "^src/", pathNot: "^src/(main|cli/serve|server)\\.ts$" },
      to: { path: "^src/(server|main)\\.ts$" },
    },
    {
      name: "serve-loads-the-server-late",
      comment: "`heartbeat status` is not to load what only a server needs.",
      severity: "error",
      from: { path: "^src/cli/" },
      to: {
        path: "^src/server\\.ts$",
        dependencyTypesNot: ["dynamic-import"],
      },
    },
    {
      name: "ground-floor",
      comment: "clock.ts, errors.ts and config.ts carry the house: of it they take at most types.",
      severity: "error",
      from: { path: "^src/(clock|errors|config)\\.ts$" },
      to: { path: "^src/", dependencyTypesNot: ["type-only"] },
    },
    {
      name: "no-cycles",
      comment: "Two files that need each other are one file, or want a third. Types count too.",
      severity: "error",
      from: {},
      to: { circular: true },
    },
    {
      name: "declared-packages-only",
      comment: "src/ runs at the user's: it imports what package.json lists under dependencies.",
      severity: "error",
      from: { path: "^src/" },
      to: { dependencyTypes: ["npm-dev", "npm-no-pkg", "npm-unknown", "unknown", "undetermined"] },
    },
    {
      name: "resolvable",
      comment: "Every import leads somewhere.",
      severity: "error",
      from: {},
      to: { couldNotResolve: true },
    },
    {
      name: "src-stands-alone",
      comment: "What is published imports nothing of the tests, the benchmarks or the scripts.",
      severity: "error",
      from: { path: "^src/" },
      to: { path: "^(web|test|bench|faults|scripts|examples)/" },
    },
  ],
  options: {
    parser: "swc",
    doNotFollow: { path: ["node_modules", "^gen/"] },
    enhancedResolveOptions: {
      exportsFields: ["exports"],
      conditionNames: ["import", "node", "default", "types"],
      extensions: [".ts", ".tsx", ".js"],
    },
    skipAnalysisNotInRules: true,
  },
};
