import io.heartbeat.agent.AgentMessage;
import io.heartbeat.agent.HeartbeatAgent;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** An agent that takes tasks by message, and answers. Here it asks itself. */
public final class Messages {
  private static final CountDownLatch connected = new CountDownLatch(1);
  private static final CountDownLatch answered = new CountDownLatch(1);
  private static final HeartbeatAgent agent =
      HeartbeatAgent.builder("worker-1")
          .server(Optional.ofNullable(System.getenv("HEARTBEAT_SERVER")).orElse("127.0.0.1:50051"))
          .onWelcome(
              welcome -> {
                System.out.println("connected, epoch " + welcome.epoch());
                connected.countDown();
              })
          .onMessage("tasks.new", Messages::onTask)
          .onMessage("answers.worker-1", Messages::onAnswer)
          .build();

  public static void main(String[] args) throws InterruptedException {
    try (agent) {
      agent.start();
      connected.await(10, TimeUnit.SECONDS);
      // Whoever subscribes to it now gets it, at most once: here that is this agent itself.
      byte[] task = "resize a.png".getBytes(StandardCharsets.UTF_8);
      agent
          .publish("tasks.new", task, "text/plain; charset=utf-8", "answers.worker-1")
          .thenAccept(count -> count.ifPresent(to -> System.out.println("handed to " + to)));
      answered.await(10, TimeUnit.SECONDS);
    }
  }

  private static void onTask(AgentMessage task) {
    System.out.println("a task from " + task.fromAgentId() + ": " + task.text());
    if (!task.replyTo().isEmpty()) agent.publish(task.replyTo(), "accepted");
  }

  private static void onAnswer(AgentMessage answer) {
    System.out.println("an answer: " + answer.text());
    answered.countDown();
  }
}
