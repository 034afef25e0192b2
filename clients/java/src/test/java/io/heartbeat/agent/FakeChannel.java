package io.heartbeat.agent;

import io.grpc.Status;
import io.heartbeat.v1.BeatRequest;
import io.heartbeat.v1.BeatResponse;
import io.heartbeat.v1.Directive;
import io.heartbeat.v1.LivenessPolicy;
import io.heartbeat.v1.Welcome;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/** A channel whose other end is the test. */
final class FakeChannel implements BeatChannel {
  final Listener listener;
  final List<BeatRequest> sent = new ArrayList<>();
  boolean writable = true;
  boolean finished = false;
  boolean abandoned = false;

  FakeChannel(Listener listener) {
    this.listener = listener;
  }

  @Override
  public boolean isWritable() {
    return writable;
  }

  @Override
  public void send(BeatRequest beat) {
    sent.add(beat);
  }

  @Override
  public void finish() {
    finished = true;
  }

  @Override
  public void abandon() {
    abandoned = true;
  }

  BeatRequest last() {
    return sent.get(sent.size() - 1);
  }

  void written() {
    writable = true;
    listener.onWritable();
  }

  void welcome(long epoch, long intervalMs) {
    var policy = LivenessPolicy.newBuilder().setInterval(Durations.toProto(intervalMs));
    var welcome =
        Welcome.newBuilder()
            .setEpoch(epoch)
            .setResumed(epoch > 1)
            .setPolicy(policy)
            .setFirstBeatIn(Durations.toProto(intervalMs / 2));
    listener.onAnswer(BeatResponse.newBuilder().setAckedSequence(1).setWelcome(welcome).build());
  }

  void ack() {
    listener.onAnswer(BeatResponse.newBuilder().setAckedSequence(last().getSequence()).build());
  }

  void direct(Directive.Builder directive) {
    listener.onAnswer(BeatResponse.newBuilder().addDirectives(directive).build());
  }

  void end(Status.Code status, String code) {
    listener.onEnd(new StreamEnd(status, "words", Optional.ofNullable(code), OptionalLong.empty()));
  }
}
