package io.heartbeat.agent;

/** Runs the program's code, one piece after the other, apart from the agent's own work. */
interface Courier {
  /** A piece of the program's code, which may throw what it likes. */
  interface Errand {
    void run() throws Exception;
  }

  /** Runs it soon; false when that is not to be: too much waits, or the courier has stopped. */
  boolean send(String what, Errand errand);
}
