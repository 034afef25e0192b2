"""What the server is still to be told of tasks."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from heartbeat._runtime.limits import TASKS
from heartbeat._runtime.retried_task import RetriedTask
from heartbeat._runtime.retry import Retry
from heartbeat._runtime.task import Detail, Task
from heartbeat.v1.heartbeat_pb2 import TaskRetry, TaskState, TaskUpdate

#: Ends that are kept until they are acknowledged; past it the oldest is forgotten.
_ENDS_KEPT: Final = TASKS


@dataclass(slots=True)
class _End:
    update: TaskUpdate
    #: The beat it went out with on the present stream.
    sent_with: int | None = None


class TaskBook:
    """A running task is told as it is now, so a hundred changes make one update.

    An end is told until it has been acknowledged, on as many streams as that takes: the server may hear
    it twice, never not.
    """

    def __init__(self, on_change: Callable[[], None], warn: Callable[[str], None]) -> None:
        self._on_change = on_change
        self._warn = warn
        self._running: dict[str, Task] = {}
        #: Used as an ordered set.
        self._changed: dict[Task, None] = {}
        self._ends: list[_End] = []

    def start(
        self,
        task_id: str,
        *,
        stale_after: float | None = None,
        timeout_after: float | None = None,
        detail: Detail | None = None,
        retry: Retry | None = None,
    ) -> Task:
        """Starts a task; one of this name that is in flight is handed out again."""
        known = self._running.get(task_id)
        if known is not None:
            return known
        task = Task(
            task_id,
            self,
            stale_after=stale_after,
            timeout_after=timeout_after,
            detail=detail,
            retry=retry,
        )
        if len(self._running) >= TASKS:
            self._warn(f"task {task_id} is not reported: {TASKS} are in flight already")
            return task
        self._running[task_id] = task
        self.changed(task)
        return task

    def take_up(self, offer: TaskRetry) -> RetriedTask | None:
        """Takes up a task that is offered, in the place of an older attempt at it, which is to stop.

        None when it was taken up before, or there is no room.
        """
        older = self._running.get(offer.task_id)
        known = [end.update for end in self._ends if end.update.task_id == offer.task_id]
        if any(end.epoch == offer.epoch for end in known) or (older and older.epoch == offer.epoch):
            return None
        if older is None and len(self._running) >= TASKS:
            self._warn(f"task {offer.task_id} is not taken up: {TASKS} are in flight already")
            return None
        task = RetriedTask(offer, self)
        self._running[offer.task_id] = task
        if older is not None:
            self._changed.pop(older, None)
            older.cancellation.fire("it was handed to this agent anew")
        self.changed(task)
        return task

    def changed(self, task: Task) -> None:
        if self._is_reported(task):
            self._changed[task] = None
            self._on_change()

    def ended(self, task: Task, last: TaskUpdate) -> None:
        if self._running.get(task.id) is not task:
            return
        del self._running[task.id]
        self._changed.pop(task, None)
        self._ends.append(_End(last))
        if len(self._ends) > _ENDS_KEPT:
            lost = self._ends.pop(0).update.task_id
            self._warn(f"the end of task {lost} is forgotten: no ack for {_ENDS_KEPT} ends")
        self._on_change()

    def warn(self, message: str) -> None:
        self._warn(message)

    def cancel(self, task_id: str, reason: str, epoch: int | None = None) -> None:
        """An operator stops one task, or it was handed on. With `epoch`, only that attempt at it."""
        task = self._running.get(task_id)
        if task is not None and epoch in (None, task.epoch):
            self._changed.pop(task, None)
            task.cancellation.fire(reason or "canceled by an operator")

    def cancel_all(self, reason: str) -> None:
        """All work has to stop."""
        for task in list(self._running.values()):
            task.cancellation.fire(reason)

    def let_go(self) -> None:
        """The agent has ended: what it took up goes to another one."""
        for task in list(self._running.values()):
            if task.epoch:
                task.cancellation.fire("the agent has ended")

    @property
    def has_news(self) -> bool:
        return bool(self._changed) or any(end.sent_with is None for end in self._ends)

    def begin_stream(self) -> None:
        """On a new stream everything is news: the server may not have read what the last one carried."""
        for end in self._ends:
            end.sent_with = None
        self._changed = dict.fromkeys(filter(self._is_reported, self._running.values()))

    def take(self, sequence: int, room: int) -> list[TaskUpdate]:
        """The news for the beat with this sequence, as much of it as `room` bytes hold."""
        updates: list[TaskUpdate] = []

        def fits(update: TaskUpdate) -> bool:
            nonlocal room
            room -= size_in_beat(update)
            if room < 0 or len(updates) >= TASKS:
                return False
            updates.append(update)
            return True

        # Ends first: a name that ended and began anew is told in this order.
        for end in self._ends:
            if end.sent_with is not None:
                continue
            if not fits(end.update):
                return updates
            end.sent_with = sequence
        for task in list(self._changed):
            if not fits(task.report(TaskState.TASK_STATE_RUNNING)):
                return updates
            del self._changed[task]
        return updates

    def acked(self, sequence: int) -> None:
        """The server has read this beat and those before it."""
        self._ends = [end for end in self._ends if end.sent_with is None or end.sent_with > sequence]

    def _is_reported(self, task: Task) -> bool:
        """Of a task that an operator has canceled only the end is told: it is no longer in flight."""
        return self._running.get(task.id) is task and not task.canceled


def size_in_beat(update: TaskUpdate) -> int:
    """What it takes on the wire, with its field's number and length."""
    return update.ByteSize() + 4
