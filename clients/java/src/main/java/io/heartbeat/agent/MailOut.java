package io.heartbeat.agent;

import io.heartbeat.v1.Message;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;

/**
 * Messages on their way out. Any thread may put one in. At most once: what was written when a
 * stream broke is not written again, and nobody knows what became of it.
 */
final class MailOut {
  /** What may wait: so many messages, and so many bytes of data. */
  static final int WAITING = 256;

  static final int WAITING_BYTES = 1024 * 1024;

  private record Outgoing(Message message, CompletableFuture<OptionalLong> delivered) {}

  private final Runnable onChange;
  private final Courier courier;
  private final Log log;
  private final Deque<Outgoing> unsent = new ArrayDeque<>();
  private int unsentBytes = 0;

  /** Written on the present stream; the server tells their counts in this order. */
  private final Deque<Outgoing> uncounted = new ArrayDeque<>();

  private boolean closed = false;

  /** {@code courier} completes what the program waits for. */
  MailOut(Runnable onChange, Courier courier, Log log) {
    this.onChange = onChange;
    this.courier = courier;
    this.log = log;
  }

  synchronized CompletableFuture<OptionalLong> put(Message message) {
    String problem = problemOfRoom(message);
    if (problem != null) {
      log.warn("a message on " + message.getSubject() + " is not sent: " + problem);
      return CompletableFuture.completedFuture(OptionalLong.empty());
    }
    Outgoing outgoing = new Outgoing(message, new CompletableFuture<>());
    unsent.addLast(outgoing);
    unsentBytes += message.getData().size();
    onChange.run();
    // A copy: what the program does to it is its own affair.
    return outgoing.delivered().copy();
  }

  synchronized boolean hasUnsent() {
    return !unsent.isEmpty();
  }

  /** A stream begins: of what the last one carried, nobody will tell the counts. */
  synchronized void beginStream() {
    forget(uncounted);
  }

  /** As many messages as there is room for, oldest first. */
  synchronized List<Message> take(Room room) {
    List<Message> taken = new ArrayList<>();
    while (!unsent.isEmpty() && room.take(unsent.peekFirst().message())) {
      Outgoing outgoing = unsent.removeFirst();
      unsentBytes -= outgoing.message().getData().size();
      uncounted.addLast(outgoing);
      taken.add(outgoing.message());
    }
    return taken;
  }

  /** The server has told to how many the next ones were handed. */
  synchronized void counted(List<Long> counts) {
    for (long count : counts) {
      if (!uncounted.isEmpty()) tell(uncounted.removeFirst(), OptionalLong.of(count));
    }
  }

  /** The agent leaves: what is in goes out, and nothing comes in. */
  synchronized void close() {
    closed = true;
  }

  /** The agent has ended: what was not sent never is. */
  synchronized void stop() {
    closed = true;
    forget(uncounted);
    forget(unsent);
  }

  private void forget(Deque<Outgoing> lost) {
    for (Outgoing outgoing : lost) tell(outgoing, OptionalLong.empty());
    lost.clear();
  }

  /** On the program's thread, since whatever waits for it runs there. */
  private void tell(Outgoing outgoing, OptionalLong delivered) {
    courier.send("publish", () -> outgoing.delivered().complete(delivered));
  }

  private String problemOfRoom(Message message) {
    if (closed) return "the agent has ended";
    if (unsent.size() >= WAITING) return WAITING + " wait already";
    if (unsentBytes + message.getData().size() > WAITING_BYTES) {
      return WAITING_BYTES + " bytes wait already";
    }
    return null;
  }
}
