"""A watch that goes on where it was."""

import asyncio
import random
from collections.abc import AsyncGenerator
from typing import Any

import grpc
import grpc.aio
import pytest

from heartbeat.compat._service.events import EventWatch
from heartbeat.v1.heartbeat_pb2 import Event
from heartbeat.v1.status_service_pb2 import (
    GetStatusResponse,
    WatchEventsRequest,
    WatchEventsResponse,
)


def error(code: grpc.StatusCode) -> grpc.aio.AioRpcError:
    return grpc.aio.AioRpcError(code, grpc.aio.Metadata(), grpc.aio.Metadata(), "as the test wants it")


class Methods:
    GetStatus = WatchEvents = None


class FakeLink:
    """Serves what a test lays out: for each attempt a status, then events and an end."""

    organization_id = ""
    status = Methods()

    def __init__(self, *attempts: tuple[tuple[str, int], list[int | grpc.StatusCode]]) -> None:
        self.attempts = list(attempts)
        self.asked_after: list[int] = []
        self.exhausted = asyncio.Event()

    async def ask(self, _method: object, _request: object) -> GetStatusResponse:
        if not self.attempts:
            self.exhausted.set()
            await asyncio.Event().wait()
        (journal_id, last_sequence), _ = self.attempts[0]
        return GetStatusResponse(journal_id=journal_id, last_sequence=last_sequence)

    async def stream(
        self, _method: object, request: WatchEventsRequest
    ) -> AsyncGenerator[WatchEventsResponse, None]:
        self.asked_after.append(request.after_sequence)
        _, script = self.attempts.pop(0)
        for step in script:
            if isinstance(step, grpc.StatusCode):
                raise error(step)
            yield WatchEventsResponse(event=Event(sequence=step))


async def watch(link: Any, monkeypatch: pytest.MonkeyPatch) -> tuple[list[int], int]:
    """Until all attempts are used up. Returns the sequences that were told, and the gaps."""
    monkeypatch.setattr(random, "random", lambda: 0.0)
    told: list[int] = []
    gaps = 0

    async def on_event(event: Event) -> None:
        told.append(event.sequence)

    async def on_gap() -> None:
        nonlocal gaps
        gaps += 1

    running = asyncio.create_task(EventWatch(link, [], on_event, on_gap).run())
    await link.exhausted.wait()
    running.cancel()
    await asyncio.wait([running])
    return told, gaps


async def test_it_begins_with_what_comes_next(monkeypatch: pytest.MonkeyPatch) -> None:
    link = FakeLink((("j", 7), [8, 9]))
    assert await watch(link, monkeypatch) == ([8, 9], 0)
    assert link.asked_after == [7]


async def test_after_a_loss_it_goes_on_after_the_last_event(monkeypatch: pytest.MonkeyPatch) -> None:
    lost = grpc.StatusCode.UNAVAILABLE
    link = FakeLink((("j", 7), [8, lost]), (("j", 12), [9, 12]), (("j", 12), []))
    assert await watch(link, monkeypatch) == ([8, 9, 12], 0)
    assert link.asked_after == [7, 8, 12]


async def test_another_journal_is_a_gap(monkeypatch: pytest.MonkeyPatch) -> None:
    link = FakeLink((("old", 7), [8]), (("new", 2), [3]))
    assert await watch(link, monkeypatch) == ([8, 3], 1)
    assert link.asked_after == [7, 2]


async def test_a_history_that_no_longer_reaches_back_is_a_gap(monkeypatch: pytest.MonkeyPatch) -> None:
    link = FakeLink((("j", 7), [8]), (("j", 99), [grpc.StatusCode.OUT_OF_RANGE]), (("j", 99), [100]))
    assert await watch(link, monkeypatch) == ([8, 100], 1)
    assert link.asked_after == [7, 8, 99]
