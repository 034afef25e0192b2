import { lookup } from "node:dns/promises";
import { createServer, type Server, type Socket } from "node:net";
import { hostAndPort, listen } from "../library/listen.ts";

/** What listening on an address that the machine does not have fails with. */
const NOT_HERE: readonly (string | undefined)[] = ["EADDRNOTAVAIL", "EAFNOSUPPORT"];

/**
 * Listens on every address that the host's name has and the machine has, on one port. Rejects when there is none, or
 * when one of them is taken: who calls there would reach somebody else.
 */
export async function listenOnAll(
  address: string,
  onConnection: (socket: Socket) => void,
): Promise<{ readonly port: number; close(): void }> {
  const { host, port: wanted } = hostAndPort(address);
  const servers: Server[] = [];
  const close = () => {
    for (const server of servers) server.close();
  };
  let missing: unknown;
  let port = wanted;
  for (const { address: one } of await lookup(host, { all: true })) {
    const server = createServer({ noDelay: true }, onConnection);
    try {
      port = await listen(server, one, port);
      servers.push(server);
    } catch (error) {
      if (!NOT_HERE.includes((error as NodeJS.ErrnoException).code)) {
        close();
        throw error;
      }
      missing = error;
    }
  }
  if (servers.length === 0) throw missing;
  return { port, close };
}
