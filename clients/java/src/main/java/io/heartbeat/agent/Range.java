package io.heartbeat.agent;

/** The numbers from {@code min} to {@code max}, both included. */
record Range(double min, double max) {
  boolean holds(double value) {
    return value >= min && value <= max;
  }

  /** The number of the range that is nearest; the least for NaN. */
  double nearest(double value) {
    return Double.isNaN(value) ? min : Math.min(max, Math.max(min, value));
  }

  String shown(String unit) {
    return Checks.shown(min) + unit + " to " + Checks.shown(max) + unit;
  }
}
