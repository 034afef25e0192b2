import io.heartbeat.agent.AgentTask;
import io.heartbeat.agent.HeartbeatAgent;
import io.heartbeat.agent.HeartbeatAgentBuilder;
import io.heartbeat.agent.RetriedTask;
import io.heartbeat.agent.Retry;
import io.heartbeat.agent.TaskOptions;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;

/** A task whose agent is lost, and the agent that goes on with it. */
public final class Retries {
  private static final List<String> FILES = List.of("a.csv", "b.csv", "c.csv");

  public static void main(String[] args) throws Exception {
    CountDownLatch done = new CountDownLatch(1);
    HeartbeatAgentBuilder builder =
        importer("importer-2")
            .onWelcome(welcome -> System.out.println("connected, epoch " + welcome.epoch()))
            .onRetry(
                task -> {
                  try {
                    resume(task);
                  } finally {
                    done.countDown();
                  }
                });

    try (HeartbeatAgent second = builder.build().start();
        HeartbeatAgent first = importer("importer-1").build().start()) {
      Retry retry = Retry.defaults().maxAttempts(3).backoff(Duration.ofMillis(100));
      AgentTask task = first.task("import-42", TaskOptions.defaults().retry(retry).detail("0"));
      importFrom(0, task, 1);
      // Or it is killed, hangs, or is cut off: whatever makes it DOWN.
      first.fail("the disk is full");
      done.await();
      second.close("all files are in");
    }
  }

  private static HeartbeatAgentBuilder importer(String agentId) {
    String server =
        Optional.ofNullable(System.getenv("HEARTBEAT_SERVER")).orElse("127.0.0.1:50051");
    // A lost task is handed on among agents of one type.
    return HeartbeatAgent.builder(agentId).agentType("importer").server(server);
  }

  /** On a thread of its own. What it throws is the task's error. */
  private static void resume(RetriedTask task) throws InterruptedException {
    // The epoch goes along with what the task writes elsewhere: an older attempt is refused there.
    String words = "attempt %d of %s, epoch %d: %s";
    System.out.println(words.formatted(task.attempt(), task.id(), task.epoch(), task.reason()));
    String before = new String(task.detailBefore(), StandardCharsets.UTF_8);
    importFrom(Integer.parseInt(before), task, FILES.size());
    if (!task.isCanceled()) task.succeed();
  }

  /** The detail is what the next attempt needs: how many files are in. */
  private static void importFrom(int from, AgentTask task, int until) throws InterruptedException {
    for (int n = from; n < until; n++) {
      // An operator has canceled it, or it was handed on.
      if (task.isCanceled()) return;
      Thread.sleep(300);
      System.out.println(FILES.get(n) + " is in");
      task.progress((n + 1.0) / FILES.size(), Integer.toString(n + 1));
    }
  }
}
