package io.heartbeat.agent.conformance;

import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import io.heartbeat.agent.InvalidOptionException;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;

/**
 * The program that the conformance runner drives; test/conformance/README.md is its specification.
 */
public final class Testee {
  private Testee() {}

  /** Does what standard input says, and exits when it ends. */
  public static void main(String[] args) throws IOException {
    Reports reports = new Reports();
    Thread.setDefaultUncaughtExceptionHandler((thread, error) -> reports.crash(error));
    reports.say("ready");
    Puppet puppet = new Puppet(reports);
    BufferedReader orders =
        new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
    for (String line = orders.readLine(); line != null; line = orders.readLine()) {
      JsonObject order = JsonParser.parseString(line).getAsJsonObject();
      try {
        puppet.obey(order);
      } catch (InvalidOptionException refused) {
        reports.say("refused", "message", refused.getMessage());
      } catch (RuntimeException error) {
        reports.crash(error);
      }
    }
    puppet.close();
    System.exit(0);
  }
}
