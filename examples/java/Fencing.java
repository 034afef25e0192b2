import io.heartbeat.agent.HeartbeatAgent;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * One writer at a time: the epoch goes along with whatever is written, the other side refuses an
 * older one, and who is superseded or has lost the lease stops.
 */
public final class Fencing {
  public static void main(String[] args) throws InterruptedException {
    String server =
        Optional.ofNullable(System.getenv("HEARTBEAT_SERVER")).orElse("127.0.0.1:50051");
    AtomicBoolean stop = new AtomicBoolean();
    CountDownLatch connected = new CountDownLatch(1);
    Ledger ledger = new Ledger();

    try (HeartbeatAgent agent =
        HeartbeatAgent.builder("leader")
            .server(server)
            .interval(Duration.ofSeconds(1))
            .maxMissedBeats(2)
            .onWelcome(
                welcome -> {
                  System.out.println("connected, epoch " + welcome.epoch());
                  connected.countDown();
                })
            // The monitor may call this process DOWN by now, and another one may do its work.
            .onLeaseLost(lost -> stop.set(true))
            // Another process holds the name: its epoch is higher, and the ledger refuses ours.
            .onSuperseded(by -> stop.set(true))
            .build()
            .start()) {
      // There is no epoch before.
      connected.await(10, TimeUnit.SECONDS);
      for (int line = 1; line <= 3 && !stop.get(); line++) {
        Thread.sleep(400);
        if (agent.connectionHealth().healthy()) ledger.write(agent.epoch(), "line " + line);
      }
    }
  }

  /** Whatever is written to: it refuses an epoch that is older than one it has seen. */
  private static final class Ledger {
    private long newest = 0;

    void write(long epoch, String line) {
      if (Long.compareUnsigned(epoch, newest) < 0) {
        throw new IllegalStateException("epoch " + epoch + " is over, " + newest + " writes now");
      }
      newest = epoch;
      System.out.println("written with epoch " + epoch + ": " + line);
    }
  }
}
