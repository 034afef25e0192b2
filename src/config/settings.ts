import { limits } from "../config.ts";
import {
  address,
  count,
  duration,
  file,
  folder,
  type Kind,
  name,
  oneOf,
  origins,
  ratio,
  toggle,
  webAddress,
} from "./kinds.ts";

/**
 * Every setting of the server, once.
 *
 * The name is the key of the YAML file; `--name` is the flag, HEARTBEAT_NAME the environment's variable
 * and, in camel case and with the unit at its end, the property of {@link Settings}. The texts below are
 * what `heartbeat serve --help` and `heartbeat config` print.
 */

/** What is said of a setting, whatever its kind. */
export interface Wording {
  /** What it does, as a sentence. */
  readonly meaning: string;
  /** What a larger value brings and costs; absent where larger means nothing. */
  readonly raising?: string;
  /** What a smaller value brings and costs. */
  readonly lowering?: string;
}

/** One entry of the table. */
export interface Setting<T, Suffix extends string = string> extends Wording {
  readonly kind: Kind<NonNullable<T>, Suffix>;
  /** As it would be written; undefined when the setting is unset by default. */
  readonly default: string | undefined;
  /** What stands in the documentation instead, where the default depends on something. */
  readonly defaultInWords?: string;
}

/** Default of a setting that takes the directory for this user's state. */
export const STATE_DIRECTORY = "\u0000state";

/** Default of a setting that takes the machine's host name. */
export const HOST_NAME = "\u0000host";

function setting<T, Suffix extends string>(
  kind: Kind<T, Suffix>,
  fallback: string,
  wording: Wording,
): Setting<T, Suffix> {
  return { kind: kind as Kind<NonNullable<T>, Suffix>, default: fallback, ...wording };
}

function unset<T, Suffix extends string>(
  kind: Kind<T, Suffix>,
  defaultInWords: string,
  wording: Wording,
): Setting<T | undefined, Suffix> {
  return {
    kind: kind as Kind<NonNullable<T>, Suffix>,
    default: undefined,
    defaultInWords,
    ...wording,
  };
}

const SECOND_MS = 1_000;
const HOUR_MS = 3_600 * SECOND_MS;
const DAY_MS = 24 * HOUR_MS;

const synchronous = ["normal", "full"] as const;

const levels = ["trace", "debug", "info", "warn", "error", "fatal", "silent"] as const;

const placements = ["any-of-type", "same-agent"] as const;

const listening = {
  "grpc-address": setting(address, "127.0.0.1:50051", {
    meaning:
      "Where agents and gRPC clients connect. Port 0 picks a free port, which the log names. Outside loopback it needs TLS or insecure.",
  }),
  "http-address": setting(address, "127.0.0.1:8080", {
    meaning:
      "Where the live page, JSON (Connect), gRPC-Web, /metrics, /ping and the probes are served. Port 0 picks a free port. Outside loopback it needs TLS or insecure.",
  }),
  "http-cors": unset(origins, "no page of another site", {
    meaning: "The web origins whose pages may call http-address from a browser.",
  }),
  "http-request-timeout": setting(duration({ min: 100, max: HOUR_MS }), "10s", {
    meaning:
      "How long a request on http-address may take to arrive, headers and body, before its connection is closed. Answers and watches may take as long as they want.",
    raising: "more patience with slow links; a client that sends nothing holds its socket longer",
    lowering: "sockets are free sooner; a large request over a slow link is cut off",
  }),
  insecure: setting(toggle, "false", {
    meaning:
      "Allows listeners outside loopback without TLS, because a mesh or a firewall guards them. Anybody who reaches such a listener can read and change everything.",
  }),
  "tls-cert": unset(file, "no TLS", {
    meaning: "The server's certificate chain, PEM. Goes together with tls-key.",
  }),
  "tls-key": unset(file, "no TLS", {
    meaning: "The private key of tls-cert, PEM.",
  }),
  "auth-keys": unset(folder, "no tokens are asked for", {
    meaning:
      "A directory of public keys, Ed25519 in PEM: ORGANIZATION/NAME.pem may sign tokens for that organization, NAME.pem for every one. With it every call needs a token, except health checks of the server and reflection. Read anew every 5s.",
  }),
  "log-level": setting(oneOf(levels), "info", {
    meaning: "The least severe lines that are logged, as JSON on standard output.",
  }),
  "server-id": {
    ...setting(name(limits.idBytes), HOST_NAME, {
      meaning: "What this server calls itself towards agents and in events.",
    }),
    defaultInWords: "the host name",
  },
};

