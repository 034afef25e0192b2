"""An event loop on a thread of its own."""

import asyncio
import threading
from collections.abc import Callable, Coroutine
from concurrent.futures import Future
from typing import Any, TypeVar

T = TypeVar("T")


class LoopThread:
    def __init__(self, name: str) -> None:
        """Starts the thread. It is a daemon: a program that forgets to close its agent still ends."""
        self._loop = asyncio.new_event_loop()
        self._loop.set_exception_handler(_ignore_spurious)
        self._thread = threading.Thread(target=self._run, name=name, daemon=True)
        self._thread.start()

    def post(self, function: Callable[..., object], *arguments: object) -> None:
        """Calls it on the loop, and does not wait."""
        self._loop.call_soon_threadsafe(function, *arguments)

    def submit(self, coroutine: Coroutine[Any, Any, T]) -> "Future[T]":
        """Runs it on the loop."""
        return asyncio.run_coroutine_threadsafe(coroutine, self._loop)

    def stop(self) -> None:
        """Cancels what still runs, and returns when the thread is gone."""
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()

    def _run(self) -> None:
        asyncio.set_event_loop(self._loop)
        try:
            self._loop.run_forever()
        finally:
            left = asyncio.all_tasks(self._loop)
            for task in left:
                task.cancel()
            if left:
                self._loop.run_until_complete(asyncio.wait(left))
            self._loop.run_until_complete(self._loop.shutdown_asyncgens())
            self._loop.close()


def _ignore_spurious(loop: asyncio.AbstractEventLoop, context: dict[str, Any]) -> None:
    """Two event loops with gRPC in one process wake one another for nothing (grpc/grpc#25364)."""
    spurious = isinstance(context.get("exception"), BlockingIOError)
    if not (spurious and "PollerCompletionQueue" in str(context.get("handle"))):
        loop.default_exception_handler(context)
