import type { AddressInfo } from "node:net";
import { createServer } from "node:net";

/** A port for a program that does not say which one it got. Somebody else may take it meanwhile. */
export async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}