/** How an agent is judged that declares nothing else itself. */
const policy = {
  interval: setting(duration(limits.intervalMs), "30s", {
    meaning: "How often an agent beats.",
    raising: "less traffic and processor time, in proportion; a hung process is found later",
    lowering: "a hung process is found sooner; a killed one is found at once either way",
  }),
  "timeout-multiplier": setting(ratio(limits.timeoutMultiplier, "intervals"), "3.0", {
    meaning: "An agent is DOWN after this many intervals of silence.",
    raising: "more patience with slow networks and pauses; a death by silence is found later",
    lowering: "a death by silence is found sooner; more false alarms",
  }),
  "max-missed-beats": setting(count(limits.maxMissedBeats, "beats"), "3", {
    meaning:
      "An agent is DOWN after this many missed beats. With 1, a dropped stream is DOWN at once.",
    raising: "more patience; timeout-multiplier still bounds it",
    lowering: "DOWN sooner; more false alarms",
  }),
  grace: unset(duration(limits.graceMs), "the larger of 250ms and 10 % of the interval", {
    meaning: "Slack before a beat counts as missed.",
    raising: "fewer SUSPECT agents on a jittery network; each is found later by as much",
    lowering: "found sooner; below 250ms one lost packet, a delay of 200ms, may count as a miss",
  }),
  "drop-grace": unset(
    duration(limits.dropGraceMs),
    "a drop is one missed beat, the other rules decide",
    {
      meaning:
        "When set: an agent is DOWN this long after its stream was dropped, unless it is back.",
      raising: "more time for a reconnect; a killed process is given up later",
      lowering:
        "a killed process is given up sooner, at 0s at once; a network cut looks like a death",
    },
  ),
  "task-stale-after": setting(duration(limits.taskThresholdMs), "5m", {
    meaning: "A task is STALE after this long without activity.",
    raising: "fewer warnings of slow tasks; a hung one is found later",
    lowering: "a hung task is found sooner; tasks must tell their progress more often",
  }),
  "task-timeout-after": setting(duration(limits.taskThresholdMs), "30m", {
    meaning: "A task is TIMED_OUT after this long of running.",
    raising: "room for longer tasks; an endless one is found later",
    lowering: "an endless task is found sooner; long ones are given up while they work",
  }),
  "stale-warning-only-once": setting(toggle, "true", {
    meaning:
      "Whether a stale task is told once per episode, or again after every further task-stale-after.",
  }),
};

/** What becomes of lost tasks when neither the task nor its agent says. */
const retrying = {
  "task-retry-attempts": setting(count(limits.retryAttempts, "attempts"), "1", {
    meaning:
      "How often a task is attempted in all when it times out or loses its agent: it is handed to an agent that subscribes to tasks.retry. With 1 nobody is asked to do it again.",
    raising: "more tasks come to their end; one that kills its agents kills more of them",
    lowering: "a task that cannot be done is given up sooner",
  }),
  "task-retry-backoff": setting(duration(limits.retryBackoffMs), "1s", {
    meaning: "The wait before the second attempt at a task; each further one waits twice as long.",
    raising: "an agent that was cut off has more time to come back and go on with its task",
    lowering: "lost tasks go on sooner",
  }),
  "task-retry-max-backoff": setting(duration(limits.retryBackoffMs), "5m", {
    meaning: "The longest wait before an attempt at a task.",
    raising: "what is broken has more time to be mended between late attempts",
    lowering: "late attempts come sooner",
  }),
  "task-retry-placement": setting(oneOf(placements), "any-of-type", {
    meaning:
      "Who is asked to do a lost task again. any-of-type: an agent of the same type and organization, an idle one first. same-agent: the one that had it, once it is back.",
  }),
};

