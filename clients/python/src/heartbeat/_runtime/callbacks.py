"""Calls what the program handed in, and never lets what goes wrong there reach the agent's own work."""

import asyncio
import inspect
import logging
from collections.abc import Awaitable, Callable
from typing import TypeVar

from heartbeat._runtime.errors import in_words

_log = logging.getLogger("heartbeat")
# A library is silent until the program says where its log goes.
_log.addHandler(logging.NullHandler())

T = TypeVar("T")
#: Sync or async. What it returns is ignored, what it raises is told to the log.
Callback = Callable[[T], object]


class Callbacks:
    def __init__(self, agent_id: str) -> None:
        self._agent_id = agent_id
        #: The event loop itself keeps no task alive.
        self._running: set[asyncio.Task[None]] = set()

    def call(self, name: str, callback: Callback[T] | None, argument: T) -> None:
        """Calls it, if there is one. Never raises, and does not wait for an async one."""
        if callback is None:
            return
        try:
            result = callback(argument)
        except Exception as error:
            self.failed(name, error)
            return
        if inspect.isawaitable(result):
            task = asyncio.get_running_loop().create_task(self._finish(name, result))
            self._running.add(task)
            task.add_done_callback(self._running.discard)

    def warn(self, message: str) -> None:
        _log.warning("agent %s: %s", self._agent_id, message)

    async def _finish(self, name: str, result: Awaitable[object]) -> None:
        try:
            await result
        except Exception as error:
            self.failed(name, error)

    def failed(self, name: str, error: BaseException) -> None:
        """Something of the program's has raised."""
        _log.warning("agent %s: %s failed: %s", self._agent_id, name, in_words(error), exc_info=error)
