"""Events as they happen."""

import asyncio
import logging
import random
from collections.abc import Awaitable, Callable, Sequence
from contextlib import aclosing
from dataclasses import dataclass
from typing import Final

import grpc
import grpc.aio

from heartbeat._runtime.backoff import Bounds, Waits
from heartbeat._runtime.errors import in_words
from heartbeat.compat._service.link import Link
from heartbeat.v1.heartbeat_pb2 import Event, EventType
from heartbeat.v1.status_service_pb2 import GetStatusRequest, WatchEventsRequest

_log = logging.getLogger("heartbeat.compat")
_BETWEEN_WATCHES: Final = Bounds(initial_ms=250, maximum_ms=5_000)


@dataclass(frozen=True, slots=True)
class _Position:
    """Which events have been told. A sequence means nothing to another journal."""

    journal_id: str
    sequence: int


class EventWatch:
    """Tells each event once, over every loss of the connection, as long as the server keeps its journal.

    When it has not kept it, what happened meanwhile cannot be told: `on_gap` is called to look at how
    things stand.
    """

    def __init__(
        self,
        link: Link,
        types: Sequence[EventType],
        on_event: Callable[[Event], Awaitable[None]],
        on_gap: Callable[[], Awaitable[None]],
    ) -> None:
        self._link = link
        self._types = types
        self._on_event = on_event
        self._on_gap = on_gap
        self._position: _Position | None = None
        #: Set once no event can be missed any more.
        self.began = asyncio.Event()

    async def run(self) -> None:
        """Until it is canceled."""
        waits = Waits(_BETWEEN_WATCHES, random.random)
        while True:
            began_at = asyncio.get_running_loop().time()
            try:
                await self._follow()
                problem = "the server ended it"
            except grpc.aio.AioRpcError as error:
                if error.code() is grpc.StatusCode.OUT_OF_RANGE and self._position is not None:
                    # The history no longer reaches back so far.
                    self._position = _Position("", 0)
                problem = f"{error.code().name}: {error.details()}"
            except Exception as error:
                problem = in_words(error)
            up_ms = round((asyncio.get_running_loop().time() - began_at) * 1000)
            _log.warning("the watch for events is lost (%s); watching again", problem)
            await asyncio.sleep(waits.after_loss_ms(up_ms) / 1000)

    async def _follow(self) -> None:
        position = await self._find_position()
        request = WatchEventsRequest(
            organization_id=self._link.organization_id,
            types=self._types,
            after_sequence=position.sequence,
        )
        async with aclosing(self._link.stream(self._link.status.WatchEvents, request)) as answers:
            async for answer in answers:
                self._position = _Position(position.journal_id, answer.event.sequence)
                await self._on_event(answer.event)

    async def _find_position(self) -> _Position:
        """Where to go on: after the last event that was told, or else from now on."""
        request = GetStatusRequest(organization_id=self._link.organization_id)
        status = await self._link.ask(self._link.status.GetStatus, request)
        before = self._position
        if before is not None and before.journal_id == status.journal_id:
            return before
        position = _Position(status.journal_id, status.last_sequence)
        self._position = position
        self.began.set()
        if before is not None:
            await self._on_gap()
        return position
