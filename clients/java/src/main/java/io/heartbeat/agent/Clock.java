package io.heartbeat.agent;

import java.time.Instant;

/** Time, as a value that is handed in, so that tests can run a year in a millisecond. */
interface Clock {
  /** Monotonic milliseconds. They decide. Their zero means nothing. */
  long now();

  /** Wall time. It is shown, and decides nothing. */
  Instant wall();

  /** Calls back once after so many milliseconds, soon when that has passed. */
  Timer after(long delayMs, Runnable callback);

  /** A timer that was set. */
  interface Timer {
    /** Stops it; harmless when it has fired. */
    void cancel();
  }
}
