package io.heartbeat.agent;

import io.heartbeat.v1.TaskRetry;
import io.heartbeat.v1.TaskUpdate;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;

/**
 * What the server is still to be told of tasks. Any thread may write into it; the agent's reads.
 *
 * <p>A running task is told as it is now, so a hundred changes make one update. An end is told
 * until it has been acknowledged, on as many streams as that takes: the server may hear it twice,
 * never not.
 */
final class TaskBook {
  private static final long UNSENT = 0;

  private static final class End {
    final TaskUpdate update;

    /** The beat it went out with on the present stream. */
    long sentWith = UNSENT;

    End(TaskUpdate update) {
      this.update = update;
    }
  }

  private final Runnable onChange;
  private final Courier courier;
  private final Log log;
  private final Map<String, AgentTask> running = new HashMap<>();
  private final Set<AgentTask> changed = new LinkedHashSet<>();
  private final Deque<End> ends = new ArrayDeque<>();
  private boolean closed = false;

  /** {@code courier} runs what the program wants done when a task is canceled. */
  TaskBook(Runnable onChange, Courier courier, Log log) {
    this.onChange = onChange;
    this.courier = courier;
    this.log = log;
  }

  /** Starts a task; one of this name that is in flight is handed out again. */
  synchronized AgentTask start(String id, TaskOptions options) {
    AgentTask known = running.get(id);
    if (known != null) return known;
    AgentTask task = new AgentTask(id, 0, options, this);
    if (running.size() >= Limits.TASKS) {
      warn("task " + id + " is not reported: " + Limits.TASKS + " are in flight already");
      return task;
    }
    running.put(id, task);
    changed(task);
    return task;
  }

  /**
   * Takes up a task that is offered, in the place of an older attempt at it, which is to stop.
   * Empty when it was taken up before, or there is no room.
   */
  synchronized Optional<RetriedTask> takeUp(TaskRetry offer) {
    String id = offer.getTaskId();
    AgentTask older = running.get(id);
    if (isKnown(offer)) return Optional.empty();
    if (older == null && running.size() >= Limits.TASKS) {
      warn("task " + id + " is not taken up: " + Limits.TASKS + " are in flight already");
      return Optional.empty();
    }
    RetriedTask task = new RetriedTask(offer, this);
    running.put(id, task);
    if (older != null) {
      changed.remove(older);
      older.fire();
    }
    changed(task);
    return Optional.of(task);
  }

  /** Whether that attempt is in flight, or has ended and the server may not know it. */
  private boolean isKnown(TaskRetry offer) {
    AgentTask present = running.get(offer.getTaskId());
    return present != null && present.report().getEpoch() == offer.getEpoch()
        || ends.stream()
            .map(end -> end.update)
            .filter(update -> update.getTaskId().equals(offer.getTaskId()))
            .anyMatch(update -> update.getEpoch() == offer.getEpoch());
  }

  synchronized void changed(AgentTask task) {
    if (closed || !isReported(task)) return;
    changed.add(task);
    onChange.run();
  }

  synchronized void ended(AgentTask task) {
    if (!running.remove(task.id(), task)) return;
    changed.remove(task);
    if (closed) return;
    ends.addLast(new End(task.report()));
    if (ends.size() > Limits.TASKS) {
      String forgotten = ends.removeFirst().update.getTaskId();
      warn("the end of task " + forgotten + " is forgotten: no ack for " + Limits.TASKS + " ends");
    }
    onChange.run();
  }

  void warn(String message) {
    log.warn(message);
  }

  /** Runs what the program wants done about a task, on its own thread; false after the end. */
  boolean tell(String what, Courier.Errand errand) {
    return courier.send(what, errand);
  }

  /** An operator stops one task, or it was handed on. With an epoch, only that attempt at it. */
  synchronized void cancel(String id, OptionalLong epoch) {
    AgentTask task = running.get(id);
    if (task == null) return;
    if (epoch.isPresent() && epoch.getAsLong() != task.report().getEpoch()) return;
    changed.remove(task);
    task.fire();
  }

  /** All work has to stop. */
  synchronized void cancelAll() {
    running.values().forEach(AgentTask::fire);
  }

  /** The agent has ended: what it took up goes to another one. */
  synchronized void letGo() {
    for (AgentTask task : running.values()) if (task instanceof RetriedTask) task.fire();
  }

  /** The agent leaves: what has been told so far is all that is told. */
  synchronized void close() {
    closed = true;
  }

  synchronized boolean hasNews() {
    return !changed.isEmpty() || ends.stream().anyMatch(end -> end.sentWith == UNSENT);
  }

  /** On a new stream everything is news: the server may not have read what the last one carried. */
  synchronized void beginStream() {
    for (End end : ends) end.sentWith = UNSENT;
    for (AgentTask task : running.values()) if (isReported(task)) changed.add(task);
  }

  /** The news for the beat with this sequence, as much of it as a beat carries. */
  synchronized List<TaskUpdate> take(long sequence, Room room) {
    List<TaskUpdate> updates = new ArrayList<>();
    // Ends first: a name that ended and began anew is told in this order.
    for (End end : ends) {
      if (end.sentWith != UNSENT) continue;
      if (!add(updates, end.update, room)) return updates;
      end.sentWith = sequence;
    }
    for (Iterator<AgentTask> each = changed.iterator(); each.hasNext(); ) {
      if (!add(updates, each.next().report(), room)) return updates;
      each.remove();
    }
    return updates;
  }

  /** The server has read this beat and those before it. */
  synchronized void acked(long sequence) {
    ends.removeIf(end -> end.sentWith != UNSENT && end.sentWith <= sequence);
  }

  private static boolean add(List<TaskUpdate> updates, TaskUpdate update, Room room) {
    if (updates.size() >= Limits.TASKS || !room.take(update)) return false;
    return updates.add(update);
  }

  /** Of a task that an operator has canceled only the end is told: it is no longer in flight. */
  private boolean isReported(AgentTask task) {
    return running.get(task.id()) == task && !task.isCanceled();
  }
}
