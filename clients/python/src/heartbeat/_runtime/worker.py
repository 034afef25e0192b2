"""Calls functions of the program on threads of their own."""

import asyncio
import queue
import threading
from collections.abc import Callable
from concurrent.futures import Future
from typing import Final, TypeVar

from heartbeat._runtime.errors import in_words

T = TypeVar("T")

#: How long a stop waits for the function under way.
_STOP_BOUND_S: Final = 2.0


def _run(function: Callable[[T], object], argument: T, done: "Future[None]") -> None:
    if not done.set_running_or_notify_cancel():
        return  # Nobody waits for it any more.
    try:
        function(argument)
    except BaseException as error:
        # sys.exit() in there ends neither this thread nor the one that waits.
        expected = isinstance(error, Exception)
        done.set_exception(error if expected else RuntimeError(in_words(error)))
    else:
        done.set_result(None)


async def call_in_thread(name: str, function: Callable[[T], object], argument: T) -> None:
    """Calls it on a daemon thread of its own, and waits until it has returned. Raises what it raised."""
    done: Future[None] = Future()
    threading.Thread(target=_run, args=(function, argument, done), name=name, daemon=True).start()
    await asyncio.wrap_future(done)


class Worker:
    """One after the other, on a daemon thread that begins with the first one.

    What the program does there, for however long, holds up no beat.
    """

    def __init__(self, name: str) -> None:
        self._name = name
        self._jobs: queue.SimpleQueue[Callable[[], None] | None] = queue.SimpleQueue()
        self._lock = threading.Lock()
        self._thread: threading.Thread | None = None
        self._stopped = False

    def post(self, job: Callable[[], None]) -> None:
        """Calls it, which must not raise, when its turn has come; not at all after a stop."""
        with self._lock:
            if self._stopped:
                return
            if self._thread is None:
                self._thread = threading.Thread(target=self._run, name=self._name, daemon=True)
                self._thread.start()
            self._jobs.put(job)

    async def call(self, function: Callable[[T], object], argument: T) -> None:
        """The same, and waits until it has returned. Raises what it raised."""
        done: Future[None] = Future()
        self.post(lambda: _run(function, argument, done))
        await asyncio.wrap_future(done)

    def stop(self) -> bool:
        """Nothing more is taken; what waits is still called. Returns whether the thread is gone."""
        with self._lock:
            self._stopped = True
            thread = self._thread
        if thread is None:
            return True
        self._jobs.put(None)
        if thread is threading.current_thread():
            return True  # It ends with the function that asked for it.
        thread.join(_STOP_BOUND_S)
        return not thread.is_alive()

    def _run(self) -> None:
        while (job := self._jobs.get()) is not None:
            job()
