package io.heartbeat.agent;

import java.util.ArrayList;
import java.util.List;

/** Remembers what was told. */
final class FakeLog implements Log {
  final List<String> told = new ArrayList<>();

  @Override
  public void warn(String message) {
    told.add(message);
  }

  @Override
  public void fault(String message, Throwable thrown) {
    told.add(message + ": " + thrown.getMessage());
  }
}
