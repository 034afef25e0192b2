package io.heartbeat.agent;

import io.heartbeat.v1.Vitals;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;

/** Measures the process: processor use since the last measurement, resident memory, timer lag. */
final class VitalsMeter {
  private static final Path STATUS = Path.of("/proc/self/status");

  private final Clock clock;
  private long since;
  private Duration used = usedCpu();
  private double cores = 0;

  VitalsMeter(Clock clock) {
    this.clock = clock;
    since = clock.now();
  }

  /**
   * {@code lagMs} is how late the agent's own timer fired: what every timer of the process suffers.
   */
  Vitals measure(long lagMs) {
    return Vitals.newBuilder()
        .setCpu(measureCores())
        .setRssBytes(residentBytes())
        .setLoopLag(Durations.toProto(Math.max(0, lagMs)))
        .build();
  }

  /**
   * The kernel counts in ticks of 10 ms: a shorter span measures only these, so the last figure
   * stands.
   */
  private double measureCores() {
    long now = clock.now();
    if (now - since < 100) return cores;
    Duration usedNow = usedCpu();
    cores = Math.max(0, usedNow.minus(used).toNanos() / 1e6 / (now - since));
    since = now;
    used = usedNow;
    return cores;
  }

  private static Duration usedCpu() {
    return ProcessHandle.current().info().totalCpuDuration().orElse(Duration.ZERO);
  }

  /** As Linux tells it; 0, which means nothing, where nobody does. */
  private static long residentBytes() {
    try {
      for (String line : Files.readAllLines(STATUS)) {
        if (line.startsWith("VmRSS:")) return Long.parseLong(line.replaceAll("\\D", "")) * 1024;
      }
    } catch (IOException | NumberFormatException elsewhere) {
      // Another system.
    }
    return 0;
  }
}
