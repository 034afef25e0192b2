"""The arithmetic of sessions, and their requests."""

import asyncio
import math
import random

import grpc
import grpc.aio
import pytest

from heartbeat import FieldInvalid
from heartbeat.compat.sessions import HeartbeatClient, HeartbeatMonitor
from heartbeat.compat.sessions.policy import session_policy
from heartbeat.compat.sessions.requests import SessionRequest, SessionRequests, Wish


@pytest.mark.parametrize(
    ("timeout", "check", "most", "first_missed", "timed_out"),
    [
        (30, 5, 3, 30, 40),
        (30, 5, 1, 30, 30),
        (10, 10, 2, 10, 20),
        # Less than a check: the first check after it finds it.
        (2, 5, 3, 5, 15),
        (3600, 1, 3, 3600, 3603.6),
    ],
)
def test_the_three_numbers_as_a_policy(
    timeout: float, check: float, most: int, first_missed: float, timed_out: float
) -> None:
    policy = session_policy(timeout, check, most)
    interval, grace, multiplier = policy.interval, policy.grace, policy.timeout_multiplier
    assert interval is not None
    assert grace is not None
    assert multiplier is not None

    def missed(silence: float) -> int:
        return math.floor((silence - grace + 1e-9) / interval)

    assert missed(first_missed - 0.01) == 0
    assert missed(first_missed + 4) >= 1
    by_beats = grace + interval * most
    # The multiplier never comes before the missed beats.
    assert interval * multiplier >= min(by_beats, 3600) - 1e-9
    assert by_beats == pytest.approx(timed_out, abs=4)


@pytest.mark.parametrize(
    ("numbers", "words"),
    [
        ((0, 5, 3), "timeout_seconds 0 is out of range"),
        ((30, 0, 3), "check_interval_seconds 0 is out of range"),
        ((30, 5, 0), "max_missed_beats 0 is out of range"),
    ],
)
def test_a_wrong_number_is_refused(numbers: tuple[float, float, int], words: str) -> None:
    with pytest.raises(FieldInvalid, match=words):
        HeartbeatMonitor(*numbers)


def test_the_client_refuses_a_wrong_interval() -> None:
    with pytest.raises(FieldInvalid, match="interval_seconds 0 is out of range"):
        HeartbeatClient("s", interval_seconds=0)


def test_a_monitor_that_was_not_started_keeps_its_books() -> None:
    monitor = HeartbeatMonitor()
    assert not monitor.beat("s")
    monitor.register("s", "tutor")
    assert monitor.beat("s")
    assert monitor.pause("s")
    assert monitor.get_status("s") is not None
    assert set(monitor.get_all_status()["s"] or ()) == {
        "session_id",
        "agent_type",
        "last_beat",
        "seconds_since_beat",
        "missed_beats",
        "is_paused",
        "is_healthy",
    }
    assert monitor.resume("s")
    assert not monitor.resume("s")
    assert (monitor.registered_count, monitor.healthy_count) == (1, 1)
    assert monitor.unregister("s")
    assert not monitor.unregister("s")
    assert not monitor.pause("s")
    assert monitor.get_status("s") is None


class Service:
    """Fails as often as a test wants."""

    def __init__(self, *codes: grpc.StatusCode) -> None:
        self.codes = list(codes)
        self.done: list[SessionRequest] = []
        self.last = asyncio.Event()

    async def carry_out(self, request: SessionRequest) -> None:
        if self.codes:
            nothing = grpc.aio.Metadata()
            raise grpc.aio.AioRpcError(self.codes.pop(0), nothing, nothing, "as the test wants it")
        self.done.append(request)
        if request.session_id == "last":
            self.last.set()


async def carry_out(service: Service, *asked: SessionRequest) -> list[SessionRequest]:
    requests = SessionRequests()
    for request in asked:
        requests.put(request)
    requests.put(LAST)
    running = asyncio.create_task(requests.run(service.carry_out))
    await service.last.wait()
    running.cancel()
    await asyncio.wait([running])
    return service.done


LAST = SessionRequest(Wish.BEAT, "last")
REGISTER = SessionRequest(Wish.REGISTER, "s", "tutor")
PAUSE = SessionRequest(Wish.PAUSE, "s")
BEAT = SessionRequest(Wish.BEAT, "s")


@pytest.fixture(autouse=True)
def _no_waits(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(random, "random", lambda: 0.0)


async def test_requests_are_carried_out_in_order() -> None:
    assert await carry_out(Service(), REGISTER, PAUSE) == [REGISTER, PAUSE, LAST]


async def test_a_server_that_is_away_is_asked_again() -> None:
    away = [grpc.StatusCode.UNAVAILABLE, grpc.StatusCode.DEADLINE_EXCEEDED]
    assert await carry_out(Service(*away), REGISTER, PAUSE) == [REGISTER, PAUSE, LAST]


async def test_what_it_refuses_is_dropped() -> None:
    refusing = Service(grpc.StatusCode.FAILED_PRECONDITION)
    assert await carry_out(refusing, REGISTER, PAUSE) == [PAUSE, LAST]


async def test_beats_do_not_pile_up() -> None:
    assert await carry_out(Service(), BEAT, BEAT, BEAT) == [BEAT, LAST]
