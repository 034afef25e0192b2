package io.heartbeat.agent.conformance;

import com.google.gson.Gson;
import com.google.gson.GsonBuilder;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;

/** What the testee saw, one JSON object a line. */
final class Reports {
  private final Gson gson = new GsonBuilder().serializeNulls().disableHtmlEscaping().create();
  private final PrintStream out =
      new PrintStream(new FileOutputStream(FileDescriptor.out), true, StandardCharsets.UTF_8);

  /** Says what was seen, with names and values by turns. */
  synchronized void say(String saw, Object... fields) {
    Map<String, Object> report = new LinkedHashMap<>();
    report.put("saw", saw);
    for (int i = 0; i < fields.length; i += 2) report.put((String) fields[i], fields[i + 1]);
    out.println(gson.toJson(report));
  }

  void crash(Throwable error) {
    say("crash", "error", error.toString());
  }
}
