package io.heartbeat.agent;

/**
 * An option, or an argument, outside its limits. The message names the option, its value, its limit
 * and the remedy.
 */
public final class InvalidOptionException extends IllegalArgumentException {
  private static final long serialVersionUID = 1L;

  private final String option;

  InvalidOptionException(String option, String value, String problem, String limit, String remedy) {
    super(option + " " + value + " " + problem + " (limit: " + limit + "); " + remedy);
    this.option = option;
  }

  /**
   * Which option it was.
   *
   * @return the option's name, as the builder's method is called
   */
  public String option() {
    return option;
  }
}
