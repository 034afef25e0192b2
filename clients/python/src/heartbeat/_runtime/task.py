"""One piece of work, watched apart from its agent."""

import math
from types import TracebackType
from typing import Protocol

from google.protobuf.duration_pb2 import Duration
from typing_extensions import Self

from heartbeat._runtime import limits
from heartbeat._runtime.cancellation import Cancellation
from heartbeat._runtime.checks import check_span, cut
from heartbeat._runtime.errors import in_words
from heartbeat._runtime.retry import Retry, declare_retry
from heartbeat._runtime.wire import duration
from heartbeat.v1.heartbeat_pb2 import TaskState, TaskUpdate

#: What the next attempt would need.
Detail = str | bytes


class TaskOwner(Protocol):
    """Who reports what a task says."""

    def changed(self, task: "Task") -> None:
        """There is something new to report."""

    def ended(self, task: "Task", last: TaskUpdate) -> None:
        """This is the last report."""

    def warn(self, message: str) -> None:
        """Something was left out."""


class Task:
    """A task in flight: an agent that beats while its task hangs is found by it.

    Every call is sent at once, together with the others of the same turn of the event loop. After a
    reconnect, tasks in flight are reported again. None of the calls raises; after the end, all do
    nothing. A detail of more than 4 KiB is left out with a warning, a longer error is cut.

        with agent.task("import-42") as task:
            ...
            task.succeed()

    A task that leaves its scope without an end has FAILED: that is what an exception on the way means.
    When an operator had canceled it, it is CANCELED. So call `succeed()` last.
    """

    def __init__(
        self,
        task_id: str,
        owner: TaskOwner,
        *,
        stale_after: float | None = None,
        timeout_after: float | None = None,
        detail: Detail | None = None,
        retry: Retry | None = None,
    ) -> None:
        """Programs get one from `agent.task()`."""
        self._id = task_id
        self._owner = owner
        self._stale_after = _threshold("stale_after", stale_after)
        self._timeout_after = _threshold("timeout_after", timeout_after)
        self._retry = declare_retry("retry", retry)
        self._detail = b""
        self._progress = 0.0
        self._ended = False
        #: The side that the book sees.
        self.cancellation = Cancellation()
        if detail is not None:
            self._set_detail(detail)

    @property
    def id(self) -> str:
        """As it was given to `agent.task()`."""
        return self._id

    @property
    def epoch(self) -> int:
        """What the server calls this attempt: 0 for a task of the agent's own."""
        return 0

    @property
    def ended(self) -> bool:
        """Whether `succeed`, `fail` or `cancel` has been called."""
        return self._ended

    @property
    def canceled(self) -> bool:
        """Whether it is to stop.

        An operator canceled it, it was handed on, or another process took the agent's name.

        Stop working on it, then call `cancel()`.
        """
        return self.cancellation.fired

    async def wait_canceled(self) -> str:
        """Waits until it is to stop, and returns why."""
        return await self.cancellation.wait()

    def progress(self, fraction: float, detail: Detail | None = None) -> None:
        """Tells how far it is, and what the next attempt would need.

        Args:
            fraction: 0 to 1, and held to that; NaN keeps what was told before.
            detail: At most 4 KiB. None keeps what was told before.
        """
        if self._ended:
            return
        if not math.isnan(fraction):
            self._progress = min(1.0, max(0.0, fraction))
        if detail is not None:
            self._set_detail(detail)
        self._owner.changed(self)

    def activity(self) -> None:
        """Tells that it moves, where there is no progress to tell."""
        if not self._ended:
            self._owner.changed(self)

    def succeed(self) -> None:
        """It ended well."""
        if not self._ended:
            self._progress = 1.0
        self._end(TaskState.TASK_STATE_SUCCEEDED)

    def fail(self, error: object = "") -> None:
        """It ended badly: an exception, or words of at most 1 KiB."""
        self._end(TaskState.TASK_STATE_FAILED, in_words(error))

    def cancel(self) -> None:
        """It was given up."""
        self._end(TaskState.TASK_STATE_CANCELED)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self.canceled:
            self.cancel()
        else:
            self.fail("left its scope without an end" if error is None else error)

    def report(self, state: TaskState, error: str = "") -> TaskUpdate:
        """The whole of what is to be said: an update that has been lost costs nothing."""
        return TaskUpdate(
            task_id=self._id,
            state=state,
            progress=self._progress,
            detail=self._detail,
            stale_after=self._stale_after,
            timeout_after=self._timeout_after,
            error=cut(error, limits.SENTENCE_BYTES),
            retry=self._retry,
            epoch=self.epoch,
        )

    def _end(self, state: TaskState, error: str = "") -> None:
        if self._ended:
            return
        self._ended = True
        self._owner.ended(self, self.report(state, error))

    def _set_detail(self, detail: Detail) -> None:
        data = detail.encode(errors="replace") if isinstance(detail, str) else bytes(detail)
        if len(data) <= limits.TASK_DETAIL_BYTES:
            self._detail = data
            return
        self._owner.warn(
            f"task {self._id}: a detail of {len(data)} bytes is left out, "
            f"more than {limits.TASK_DETAIL_BYTES} are not kept"
        )


def _threshold(field: str, seconds: float | None) -> Duration | None:
    return None if seconds is None else duration(check_span(field, seconds, limits.TASK_THRESHOLD))
