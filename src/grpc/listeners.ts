import { lookup } from "node:dns/promises";
import { createServer, type Server, type Socket } from "node:net";
import { hostAndPort, listen } from "../library/listen.ts";

/**
 * Listens on every address that the host's name has, as far as the machine has them, on one port. Rejects, with the
 * first failure, when there is none.
 */
export async function listenOnAll(
  address: string,
  onConnection: (socket: Socket) => void,
): Promise<{ readonly port: number; close(): void }> {
  const { host, port: wanted } = hostAndPort(address);
  const servers: Server[] = [];
  const failures: unknown[] = [];
  let port = wanted;
  for (const { address: one } of await lookup(host, { all: true })) {
    const server = createServer({ noDelay: true }, onConnection);
    try {
      port = await listen(server, one, port);
      servers.push(server);
    } catch (error) {
      failures.push(error);
    }
  }
  if (servers.length === 0) throw failures[0];
  return {
    port,
    close() {
      for (const server of servers) server.close();
    },
  };
}
