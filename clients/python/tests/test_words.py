"""Small arithmetic: spans, instants, cutting, the acks of a stream."""

import pytest

from heartbeat._runtime.checks import cut
from heartbeat._runtime.errors import in_words, shown
from heartbeat._runtime.policy import ASSUMED, read_policy
from heartbeat._runtime.unacked import UnackedBeats
from heartbeat._runtime.wire import duration, instant, span_ms, timestamp
from heartbeat.v1.heartbeat_pb2 import LivenessPolicy


@pytest.mark.parametrize("ms", [0, 1, 999, 1_000, 86_400_001])
def test_spans_survive_the_wire(ms: int) -> None:
    assert span_ms(duration(ms)) == ms


def test_instants_are_aware() -> None:
    assert instant(1_767_225_600_001).isoformat() == "2026-01-01T00:00:00.001000+00:00"
    assert timestamp(1_001).nanos == 1_000_000


@pytest.mark.parametrize(
    ("text", "expected"), [("short", "short"), ("x" * 11, "xxxxxxx…"), ("ä" * 6, "äää…"), ("\ud800", "?")]
)
def test_a_sentence_is_cut_between_characters(text: str, expected: str) -> None:
    assert cut(text, 10) == expected


def test_values_are_shown_short() -> None:
    assert shown("a b") == '"a b"'
    assert shown(0.01) == "0.01"
    assert len(shown("x" * 1_000)) < 50


def test_errors_are_told_in_words() -> None:
    assert in_words(KeyError("k")) == "KeyError: 'k'"
    assert in_words(TimeoutError()) == "TimeoutError"
    assert in_words("no space") == "no space"


def test_an_ack_counts_for_the_newest_beat_that_it_covers() -> None:
    beats = UnackedBeats()
    for sequence in range(1, 4):
        beats.sent(sequence, sequence * 100)
    assert beats.acked(0) is None
    assert beats.acked(2) == 200
    assert beats.acked(2) is None
    assert beats.acked(9) == 300


def test_sending_times_are_remembered_up_to_a_bound() -> None:
    beats = UnackedBeats()
    for sequence in range(1, 1_000):
        beats.sent(sequence, sequence)
    assert beats.acked(999) == 64


def test_a_policy_keeps_what_the_server_leaves_out() -> None:
    policy = read_policy(LivenessPolicy(interval=duration(500), max_missed_beats=5), ASSUMED)
    assert (policy.interval, policy.max_missed_beats, policy.timeout_multiplier) == (0.5, 5, 3.0)
    assert policy.timeout_ms == 1_500
    assert policy.drop_grace is None


def test_a_policy_is_held_to_the_contract() -> None:
    wild = LivenessPolicy(interval=duration(0), timeout_multiplier=float("nan"))
    assert read_policy(wild, ASSUMED).timeout_ms == 110
