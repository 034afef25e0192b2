package io.heartbeat.agent;

import io.grpc.CallCredentials;
import io.grpc.Metadata;
import io.grpc.Status;
import java.util.concurrent.Executor;
import java.util.function.Supplier;

/** Sends a fresh token with a stream. Its source may wait, so it is asked on a thread that may. */
final class BearerToken extends CallCredentials {
  private static final Metadata.Key<String> AUTHORIZATION =
      Metadata.Key.of("authorization", Metadata.ASCII_STRING_MARSHALLER);

  private final Supplier<String> source;
  private final Executor patient;

  BearerToken(Supplier<String> source, Executor patient) {
    this.source = source;
    this.patient = patient;
  }

  @Override
  public void applyRequestMetadata(RequestInfo info, Executor caller, MetadataApplier applier) {
    patient.execute(() -> apply(applier));
  }

  private void apply(MetadataApplier applier) {
    try {
      Metadata headers = new Metadata();
      headers.put(AUTHORIZATION, "Bearer " + source.get());
      applier.apply(headers);
    } catch (RuntimeException | Error thrown) {
      applier.fail(Status.UNAVAILABLE.withDescription("no token").withCause(thrown));
    }
  }
}
