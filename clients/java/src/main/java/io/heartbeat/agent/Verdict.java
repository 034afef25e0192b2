package io.heartbeat.agent;

import io.grpc.Status;

/** What the end of a stream means for the agent. */
enum Verdict {
  RECONNECT,
  /** The server asks to come back later. */
  DEFERRED,
  SUPERSEDED,
  /** Trying again would only bring the same answer. */
  REFUSED;

  /**
   * Judges an end that the agent did not want.
   *
   * <p>Only the server's own word can end an agent, and only the trailer {@code heartbeat-error}
   * proves it: gRPC turns a proxy's 403 or 404 into PERMISSION_DENIED or UNIMPLEMENTED. ABORTED has
   * two meanings: a takeover, told by the code or by a directive before it, and otherwise an
   * operator's wish that the agent go.
   */
  static Verdict judge(StreamEnd end, boolean sawSuperseded) {
    if (end.status() == Status.Code.ABORTED && sawSuperseded) return SUPERSEDED;
    if (end.status() == Status.Code.RESOURCE_EXHAUSTED && end.pushbackMs().isPresent()) {
      return DEFERRED;
    }
    if (end.code().isEmpty()) return RECONNECT;
    return switch (end.status()) {
      case ABORTED -> end.code().get().equals("superseded") ? SUPERSEDED : REFUSED;
      case FAILED_PRECONDITION -> SUPERSEDED;
      case INVALID_ARGUMENT,
          NOT_FOUND,
          ALREADY_EXISTS,
          PERMISSION_DENIED,
          OUT_OF_RANGE,
          UNIMPLEMENTED,
          UNAUTHENTICATED ->
          REFUSED;
      default -> RECONNECT;
    };
  }
}
