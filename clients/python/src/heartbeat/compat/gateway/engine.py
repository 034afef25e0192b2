"""The monitor's own thread: the agents live on it, and what the service tells comes in on it."""

import asyncio
import atexit
import contextlib
import threading
from collections.abc import Callable
from concurrent.futures import wait
from typing import Final

from heartbeat._runtime.loop_thread import LoopThread
from heartbeat.compat.gateway.crew import Crew
from heartbeat.compat.gateway.watch import TaskWatch

#: How long the Goodbyes of all agents may take.
_STOP_BOUND_S: Final = 2.5


class Engine:
    """Runs from when it is made to `stop`. None of its calls waits, and none raises."""

    def __init__(self, crew: Crew, watch: TaskWatch) -> None:
        """Starts the thread."""
        self._crew = crew
        self._watch = watch
        self._thread = LoopThread("heartbeat-gateway")
        self._work = self._thread.submit(watch.run())
        atexit.register(self._finish)

    def begin(self, agent_name: str, task_name: str) -> None:
        self._post(self._crew.begin, agent_name, task_name)

    def active(self, agent_name: str) -> None:
        self._post(self._crew.active, agent_name)

    def idle(self, agent_name: str) -> None:
        self._post(self._crew.idle, agent_name)

    def end(self, agent_name: str, failure: str | None) -> None:
        self._post(self._crew.end, agent_name, failure)

    async def check(self) -> None:
        """From another event loop; that one goes on meanwhile."""
        await asyncio.wrap_future(self._thread.submit(self._watch.check()))

    def stop(self) -> None:
        """Says Goodbye for all agents, in the background."""
        atexit.unregister(self._finish)
        # No daemon: a program that ends right now waits for the Goodbyes.
        threading.Thread(target=self._finish, name="heartbeat-goodbye").start()

    def _post(self, function: Callable[..., object], *arguments: object) -> None:
        # Another thread may have stopped it meanwhile.
        with contextlib.suppress(RuntimeError):
            self._thread.post(function, *arguments)

    def _finish(self) -> None:
        self._work.cancel()
        goodbyes = self._thread.submit(self._crew.close("the gateway's monitor has stopped"))
        wait([goodbyes], _STOP_BOUND_S)
        self._thread.stop()
