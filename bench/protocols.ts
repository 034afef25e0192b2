/**
 * What the load generator says to each kind of server.
 */
import type { ClientHttp2Session } from "node:http2";
import { unary } from "./client.ts";
import { BEAT_PATH, firstBeatFrame } from "./messages.ts";
import type { ServerName } from "./servers.ts";
import { beatFrame, goodbyeFrame, leaseGrantFrame, leaseKeepAliveFrame } from "./wire.ts";

export interface Protocol {
  readonly path: string;
  /** What must be done before a stream is opened. */
  prepare?(session: ClientHttp2Session): Promise<void>;
  /** The stream's first message, framed; its answer says that the stream is taken. */
  readonly first: Buffer;
  /** The n-th message after the first, framed. */
  message(n: number): Buffer;
  /** The last message, framed, where the protocol has one. */
  readonly last?: Buffer;
}

/** @param agent the number of the agent among all of this server's, from 1 */
export function protocolOf(server: ServerName, agent: number, intervalMs: number): Protocol {
  return server === "etcd" ? lease(agent) : beat(server, agent, intervalMs);
}

/** The floor gets the same bytes as the Beat stream, and understands none. */
function beat(server: ServerName, agent: number, intervalMs: number): Protocol {
  const first = firstBeatFrame(`bench/agent-${agent}`, intervalMs);
  const message = (n: number) => beatFrame(n + 1);
  return server === "floor"
    ? { path: BEAT_PATH, first, message }
    : { path: BEAT_PATH, first, message, last: goodbyeFrame };
}

const LEASE_TTL_SECONDS = 3_600;
const GRANT_TIMEOUT_MS = 20_000;

/** One lease an agent, as etcd's own clients do it. */
function lease(agent: number): Protocol {
  const keepAlive = leaseKeepAliveFrame(agent);
  return {
    path: "/etcdserverpb.Lease/LeaseKeepAlive",
    first: keepAlive,
    message: () => keepAlive,
    async prepare(session) {
      const grant = leaseGrantFrame(agent, LEASE_TTL_SECONDS);
      await unary(session, "/etcdserverpb.Lease/LeaseGrant", grant, GRANT_TIMEOUT_MS);
    },
  };
}
