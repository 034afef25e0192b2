import type { AddressInfo, Server } from "node:net";

/**
 * Connections that the kernel holds until they are taken; it has a bound of its own (net.core.somaxconn, 4,096).
 * Node's usual 511 are full in a moment when a fleet comes back: who does not fit is asked to wait, for seconds,
 * by a protocol that calls that a lost packet, and may give up before it is heard.
 */
const BACKLOG = 65_535;

/** Listens, and resolves to the port. Rejects when the address cannot be bound. */
export function listen(server: Server, host: string, port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen({ host, port, backlog: BACKLOG }, () => {
      server.off("error", reject);
      resolve((server.address() as AddressInfo).port);
    });
  });
}

/** HOST:PORT, taken apart; an IPv6 address stands in brackets. */
export function hostAndPort(address: string): { readonly host: string; readonly port: number } {
  const colon = address.lastIndexOf(":");
  const host = address.slice(0, colon).replace(/^\[|\]$/g, "");
  return { host, port: Number(address.slice(colon + 1)) };
}

/** The same address with the port that was taken. */
export function withPort(address: string, port: number): string {
  return `${address.slice(0, address.lastIndexOf(":"))}:${port}`;
}
