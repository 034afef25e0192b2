/** Kept for this tab alone, and gone with it. */
const PLACE = "heartbeat-token";

export interface TokenStore {
  get(): string | undefined;
  set(token: string | undefined): void;
}

export function tokenStore(
  storage: Pick<Storage, "getItem" | "setItem" | "removeItem">,
): TokenStore {
  return {
    get: () => storage.getItem(PLACE) ?? undefined,
    set(token) {
      if (token === undefined || token === "") storage.removeItem(PLACE);
      else storage.setItem(PLACE, token);
    },
  };
}

/** Whose agents a token may see: what its claim `org` says; all of them without a token. */
export function organizationOf(token: string | undefined): string {
  const payload = token?.split(".")[1];
  if (payload === undefined) return "*";
  try {
    const { org } = JSON.parse(atob(payload.replaceAll("-", "+").replaceAll("_", "/")));
    return typeof org === "string" && org !== "" ? org : "*";
  } catch {
    // It is no token. The server says so, and better.
    return "*";
  }
}
