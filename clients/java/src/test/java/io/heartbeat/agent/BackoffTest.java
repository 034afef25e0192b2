package io.heartbeat.agent;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class BackoffTest {
  private static final Backoff.Bounds BOUNDS = new Backoff.Bounds(250, 30_000);

  @ParameterizedTest
  @CsvSource({"0, 250", "1, 500", "6, 16000", "7, 30000", "63, 30000", "2000, 30000"})
  void theCeilingDoublesUpToTheMaximum(int step, long ceilingMs) {
    assertEquals(ceilingMs, Backoff.ceilingMs(step, BOUNDS));
  }

  @Test
  void aWaitIsAnythingBelowTheCeiling() {
    assertEquals(0, new Backoff(BOUNDS, () -> 0).afterLoss(0));
    assertEquals(249, new Backoff(BOUNDS, () -> 0.999).afterLoss(0));
  }

  @Test
  void waitsGrowWithEveryLoss() {
    Backoff backoff = new Backoff(BOUNDS, () -> 0.5);
    assertEquals(125, backoff.afterLoss(0));
    assertEquals(250, backoff.afterLoss(0));
    assertEquals(500, backoff.afterLoss(0));
  }

  @Test
  void onlyAStreamThatWasUpForTheCeilingSetsThemBack() {
    Backoff backoff = new Backoff(BOUNDS, () -> 0.5);
    backoff.afterLoss(0);
    assertEquals(250, backoff.afterLoss(499));
    assertEquals(125, backoff.afterLoss(1_000));
  }

  @Test
  void whoWasAskedToMoveComesAtOnceTheFirstTime() {
    Backoff backoff = new Backoff(BOUNDS, () -> 0.5);
    assertEquals(0, backoff.afterRequest(0));
    assertEquals(250, backoff.afterRequest(0));
    assertEquals(0, backoff.afterRequest(60_000));
  }
}