const keeping = {
  "data-dir": {
    ...setting(folder, STATE_DIRECTORY, {
      meaning:
        "Where the journal is: agents, epochs, policies, pauses, tasks and events. One server a directory; it is made when it is missing.",
    }),
    defaultInWords:
      "$STATE_DIRECTORY, else heartbeat in $XDG_STATE_HOME, else ~/.local/state/heartbeat; in the container /var/lib/heartbeat",
  },
  ephemeral: setting(toggle, "false", {
    meaning:
      "Keeps the journal in memory: data-dir is not touched, and a restart forgets everything.",
  }),
  synchronous: setting(oneOf(synchronous), "normal", {
    meaning:
      "When a commit counts as kept. normal: once the system has it, which outlives the death of the process in any way; a power cut may take the last moments, and never more than that. full: once the disk has it, which outlives a power cut too; each commit waits for the disk, beats never do.",
  }),
  "journal-backlog": setting(count({ min: 1_000, max: 10_000_000 }, "events"), "200000", {
    meaning:
      "How many events wait in memory while the disk is slow or in trouble. Beyond it events are lost, counted and said so; agents' states never are.",
    raising: "a longer trouble of the disk loses nothing; about half a kilobyte of memory for each",
    lowering: "less memory in trouble",
  }),
  retention: setting(duration({ min: SECOND_MS, max: 365 * DAY_MS }), "1d", {
    meaning: "How long an agent that is DOWN or has LEFT is remembered.",
    raising: "more history at hand; agents with ever new names hold memory, and max-agents, longer",
    lowering: "less memory; who looks late finds nothing",
  }),
  "max-agents": setting(count({ min: 1, max: 16_000_000 }, "agents"), "1000000", {
    meaning: "How many agents may be known at once. A further one gets RESOURCE_EXHAUSTED.",
    raising: "room for more; about 300 bytes and its strings for each agent that is there",
    lowering: "a bound on memory when agents with ever new names arrive by mistake",
  }),
  "history-events": setting(count({ min: 1, max: 100_000_000 }, "events"), "1000000", {
    meaning: "How many events are kept for ListEvents and for watches that resume.",
    raising:
      "watchers may be away for longer; about half a kilobyte for each on disk, in memory when ephemeral",
    lowering: "less room; a watcher that comes back late gets OUT_OF_RANGE",
  }),
  "history-age": setting(duration({ min: SECOND_MS, max: 3_650 * DAY_MS }), "30d", {
    meaning: "How long events are kept, if history-events keeps them that long.",
    raising: "a longer history; more room on disk",
    lowering: "less room; what is older cannot be read back",
  }),
  "max-watchers": setting(count({ min: 1, max: 1_000_000 }, "streams"), "1000", {
    meaning: "How many watches are served at once. A further one gets RESOURCE_EXHAUSTED.",
    raising:
      "more dashboards; each event costs processor time for every watcher, whatever it asked for",
    lowering: "a bound on what forgotten watchers cost",
  }),
  "max-subscribers": setting(count({ min: 1, max: 1_000_000 }, "streams"), "1000", {
    meaning:
      "How many Subscribe calls are served at once; agents' own subscriptions do not count. A further one gets RESOURCE_EXHAUSTED.",
    raising: "more programs that listen; each may have 1 MiB of messages waiting for it",
    lowering: "a bound on what forgotten subscribers cost",
  }),
  "watcher-max-lag": setting(count({ min: 1, max: 10_000_000 }, "events"), "10000", {
    meaning:
      "How many events a watcher may fall behind once it has caught up. One that is further behind for ten seconds is ended with RESOURCE_EXHAUSTED and the sequence to resume after.",
    raising: "slow readers are left alone for longer, up to history-events; they cost no memory",
    lowering: "slow readers are told sooner, and must resume more often",
  }),
};

