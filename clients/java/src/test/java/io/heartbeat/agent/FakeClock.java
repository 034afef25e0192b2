package io.heartbeat.agent;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/** Time that passes when a test says so. */
final class FakeClock implements Clock {
  private record Alarm(long at, Runnable callback) {}

  private final List<Alarm> alarms = new ArrayList<>();
  private long now = 1_000_000;

  @Override
  public long now() {
    return now;
  }

  @Override
  public Instant wall() {
    return Instant.ofEpochMilli(1_800_000_000_000L + now);
  }

  @Override
  public Timer after(long delayMs, Runnable callback) {
    Alarm alarm = new Alarm(now + Math.max(0, delayMs), callback);
    alarms.add(alarm);
    return () -> alarms.removeIf(other -> other == alarm);
  }

  /** Lets time pass; timers fire at their instant. */
  void advance(long ms) {
    long until = now + ms;
    for (Optional<Alarm> next = next(until); next.isPresent(); next = next(until)) {
      Alarm alarm = next.get();
      alarms.remove(alarm);
      now = Math.max(now, alarm.at());
      alarm.callback().run();
    }
    now = Math.max(now, until);
  }

  /** Lets time pass while nothing runs, as when a machine is frozen. */
  void freeze(long ms) {
    now += ms;
  }

  int timers() {
    return alarms.size();
  }

  private Optional<Alarm> next(long until) {
    return alarms.stream()
        .filter(alarm -> alarm.at() <= until)
        .min(Comparator.comparingLong(Alarm::at));
  }
}
