import pytest

from heartbeat._runtime.backoff import Backoff, Bounds, Waits, ceiling_ms, full_jitter_ms, settle_backoff
from heartbeat._runtime.errors import FieldInvalid

BOUNDS = Bounds(250, 30_000)


@pytest.mark.parametrize(
    ("step", "expected"),
    [(0, 250), (1, 500), (2, 1_000), (6, 16_000), (7, 30_000), (100, 30_000), (5_000, 30_000)],
)
def test_the_ceiling_doubles_up_to_the_maximum(step: int, expected: int) -> None:
    assert ceiling_ms(step, BOUNDS) == expected


def test_the_ceiling_reaches_the_longest_maximum_from_the_shortest_wait() -> None:
    assert ceiling_ms(10_000, Bounds(1, 3_600_000)) == 3_600_000


@pytest.mark.parametrize(
    ("step", "random", "expected"), [(0, 0.0, 0), (0, 0.5, 125), (3, 0.5, 1_000), (9, 0.999999, 29_999)]
)
def test_jitter_is_anything_below_the_ceiling(step: int, random: float, expected: int) -> None:
    assert full_jitter_ms(step, BOUNDS, lambda: random) == expected


def waits() -> Waits:
    return Waits(BOUNDS, lambda: 1 - 2**-53)


def test_waits_double_with_each_failure() -> None:
    grown = waits()
    assert [grown.after_loss_ms(0) for _ in range(4)] == [249, 499, 999, 1_999]


def test_waits_start_anew_after_a_stream_that_was_up_as_long_as_the_ceiling() -> None:
    grown = waits()
    for _ in range(4):
        grown.after_loss_ms(0)
    assert grown.after_loss_ms(3_999) == 3_999
    assert grown.after_loss_ms(8_000) == 249


def test_a_stream_that_the_server_asked_back_costs_nothing_unless_it_asks_in_a_circle() -> None:
    grown = waits()
    assert [grown.after_request_ms(60_000) for _ in range(2)] == [0, 0]
    assert [grown.after_request_ms(0) for _ in range(2)] == [499, 999]


def test_the_maximum_is_by_default_no_shorter_than_the_first_wait() -> None:
    assert settle_backoff(Backoff()) == Bounds(250, 30_000)
    assert settle_backoff(Backoff(initial=60)) == Bounds(60_000, 60_000)


@pytest.mark.parametrize(
    "backoff", [Backoff(initial=0), Backoff(initial=3_601), Backoff(0.5, 0.4), Backoff(1, 3_601)]
)
def test_bounds_outside_their_limits_are_refused(backoff: Backoff) -> None:
    with pytest.raises(FieldInvalid, match=r"backoff\.(initial|maximum)"):
        settle_backoff(backoff)
