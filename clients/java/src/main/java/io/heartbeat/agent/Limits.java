package io.heartbeat.agent;

/** What the wire takes. These are part of the contract, so they are no options. */
final class Limits {
  static final int ID_BYTES = 128;
  static final int AGENT_TYPE_BYTES = 128;
  static final int CLIENT_INFO_BYTES = 128;
  static final int LABELS = 32;
  static final int LABEL_NAME_BYTES = 63;
  static final int LABEL_VALUE_BYTES = 256;

  /** Tasks of one agent in flight, updates on one beat, and ends that are remembered. */
  static final int TASKS = 256;

  static final int TASK_DETAIL_BYTES = 4 * 1024;

  /** Reasons and errors: sentences for people. */
  static final int SENTENCE_BYTES = 1024;

  static final int SUBSCRIPTIONS = 64;
  static final int SUBJECT_BYTES = 256;
  static final int SUBJECT_TOKENS = 16;
  static final int CONTENT_TYPE_BYTES = 128;
  static final int MESSAGE_BYTES = 32 * 1024;

  /** One beat, encoded. */
  static final int BEAT_BYTES = 64 * 1024;

  private static final long SECOND_MS = 1_000;
  private static final long HOUR_MS = 3_600 * SECOND_MS;
  private static final long DAY_MS = 24 * HOUR_MS;

  static final Range INTERVAL_MS = new Range(100, DAY_MS);
  static final Range TIMEOUT_MULTIPLIER = new Range(1.1, 1_000);
  static final Range MAX_MISSED_BEATS = new Range(1, 1_000);
  static final Range GRACE_MS = new Range(0, HOUR_MS);
  static final Range DROP_GRACE_MS = new Range(0, DAY_MS);
  static final Range TASK_THRESHOLD_MS = new Range(100, 30 * DAY_MS);
  static final Range RETRY_ATTEMPTS = new Range(1, 100);
  static final Range RETRY_BACKOFF_MS = new Range(0, DAY_MS);
  static final Range CONNECT_TIMEOUT_MS = new Range(10, 600 * SECOND_MS);
  static final Range BACKOFF_MS = new Range(1, HOUR_MS);
  static final Range ATTEMPTS = new Range(0, Integer.MAX_VALUE);

  private Limits() {}
}