const protecting = {
  protection: setting(toggle, "true", {
    meaning:
      "Whether agents are held from DOWN while so many of an organization fall silent at once that the fault is likely the monitor's or the network's.",
  }),
  "protection-min-agents": setting(count({ min: 2, max: 1_000_000 }, "agents"), "10", {
    meaning: "Protection begins with no fewer agents than this turning SUSPECT.",
    raising: "small fleets are never held; a real mass failure is told sooner there",
    lowering: "small fleets are protected too; some real failures are told later",
  }),
  "protection-share": setting(ratio({ min: 0.05, max: 1 }, "of those alive"), "0.5", {
    meaning:
      "Protection begins when this share of an organization's live agents turns SUSPECT within the window.",
    raising: "only a larger failure is held",
    lowering: "a smaller failure is taken for the network's, and told later",
  }),
  "protection-window": setting(duration({ min: SECOND_MS, max: HOUR_MS }), "10s", {
    meaning: "Within how long they must turn SUSPECT; never less than two of their intervals.",
    raising: "a failure that spreads slowly is held too",
    lowering: "only a sudden failure is",
  }),
  "protection-hold": setting(duration({ min: SECOND_MS, max: DAY_MS }), "5m", {
    meaning: "How long protection lasts at most. It ends sooner when agents beat again.",
    raising: "longer network failures pass without an alarm; a real mass failure is told later",
    lowering: "a real mass failure is told sooner; a longer network failure ends in many alarms",
  }),
  "protection-release": setting(
    count({ min: 1, max: 1_000_000 }, "agents a second", "PerSecond"),
    "100",
    {
      meaning: "How many held agents a second go DOWN when protection has ended without them.",
      raising: "all of them are told sooner",
      lowering: "alerts come more slowly",
    },
  ),
  "restart-grace": setting(duration({ min: 0, max: HOUR_MS }), "60s", {
    meaning:
      "After a restart, or a stall that broke streams, an agent that was alive has its full timeout, and at least this long, to be heard from.",
    raising: "agents with long waits between their attempts are never blamed for our restart",
    lowering:
      "an agent that died meanwhile is found sooner; below the agents' longest wait between two attempts, 40s, live ones may be given up",
  }),
  "max-held-back": setting(duration({ min: 0, max: 30 * DAY_MS }), "1d", {
    meaning:
      "For how long the clock may be held back for the monitor's own stalls. A minute without a stall gives six seconds of it back. Beyond it a stall counts as the agents' silence.",
    raising: "longer suspensions blame nobody",
    lowering:
      "a monitor that stalls all the time finds deaths sooner, and blames agents for its stalls",
  }),
};

const telling = {
  alerts: unset(file, "alerts are kept and shown, and told to nobody", {
    meaning:
      "A YAML file that says who is told of alerts, and how: channels, routes and policy; see docs/alerts.md. Read at the start.",
  }),
  "self-beat-url-file": unset(file, "no outbound beat", {
    meaning:
      "A file with an address of a ping service, which is asked for (GET) every self-beat-interval while the journal is healthy and the tick keeps up: who watches that hears when this server is gone. A file, because such an address is a secret. Read at the start.",
  }),
  "self-beat-interval": setting(duration({ min: SECOND_MS, max: DAY_MS }), "1m", {
    meaning: "How often the address in self-beat-url-file is asked for.",
    raising: "less traffic; who watches the address must have more patience",
    lowering: "the server's own end is noticed sooner; some services refuse too many pings",
  }),
  "traces-endpoint": unset(webAddress, "no traces", {
    meaning:
      "Where a span of each call with one answer is posted, as OTLP over HTTP with JSON, such as http://127.0.0.1:4318/v1/traces. Beats and probes have none. The variables OTEL_EXPORTER_OTLP_* and OTEL_RESOURCE_ATTRIBUTES are heeded.",
  }),
  "traces-headers-file": unset(file, "those of OTEL_EXPORTER_OTLP_HEADERS", {
    meaning:
      "A file with headers for that, one a line, such as Authorization: Bearer TOKEN. A file, because they are secret. Read at the start.",
  }),
  "traces-ratio": setting(ratio({ min: 0, max: 1 }, "of the calls"), "1", {
    meaning:
      "How many of the calls have a span. A call whose traceparent says whether it is sampled is as its caller wants it.",
    raising: "rare faults are seen; more to post and to keep",
    lowering: "less to post and to keep; a fault may have no trace",
  }),
};

