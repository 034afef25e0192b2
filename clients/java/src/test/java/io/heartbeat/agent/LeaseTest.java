package io.heartbeat.agent;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class LeaseTest {
  private final FakeClock clock = new FakeClock();
  private final List<Long> lost = new ArrayList<>();
  private final Lease lease = new Lease(clock, lost::add);

  @Test
  void doesNotHoldBeforeTheFirstAck() {
    lease.allow(300);
    clock.advance(1_000);
    assertFalse(holds());
    assertEquals(List.of(), lost);
  }

  @Test
  void runsFromTheSendingOfTheBeat() {
    lease.allow(300);
    long sentAt = clock.now();
    clock.advance(100);
    lease.renew(sentAt);
    clock.advance(199);
    assertTrue(holds());
    clock.advance(1);
    assertFalse(holds());
    assertEquals(List.of(300L), lost);
  }

  @Test
  void isLostOncePerEpisode() {
    lease.allow(300);
    lease.renew(clock.now());
    clock.advance(5_000);
    assertEquals(1, lost.size());
    lease.renew(clock.now());
    assertTrue(holds());
    clock.advance(5_000);
    assertEquals(2, lost.size());
  }

  @Test
  void isNotRenewedByAnAckThatComesTooLate() {
    lease.allow(300);
    lease.renew(clock.now());
    long sentAt = clock.now();
    clock.advance(400);
    lease.renew(sentAt);
    assertFalse(holds());
    assertEquals(1, lost.size());
  }

  @Test
  void ignoresAnOlderBeat() {
    lease.allow(300);
    lease.renew(clock.now());
    lease.renew(clock.now() - 200);
    clock.advance(299);
    assertTrue(holds());
  }

  @Test
  void countsAShorterSpanFromNowOn() {
    lease.allow(10_000);
    lease.renew(clock.now());
    clock.advance(5_000);
    lease.allow(300);
    assertTrue(holds());
    clock.advance(300);
    assertEquals(List.of(5_300L), lost);
  }

  @Test
  void isNotProlongedByAShorterSpan() {
    lease.allow(10_000);
    lease.renew(clock.now());
    clock.advance(9_900);
    lease.allow(300);
    clock.advance(100);
    assertEquals(1, lost.size());
  }

  @Test
  void keepsNoTimerAfterItsEnd() {
    lease.allow(300);
    lease.renew(clock.now());
    lease.stop();
    assertEquals(0, clock.timers());
    assertFalse(holds());
  }

  private boolean holds() {
    return lease.until() > clock.now();
  }
}
