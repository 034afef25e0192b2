import { describe, expect, it } from "vitest";
import { judge, tell } from "../../src/agent/verdict.ts";
import { type GrpcStatusName, grpcStatus } from "../../src/errors.ts";

const byServer = (status: GrpcStatusName) =>
  ({ by: "server", status, message: "m", code: "some_code" }) as const;

describe("an end that the agent did not want", () => {
  const expected: Record<GrpcStatusName, "reconnect" | "superseded" | "refused"> = {
    OK: "reconnect",
    CANCELLED: "reconnect",
    UNKNOWN: "reconnect",
    INVALID_ARGUMENT: "refused",
    DEADLINE_EXCEEDED: "reconnect",
    NOT_FOUND: "refused",
    ALREADY_EXISTS: "refused",
    PERMISSION_DENIED: "refused",
    RESOURCE_EXHAUSTED: "reconnect",
    FAILED_PRECONDITION: "superseded",
    ABORTED: "refused",
    OUT_OF_RANGE: "refused",
    UNIMPLEMENTED: "refused",
    INTERNAL: "reconnect",
    UNAVAILABLE: "reconnect",
    DATA_LOSS: "reconnect",
    UNAUTHENTICATED: "refused",
  };

  it.each(Object.keys(grpcStatus) as GrpcStatusName[])(
    "with %s is judged by the table",
    (status) => {
      expect(judge(byServer(status), false)).toBe(expected[status]);
    },
  );

  it("with ABORTED after a Superseded directive is a takeover", () => {
    expect(judge(byServer("ABORTED"), true)).toBe("superseded");
  });

  it("with ABORTED and the code of a takeover is one, though the directive was lost", () => {
    expect(judge({ ...byServer("ABORTED"), code: "superseded" }, false)).toBe("superseded");
    expect(judge({ ...byServer("ABORTED"), code: "unregistered" }, false)).toBe("refused");
  });

  it("with RESOURCE_EXHAUSTED and a time to come back at is put off", () => {
    expect(judge({ ...byServer("RESOURCE_EXHAUSTED"), pushbackMs: 500 }, false)).toBe("deferred");
    expect(judge({ ...byServer("UNAVAILABLE"), pushbackMs: 500 }, false)).toBe("reconnect");
  });

  it.each(["UNIMPLEMENTED", "PERMISSION_DENIED", "UNAUTHENTICATED", "ABORTED"] as const)(
    "with %s and no code is a proxy's word, and a reason to come back",
    (status) => {
      expect(judge({ by: "server", status, message: "m" }, false)).toBe("reconnect");
    },
  );

  it("without a word of the server is a reason to come back, whatever came before", () => {
    expect(judge({ by: "network", message: "ECONNRESET" }, true)).toBe("reconnect");
  });

  it("is told in words", () => {
    expect(tell(byServer("UNAVAILABLE"))).toBe("UNAVAILABLE: m");
    expect(tell({ by: "server", status: "OK", message: "" })).toBe("OK");
    expect(tell({ by: "network", message: "ECONNRESET" })).toBe("ECONNRESET");
  });
});
