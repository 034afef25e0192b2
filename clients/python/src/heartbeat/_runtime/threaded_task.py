"""A task for any thread to call."""

import threading
from collections.abc import Callable
from types import TracebackType

from typing_extensions import Self

from heartbeat._runtime.task import Detail, Task


class ThreadedTask:
    """As `Task`; `cancel_event` is set when it is to stop.

    with agent.task("import-42") as task:
        ...
        task.succeed()
    """

    def __init__(self, task: Task, post: Callable[..., None]) -> None:
        """Programs get one from `agent.task()`. Made on the event loop's thread."""
        self._task = task
        self._post = post
        #: Set when an operator cancels the task, and when another process takes the agent's name.
        self.cancel_event = threading.Event()
        task.cancellation.then(self.cancel_event.set)

    @property
    def id(self) -> str:
        """As it was given to `agent.task()`."""
        return self._task.id

    @property
    def canceled(self) -> bool:
        """Whether it is to stop: stop working on it, then call `cancel()`."""
        return self.cancel_event.is_set()

    def wait_canceled(self, timeout: float | None = None) -> bool:
        """Waits until it is to stop, so many seconds at most. Returns `canceled`."""
        return self.cancel_event.wait(timeout)

    def progress(self, fraction: float, detail: Detail | None = None) -> None:
        """Tells how far it is, 0 to 1, and what the next attempt would need; as `Task.progress`."""
        self._post(self._task.progress, fraction, detail)

    def activity(self) -> None:
        """Tells that it moves, where there is no progress to tell."""
        self._post(self._task.activity)

    def succeed(self) -> None:
        """It ended well."""
        self._post(self._task.succeed)

    def fail(self, error: object = "") -> None:
        """It ended badly: an exception, or words of at most 1 KiB."""
        self._post(self._task.fail, error)

    def cancel(self) -> None:
        """It was given up."""
        self._post(self._task.cancel)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._post(self._task.__exit__, kind, error, trace)
