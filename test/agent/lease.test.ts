import { describe, expect, it } from "vitest";
import { Lease } from "../../src/agent/lease.ts";
import { FakeClock } from "../support/fake-clock.ts";

function make(timeoutMs = 3_000) {
  const clock = new FakeClock();
  const losses: number[] = [];
  const lease = new Lease(clock, (silentMs) => losses.push(silentMs));
  lease.allow(timeoutMs);
  return { clock, losses, lease, renew: () => lease.renew(clock.now().mono) };
}

describe("the lease", () => {
  it("does not hold, and is not lost, before the first ack", () => {
    const { clock, losses, lease } = make();
    clock.advance(1e9);
    expect(lease.holds).toBe(false);
    expect(losses).toEqual([]);
  });

  it("holds up to the timeout and is lost at it, once", () => {
    const { clock, losses, lease, renew } = make();
    renew();
    clock.advance(2_999);
    expect(lease.holds).toBe(true);
    clock.advance(1);
    expect(lease.holds).toBe(false);
    clock.advance(1e6);
    expect(losses).toEqual([3_000]);
  });

  it("is lost again in the next episode", () => {
    const { clock, losses, renew } = make();
    renew();
    clock.advance(5_000);
    renew();
    clock.advance(5_000);
    expect(losses).toEqual([3_000, 3_000]);
  });

  it("sets no timer when it is renewed", () => {
    const { clock, losses, renew } = make();
    for (let i = 0; i < 100; i++) {
      renew();
      expect(clock.pendingTimers).toBe(1);
      clock.advance(1_000);
    }
    expect(losses).toEqual([]);
  });

  it("is not renewed by the ack of a beat sent before the timeout", () => {
    const { clock, losses, lease, renew } = make();
    renew();
    const longAgo = clock.now().mono + 10;
    clock.advance(60_000);
    lease.renew(longAgo);
    expect(lease.holds).toBe(false);
    expect(losses).toHaveLength(1);
  });

  it("follows a policy that grows shorter or longer at once", () => {
    const { clock, losses, lease, renew } = make();
    renew();
    clock.advance(1_000);
    lease.allow(1_500);
    clock.advance(1_499);
    expect(losses).toEqual([]);
    clock.advance(1);
    expect(losses).toEqual([2_500]);
    renew();
    lease.allow(10_000);
    clock.advance(9_999);
    expect(lease.holds).toBe(true);
  });

  it("has a shorter timeout from now on, and never more than it had", () => {
    const { clock, losses, lease, renew } = make();
    renew();
    clock.advance(1_000);
    lease.allow(500);
    clock.advance(499);
    expect(losses).toEqual([]);
    clock.advance(1);
    expect(losses).toEqual([1_500]);
    renew();
    clock.advance(400);
    lease.allow(450);
    clock.advance(100);
    expect(losses).toEqual([1_500, 500]);
  });

  it("leaves no timer when it is stopped", () => {
    const { clock, lease, renew } = make();
    renew();
    lease.stop();
    expect(clock.pendingTimers).toBe(0);
    expect(lease.holds).toBe(false);
  });
});