const running = {
  tick: setting(duration({ min: 1, max: SECOND_MS }), "10ms", {
    meaning: "How often deadlines are looked at, which is how late one may be noticed.",
    raising: "fewer wake-ups when idle; deadlines are noticed later",
    lowering: "deadlines are noticed sooner; more wake-ups",
  }),
  "keepalive-time": setting(duration({ min: SECOND_MS, max: DAY_MS }), "30s", {
    meaning: "A connection on which nothing arrived for this long gets an HTTP/2 PING.",
    raising: "less traffic; a machine that vanished without a word keeps its streams open longer",
    lowering: "vanished machines are found sooner; more traffic for idle connections",
  }),
  "keepalive-timeout": setting(duration({ min: 100, max: HOUR_MS }), "20s", {
    meaning:
      "A connection that leaves a PING unanswered for this long is closed, its streams dropped.",
    raising: "more patience with slow links and stopped processes",
    lowering: "vanished machines are found sooner; a long pause of a client is taken for a drop",
  }),
  "admission-rate": setting(
    count({ min: 1, max: 1_000_000 }, "streams a second", "PerSecond"),
    "2000",
    {
      meaning:
        "How many streams a second may open; as many may come at once. One more gets RESOURCE_EXHAUSTED with a delay after which to come back; its beat counts all the same.",
      raising:
        "a fleet that lost its server is back sooner; acks of the others wait while it comes",
      lowering:
        "a storm of connections is felt less; a large fleet takes longer to be connected again",
    },
  ),
  "greeting-timeout": setting(duration({ min: 100, max: HOUR_MS }), "10s", {
    meaning: "A stream on which nothing was said for this long after it opened is ended.",
    raising: "more patience with slow agents",
    lowering: "streams that were opened by mistake are gone sooner",
  }),
  "drain-grace": setting(duration({ min: 0, max: HOUR_MS }), "10s", {
    meaning: "How long SIGTERM waits at most for calls to end before they are cut.",
    raising: "slow calls may finish; a restart takes longer. Keep it below what stops the process",
    lowering: "restarts are quicker; calls may be cut",
  }),
  "drain-spread": setting(duration({ min: 0, max: HOUR_MS }), "2s", {
    meaning: "On draining, agents are asked to reconnect within a random part of this.",
    raising: "a gentler return of a large fleet; agents are away for longer",
    lowering: "agents are back sooner, and all at once",
  }),
  "max-connection-memory": setting(count({ min: 1, max: 4_096 }, "MiB", "MiB"), "32", {
    meaning:
      "What one connection may hold in streams, headers and queued data before new streams on it are refused.",
    raising: "more streams on one connection, as proxies and relays open; one client can cost more",
    lowering: "a hostile or broken client costs less; proxies may see refused streams",
  }),
};

export const settingTable = {
  ...listening,
  ...policy,
  ...retrying,
  ...keeping,
  ...protecting,
  ...telling,
  ...running,
};

export type SettingName = keyof typeof settingTable;

export const settingNames = Object.keys(settingTable) as SettingName[];

type Camel<Name extends string> = Name extends `${infer Head}-${infer Rest}`
  ? `${Head}${Capitalize<Camel<Rest>>}`
  : Name;
type SuffixOf<Entry> = Entry extends Setting<infer _, infer Suffix> ? Suffix : never;
type ValueOf<Entry> = Entry extends Setting<infer T, string> ? T : never;

/** All settings, read and checked. Spans end in `Ms`, memory in `MiB`; what may be unset is undefined. */
export type Settings = {
  readonly [Name in SettingName as `${Camel<Name>}${SuffixOf<(typeof settingTable)[Name]>}`]: ValueOf<
    (typeof settingTable)[Name]
  >;
};

/** Where each value came from: "flag --interval", "environment HEARTBEAT_INTERVAL", "file x.yaml:3", "default". */
export type Provenance = Readonly<Record<SettingName, string>>;

export const flagOf = (setting: string): string => `--${setting}`;

export const environmentOf = (setting: string): string =>
  `HEARTBEAT_${setting.toUpperCase().replaceAll("-", "_")}`;

/** The name of a setting as a property: `drain-grace` is `drainGraceMs`. */
export function propertyOf(setting: SettingName): keyof Settings {
  const camel = setting.replace(/-(.)/g, (_, letter: string) => letter.toUpperCase());
  return `${camel}${settingTable[setting].kind.suffix}` as keyof Settings;
}
