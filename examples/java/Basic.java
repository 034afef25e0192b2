import io.heartbeat.agent.HeartbeatAgent;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** An agent that says that its process lives. */
public final class Basic {
  public static void main(String[] args) throws Exception {
    String server =
        Optional.ofNullable(System.getenv("HEARTBEAT_SERVER")).orElse("127.0.0.1:50051");
    CountDownLatch connected = new CountDownLatch(1);

    try (HeartbeatAgent agent =
        HeartbeatAgent.builder("billing-7")
            .server(server)
            .interval(Duration.ofSeconds(5))
            .onWelcome(
                welcome -> {
                  System.out.println("connected, epoch " + welcome.epoch());
                  connected.countDown();
                })
            .build()
            .start()) {
      // A program need not wait for it; this one is over in a second.
      connected.await(10, TimeUnit.SECONDS);
      work();
      agent.close("all invoices are out");
    }
  }

  /** Whatever your program does. The agent beats by itself. */
  private static void work() throws InterruptedException {
    Thread.sleep(1_000);
  }
}
