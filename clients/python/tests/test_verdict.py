import grpc
import pytest

from heartbeat._runtime.channel import Answered, Broken
from heartbeat._runtime.verdict import Verdict, judge, tell

EXPECTED = {
    "OK": Verdict.RECONNECT,
    "CANCELLED": Verdict.RECONNECT,
    "UNKNOWN": Verdict.RECONNECT,
    "INVALID_ARGUMENT": Verdict.REFUSED,
    "DEADLINE_EXCEEDED": Verdict.RECONNECT,
    "NOT_FOUND": Verdict.REFUSED,
    "ALREADY_EXISTS": Verdict.REFUSED,
    "PERMISSION_DENIED": Verdict.REFUSED,
    "UNAUTHENTICATED": Verdict.REFUSED,
    "RESOURCE_EXHAUSTED": Verdict.RECONNECT,
    "FAILED_PRECONDITION": Verdict.SUPERSEDED,
    "ABORTED": Verdict.REFUSED,
    "OUT_OF_RANGE": Verdict.REFUSED,
    "UNIMPLEMENTED": Verdict.REFUSED,
    "INTERNAL": Verdict.RECONNECT,
    "UNAVAILABLE": Verdict.RECONNECT,
    "DATA_LOSS": Verdict.RECONNECT,
}


@pytest.mark.parametrize("status", [code.name for code in grpc.StatusCode])
def test_the_servers_own_status_is_judged_by_the_table(status: str) -> None:
    assert judge(Answered(status, code="some_code"), saw_superseded=False) is EXPECTED[status]


@pytest.mark.parametrize("status", [code.name for code in grpc.StatusCode])
def test_a_status_that_no_heartbeat_server_signed_ends_no_agent(status: str) -> None:
    assert judge(Answered(status), saw_superseded=False) is Verdict.RECONNECT


def test_aborted_is_a_takeover_by_its_code_or_after_a_directive() -> None:
    assert judge(Answered("ABORTED", code="superseded"), saw_superseded=False) is Verdict.SUPERSEDED
    assert judge(Answered("ABORTED"), saw_superseded=True) is Verdict.SUPERSEDED
    assert judge(Answered("ABORTED", code="unregistered"), saw_superseded=False) is Verdict.REFUSED


def test_a_time_to_come_back_at_defers() -> None:
    deferred = Answered("RESOURCE_EXHAUSTED", code="admission_deferred", pushback_ms=500)
    assert judge(deferred, saw_superseded=False) is Verdict.DEFERRED
    assert judge(Answered("UNAVAILABLE", pushback_ms=500), saw_superseded=False) is Verdict.RECONNECT


def test_a_broken_stream_is_a_reason_to_come_back_whatever_came_before() -> None:
    assert judge(Broken("reset"), saw_superseded=True) is Verdict.RECONNECT


def test_an_end_is_told_in_words() -> None:
    assert tell(Answered("UNAVAILABLE", "draining")) == "UNAVAILABLE: draining"
    assert tell(Answered("OK")) == "OK"
    assert tell(Broken("reset")) == "reset"
