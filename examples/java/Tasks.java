import io.heartbeat.agent.AgentTask;
import io.heartbeat.agent.HeartbeatAgent;
import io.heartbeat.agent.TaskOptions;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** A task that is watched apart from its agent: one that hangs is found while the agent beats. */
public final class Tasks {
  public static void main(String[] args) throws Exception {
    String server =
        Optional.ofNullable(System.getenv("HEARTBEAT_SERVER")).orElse("127.0.0.1:50051");
    List<String> files = List.of("a.csv", "b.csv", "c.csv");
    TaskOptions options =
        TaskOptions.defaults()
            .staleAfter(Duration.ofMinutes(1))
            .timeoutAfter(Duration.ofMinutes(10));
    CountDownLatch connected = new CountDownLatch(1);

    try (HeartbeatAgent agent =
            HeartbeatAgent.builder("importer-1")
                .server(server)
                .onWelcome(
                    welcome -> {
                      System.out.println("connected, epoch " + welcome.epoch());
                      connected.countDown();
                    })
                .build()
                .start();
        AgentTask task = agent.task("import-42", options)) {
      // A program need not wait for it; this one is over in a second.
      connected.await(10, TimeUnit.SECONDS);
      for (int done = 0; done < files.size(); done++) {
        // An operator has canceled it: leaving the block tells that it was given up.
        if (task.isCanceled()) return;
        importFile(files.get(done));
        task.progress((done + 1.0) / files.size(), files.get(done) + " is in");
      }
      // Last: a task that leaves its block without this has failed, which is what an exception
      // means.
      task.succeed();
    }
  }

  private static void importFile(String file) throws InterruptedException {
    Thread.sleep(300);
  }
}
