import pytest

from heartbeat._runtime.pushback import pushback_wait_ms, read_pushback_ms


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2000", 2_000),
        ("0", 10),
        ("9", 10),
        ("300000", 300_000),
        ("300001", 300_000),
        ("9" * 400, 300_000),
        ("-1", None),
        ("NaN", None),
        ("1.5", None),
        ("0x10", None),
        ("٣", None),
        ("", None),
        ("soon", None),
        (None, None),
    ],
)
def test_a_delay_is_believed_within_bounds(text: str | None, expected: int | None) -> None:
    assert read_pushback_ms(text) == expected


@pytest.mark.parametrize(
    ("pushback_ms", "random", "expected"),
    [(10, 0.999, 10), (2_000, 0.0, 2_000), (2_000, 0.999, 2_199), (300_000, 0.999, 300_999)],
)
def test_the_wait_is_never_shorter_and_up_to_a_tenth_longer(
    pushback_ms: int, random: float, expected: int
) -> None:
    assert pushback_wait_ms(pushback_ms, lambda: random) == expected
