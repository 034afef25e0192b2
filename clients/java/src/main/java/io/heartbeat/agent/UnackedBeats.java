package io.heartbeat.agent;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.OptionalLong;

/** The beats of a stream that the server has not acknowledged. */
final class UnackedBeats {
  /** Sending times that are remembered; past it, an ack counts for the newest that is. */
  private static final int REMEMBERED = 64;

  private record Sent(long sequence, long at) {}

  private final Deque<Sent> sent = new ArrayDeque<>();

  void sent(long sequence, long at) {
    if (sent.size() < REMEMBERED) sent.addLast(new Sent(sequence, at));
  }

  /**
   * Takes an ack for this beat and all before it. Answers when the newest of them was sent: up to
   * then the server knew this agent alive. Empty when the ack brings no news.
   */
  OptionalLong acked(long sequence) {
    OptionalLong newest = OptionalLong.empty();
    while (!sent.isEmpty() && sent.peekFirst().sequence() <= sequence) {
      newest = OptionalLong.of(sent.removeFirst().at());
    }
    return newest;
  }
}
