"""What the program asks for, on its way to the service: in order, and as often as it takes."""

import asyncio
import logging
import random
from collections import deque
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from enum import Enum
from typing import Final

import grpc
import grpc.aio

from heartbeat._runtime.backoff import Bounds, Waits
from heartbeat._runtime.errors import in_words

_log = logging.getLogger("heartbeat.compat")
_BETWEEN_ATTEMPTS: Final = Bounds(initial_ms=250, maximum_ms=5_000)
#: After these the same request may be answered otherwise a little later.
_PASSING: Final = frozenset(
    {
        grpc.StatusCode.UNAVAILABLE,
        grpc.StatusCode.DEADLINE_EXCEEDED,
        grpc.StatusCode.RESOURCE_EXHAUSTED,
        grpc.StatusCode.CANCELLED,
    }
)


class Wish(Enum):
    REGISTER = "register"
    BEAT = "beat for"
    PAUSE = "pause"
    RESUME = "resume"
    UNREGISTER = "unregister"


@dataclass(frozen=True, slots=True)
class SessionRequest:
    wish: Wish
    session_id: str
    agent_type: str = ""


#: Raises AioRpcError.
CarryOut = Callable[[SessionRequest], Awaitable[None]]


class SessionRequests:
    """Requests wait while the server is away. One that it refuses is told to the log, and dropped."""

    def __init__(self) -> None:
        self._waiting: deque[SessionRequest] = deque()
        self._there_is_one = asyncio.Event()

    def put(self, request: SessionRequest) -> None:
        # A beat for a session says nothing that the one before it does not.
        if request.wish is Wish.BEAT and request in self._waiting:
            return
        self._waiting.append(request)
        self._there_is_one.set()

    async def run(self, carry_out: CarryOut) -> None:
        """Until it is canceled."""
        waits = Waits(_BETWEEN_ATTEMPTS, random.random)
        while True:
            await self._there_is_one.wait()
            request = self._waiting[0]
            if not await _try(carry_out, request):
                await asyncio.sleep(waits.after_loss_ms(0) / 1000)
                continue
            waits = Waits(_BETWEEN_ATTEMPTS, random.random)
            self._waiting.popleft()
            if not self._waiting:
                self._there_is_one.clear()


async def _try(carry_out: CarryOut, request: SessionRequest) -> bool:
    """Returns whether it is done with, well or not."""
    try:
        await carry_out(request)
    except grpc.aio.AioRpcError as error:
        problem = f"{error.code().name}: {error.details()}"
        passing = error.code() in _PASSING
    except Exception as error:
        problem, passing = in_words(error), False
    else:
        return True
    what = f"cannot {request.wish.value} session {request.session_id} ({problem})"
    if passing:
        _log.warning("%s; trying again", what)
    else:
        _log.error("%s", what)
    return not passing
