package io.heartbeat.agent;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.grpc.Metadata;
import io.grpc.Status;
import java.util.Optional;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class VerdictTest {
  @ParameterizedTest
  @CsvSource({
    "ABORTED, superseded, SUPERSEDED",
    "ABORTED, unregistered, REFUSED",
    "FAILED_PRECONDITION, epoch_old, SUPERSEDED",
    "INVALID_ARGUMENT, field_invalid, REFUSED",
    "NOT_FOUND, x, REFUSED",
    "ALREADY_EXISTS, x, REFUSED",
    "PERMISSION_DENIED, x, REFUSED",
    "OUT_OF_RANGE, x, REFUSED",
    "UNIMPLEMENTED, not_offered, REFUSED",
    "UNAUTHENTICATED, x, REFUSED",
    "RESOURCE_EXHAUSTED, agents_full, RECONNECT",
    "UNAVAILABLE, draining, RECONNECT",
    "DEADLINE_EXCEEDED, greeting_late, RECONNECT",
    "INTERNAL, internal, RECONNECT",
    "CANCELLED, x, RECONNECT",
    "OK, x, RECONNECT",
  })
  void theServersOwnWordDecides(Status.Code status, String code, Verdict verdict) {
    assertEquals(verdict, Verdict.judge(end(status, code, -1), false));
  }

  @ParameterizedTest
  @EnumSource(Status.Code.class)
  void withoutItsTrailerNoStatusEndsAnAgent(Status.Code status) {
    assertEquals(Verdict.RECONNECT, Verdict.judge(end(status, null, -1), false));
  }

  @Test
  void anAbortAfterTheDirectiveIsATakeover() {
    assertEquals(Verdict.SUPERSEDED, Verdict.judge(end(Status.Code.ABORTED, null, -1), true));
  }

  @Test
  void aPushbackIsADeferral() {
    var end = end(Status.Code.RESOURCE_EXHAUSTED, "admission_deferred", 500);
    assertEquals(Verdict.DEFERRED, Verdict.judge(end, false));
  }

  @Test
  void anEndIsReadFromTheTrailers() {
    Metadata trailers = new Metadata();
    trailers.put(key("heartbeat-error"), "admission_deferred");
    trailers.put(key("grpc-retry-pushback-ms"), "700");
    Status status = Status.RESOURCE_EXHAUSTED.withDescription("too many");
    StreamEnd end = StreamEnd.of(status, trailers);
    assertEquals(end(Status.Code.RESOURCE_EXHAUSTED, "admission_deferred", 700, "too many"), end);
    assertEquals("RESOURCE_EXHAUSTED: too many", end.toString());
  }

  private static Metadata.Key<String> key(String name) {
    return Metadata.Key.of(name, Metadata.ASCII_STRING_MARSHALLER);
  }

  private static StreamEnd end(Status.Code status, String code, long pushbackMs) {
    return end(status, code, pushbackMs, "");
  }

  private static StreamEnd end(Status.Code status, String code, long pushbackMs, String message) {
    OptionalLong pushback = pushbackMs < 0 ? OptionalLong.empty() : OptionalLong.of(pushbackMs);
    return new StreamEnd(status, message, Optional.ofNullable(code), pushback);
  }
}
