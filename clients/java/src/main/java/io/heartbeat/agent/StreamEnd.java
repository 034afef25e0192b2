package io.heartbeat.agent;

import io.grpc.Metadata;
import io.grpc.Status;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * How a stream ended.
 *
 * @param code the error's code that the server told in the trailer {@code heartbeat-error}. Without
 *     it nobody knows who spoke: gRPC makes up a status for a broken connection, and for a proxy's
 *     404.
 * @param pushbackMs how long the server asks to stay away, as far as it is believed
 */
record StreamEnd(
    Status.Code status, String message, Optional<String> code, OptionalLong pushbackMs) {
  private static final Metadata.Key<String> ERROR = key("heartbeat-error");
  private static final Metadata.Key<String> PUSHBACK = key("grpc-retry-pushback-ms");

  /** The transport's word. */
  static StreamEnd of(Status status, Metadata trailers) {
    return new StreamEnd(
        status.getCode(),
        words(status),
        Optional.ofNullable(trailers.get(ERROR)),
        Pushback.read(trailers.get(PUSHBACK)));
  }

  /** The agent's own word: this stream is of no use any more. */
  static StreamEnd broken(String message) {
    return new StreamEnd(Status.Code.UNAVAILABLE, message, Optional.empty(), OptionalLong.empty());
  }

  @Override
  public String toString() {
    return message.isEmpty() ? status.toString() : status + ": " + message;
  }

  /** The description, and what broke the connection, where that is known. */
  private static String words(Status status) {
    String description = Optional.ofNullable(status.getDescription()).orElse("");
    Throwable cause = status.getCause();
    if (cause == null || cause.getMessage() == null) return description;
    return description.isEmpty() ? cause.getMessage() : description + ", " + cause.getMessage();
  }

  private static Metadata.Key<String> key(String name) {
    return Metadata.Key.of(name, Metadata.ASCII_STRING_MARSHALLER);
  }
}
