from dataclasses import dataclass

from support import FakeClock

from heartbeat._runtime.lease import Lease


@dataclass
class Made:
    clock: FakeClock
    lease: Lease
    losses: list[int]

    def renew(self) -> None:
        self.lease.renew(self.clock.mono_ms())


def make(timeout_ms: int = 3_000) -> Made:
    clock = FakeClock()
    losses: list[int] = []
    lease = Lease(clock, losses.append)
    lease.allow(timeout_ms)
    return Made(clock, lease, losses)


def test_does_not_hold_and_is_not_lost_before_the_first_ack() -> None:
    made = make()
    made.clock.advance(10**9)
    assert not made.lease.holds
    assert made.losses == []


def test_holds_up_to_the_timeout_and_is_lost_at_it_once() -> None:
    made = make()
    made.renew()
    made.clock.advance(2_999)
    assert made.lease.holds
    made.clock.advance(1)
    assert not made.lease.holds
    made.clock.advance(10**6)
    assert made.losses == [3_000]


def test_is_lost_again_in_the_next_episode() -> None:
    made = make()
    for _ in range(2):
        made.renew()
        made.clock.advance(5_000)
    assert made.losses == [3_000, 3_000]


def test_sets_no_timer_when_it_is_renewed() -> None:
    made = make()
    for _ in range(100):
        made.renew()
        assert len(made.clock.timers) == 1
        made.clock.advance(1_000)
    assert made.losses == []


def test_is_not_renewed_by_the_ack_of_a_beat_sent_long_ago() -> None:
    made = make()
    made.renew()
    sent_at = made.clock.mono_ms() + 10
    made.clock.advance(60_000)
    made.lease.renew(sent_at)
    assert not made.lease.holds
    assert len(made.losses) == 1


def test_follows_a_policy_that_grows_shorter_or_longer() -> None:
    made = make()
    made.renew()
    made.clock.advance(1_000)
    made.lease.allow(1_500)
    made.clock.advance(1_499)
    assert made.losses == []
    made.clock.advance(1)
    assert made.losses == [2_500]
    made.renew()
    made.lease.allow(10_000)
    made.clock.advance(9_999)
    assert made.lease.holds


def test_a_shorter_timeout_never_gives_more_than_there_was() -> None:
    made = make()
    made.renew()
    made.lease.allow(500)
    made.clock.advance(400)
    made.lease.allow(450)
    made.clock.advance(100)
    assert made.losses == [500]


def test_leaves_no_timer_when_it_is_stopped() -> None:
    made = make()
    made.renew()
    made.lease.stop()
    assert made.clock.timers == []
    assert not made.lease.holds


def test_an_ack_that_comes_out_of_order_takes_nothing_away() -> None:
    made = make()
    made.renew()
    made.lease.renew(made.clock.mono_ms() - 2_000)
    made.clock.advance(2_999)
    assert made.lease.holds
