package io.heartbeat.agent;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import com.google.protobuf.ByteString;
import io.heartbeat.v1.Message;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

class MailTest {
  private final FakeLog log = new FakeLog();
  private final DirectCourier courier = new DirectCourier();
  private final MailOut out = new MailOut(() -> {}, courier, log);

  @Test
  void countsComeInTheOrderOfTheMessages() {
    var first = put("a", 1);
    var second = put("b", 1);
    out.take(new Room(1_000));
    out.counted(List.of(3L));
    assertEquals(OptionalLong.of(3), first.join());
    assertFalse(second.isDone());
    out.counted(List.of(0L, 9L));
    assertEquals(OptionalLong.of(0), second.join());
  }

  @Test
  void nobodyKnowsWhatBecameOfAMessageWhoseStreamBroke() {
    var written = put("a", 1);
    out.take(new Room(1_000));
    var waiting = put("b", 1);
    out.beginStream();
    assertEquals(OptionalLong.empty(), written.join());
    assertFalse(waiting.isDone());
    out.stop();
    assertEquals(OptionalLong.empty(), waiting.join());
    assertEquals(OptionalLong.empty(), put("c", 1).join());
  }

  @Test
  void onlySoManyMessagesWait() {
    for (int i = 0; i < 256; i++) assertFalse(put("a", 1).isDone());
    assertEquals(OptionalLong.empty(), put("one.more", 1).join());
    assertEquals(List.of("a message on one.more is not sent: 256 wait already"), log.told);
  }

  @Test
  void onlySoManyBytesWait() {
    for (int i = 0; i < 32; i++) assertFalse(put("a", 32 * 1024).isDone());
    assertEquals(OptionalLong.empty(), put("a", 1).join());
    out.take(new Room(40_000));
    assertFalse(put("a", 32 * 1024).isDone());
  }

  @Test
  void whatDoesNotFitWaitsForTheNextBeat() {
    for (int i = 0; i < 3; i++) put("a", 30_000);
    assertEquals(2, out.take(new Room(62_000)).size());
    assertEquals(true, out.hasUnsent());
    assertEquals(1, out.take(new Room(62_000)).size());
    assertFalse(out.hasUnsent());
  }

  @Test
  void everyHandlerThatMatchesIsCalledInOrder() {
    List<String> calls = new ArrayList<>();
    MailIn in =
        new MailIn(
            List.of(
                new MailIn.Subscription("a.*", message -> calls.add("star " + message.text())),
                new MailIn.Subscription("b", message -> calls.add("b")),
                new MailIn.Subscription("a.>", message -> calls.add("rest " + message.text()))),
            courier,
            log);
    in.receive(List.of(message("a.x", "1"), message("a.x.y", "2")), 0);
    assertEquals(List.of("star 1", "rest 1", "rest 2"), calls);
  }

  @Test
  void aHandlerThatThrowsIsHarmless() {
    List<String> calls = new ArrayList<>();
    MessageHandler failing =
        message -> {
          throw new Exception("no");
        };
    MailIn in =
        new MailIn(
            List.of(
                new MailIn.Subscription("a", failing),
                new MailIn.Subscription("a", message -> calls.add(message.text()))),
            courier,
            log);
    in.receive(List.of(message("a", "1")), 0);
    assertEquals(List.of("1"), calls);
    assertEquals(List.of("the handler of a threw: no"), log.told);
  }

  @Test
  void whatIsLeftOutIsTold() {
    MailIn in = new MailIn(List.of(), courier, log);
    courier.full = true;
    in.receive(List.of(message("a", "1")), 4);
    assertEquals(
        List.of(
            "the server left out 4 messages: this agent reads too slowly",
            "a message on a is left out: 256 wait already"),
        log.told);
  }

  private CompletableFuture<OptionalLong> put(String subject, int bytes) {
    ByteString data = ByteString.copyFrom(new byte[bytes]);
    return out.put(Message.newBuilder().setSubject(subject).setData(data).build());
  }

  private static Message message(String subject, String text) {
    return Message.newBuilder().setSubject(subject).setData(ByteString.copyFromUtf8(text)).build();
  }
}
