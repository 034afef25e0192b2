"""A task that another agent lost."""

from collections.abc import Callable

from heartbeat._runtime.task import Task, TaskOwner
from heartbeat._runtime.threaded_task import ThreadedTask
from heartbeat.v1.heartbeat_pb2 import TaskRetry


class Offered:
    """What the server tells of a task that it offers."""

    _offer: TaskRetry

    @property
    def attempt(self) -> int:
        """Which attempt this is: 2 is the first after the first failed."""
        return self._offer.attempt

    @property
    def max_attempts(self) -> int:
        """How many there may be in all."""
        return self._offer.max_attempts

    @property
    def epoch(self) -> int:
        """The fencing token of this attempt, greater than that of each before.

        Send it along with what the task writes elsewhere, and let the other side refuse an older one.
        """
        return self._offer.epoch

    @property
    def progress_before(self) -> float:
        """How far it was, 0 to 1, as last told."""
        return self._offer.progress

    @property
    def detail_before(self) -> bytes:
        """What the attempt before told of it for this one; empty when it told nothing."""
        return self._offer.detail

    @property
    def from_agent_id(self) -> str:
        """The agent that had it last."""
        return self._offer.from_agent_id

    @property
    def reason(self) -> str:
        """Why it is handed on."""
        return self._offer.reason


class RetriedTask(Offered, Task):
    """A task that another agent, or an earlier life of this one, lost: taken up already."""

    def __init__(self, offer: TaskRetry, owner: TaskOwner) -> None:
        """The handler of `agent.on_retry` gets one."""
        super().__init__(offer.task_id, owner)
        self._offer = offer


class ThreadedRetriedTask(Offered, ThreadedTask):
    """As `RetriedTask`, for any thread to call; `cancel_event` is set when it is to stop."""

    def __init__(self, task: RetriedTask, post: Callable[..., None]) -> None:
        """The handler of `agent.on_retry` gets one. Made on the event loop's thread."""
        super().__init__(task, post)
        self._offer = task._offer
