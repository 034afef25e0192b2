"""An agent on an event loop: what `Agent` and `ThreadedAgent` are two faces of."""

import asyncio
import random
from collections.abc import Awaitable, Callable
from concurrent.futures import Future
from dataclasses import dataclass, field
from typing import Final

from heartbeat._runtime.callbacks import Callbacks
from heartbeat._runtime.channel import Transport
from heartbeat._runtime.checks import ID, check_name
from heartbeat._runtime.clock import Clock, SystemClock
from heartbeat._runtime.farewell import Farewell, process_farewell
from heartbeat._runtime.grpc_transport import GrpcTransport
from heartbeat._runtime.lifecycle import Lifecycle, LifecycleParts
from heartbeat._runtime.limits import ID_BYTES
from heartbeat._runtime.mail_in import Handler, MailIn
from heartbeat._runtime.mail_out import MailOut
from heartbeat._runtime.message import Data, Message
from heartbeat._runtime.notices import ConnectionHealth
from heartbeat._runtime.registration import registration_of
from heartbeat._runtime.retried_task import RetriedTask
from heartbeat._runtime.retry import RETRY_SUBJECT, Retry, read_offer
from heartbeat._runtime.session import SessionContext
from heartbeat._runtime.settings import Settings
from heartbeat._runtime.state import State, session_of
from heartbeat._runtime.task import Detail, Task
from heartbeat._runtime.task_book import TaskBook
from heartbeat._runtime.vitals import VitalsMeter
from heartbeat.v1.heartbeat_pb2 import Activity

#: How long a Goodbye may take.
GOODBYE_BOUND_MS: Final = 2_000


#: Works on a lost task until it ends. Async.
RetryHandler = Callable[[RetriedTask], Awaitable[object]]


async def _work(handler: RetryHandler, task: RetriedTask) -> None:
    """A handler that raises is told with the task: it has FAILED."""
    with task:
        await handler(task)


@dataclass(frozen=True, slots=True, kw_only=True)
class Seams:
    """What tests put in the place of time, chance, the network and the process."""

    clock: Clock = field(default_factory=SystemClock)
    random: Callable[[], float] = random.random
    transport: Callable[[Settings], Transport] = GrpcTransport
    farewell: Farewell = process_farewell


class Core:
    def __init__(self, settings: Settings, seams: Seams | None = None) -> None:
        seams = seams or Seams()
        self._settings = settings
        self._farewell = seams.farewell
        self._transport = seams.transport(settings)
        self.callbacks = Callbacks(settings.agent_id)
        warn = self.callbacks.warn
        self._tasks = TaskBook(self._flush_soon, warn)
        self._mail_out = MailOut(self._flush_soon, warn)
        self._mail_in = MailIn(self.publish, self.callbacks)
        self._activity = Activity.ACTIVITY_UNSPECIFIED
        self._loop: asyncio.AbstractEventLoop | None = None
        self._flush_queued = False
        meter = VitalsMeter() if settings.vitals else None
        session = SessionContext(
            clock=seams.clock,
            transport=self._transport,
            agent_id=settings.agent_id,
            registration=lambda: registration_of(settings, self._mail_in.subjects),
            tasks=self._tasks,
            mail_in=self._mail_in,
            mail_out=self._mail_out,
            activity=lambda: self._activity,
            measure=meter.measure if meter else lambda _: None,
        )
        self._lifecycle = Lifecycle(
            LifecycleParts(
                settings=settings,
                callbacks=self.callbacks,
                session=session,
                random=seams.random,
                on_ended=self._on_ended,
            )
        )

    @property
    def state(self) -> State:
        return self._lifecycle.state.name

    @property
    def epoch(self) -> int:
        return self._lifecycle.epoch

    def start(self) -> None:
        """Begins to connect. On the event loop; harmless when repeated."""
        if self.state is State.ENDED:
            raise RuntimeError("this agent has ended and does not start again; make a new one")
        if self.state is State.IDLE:
            self._loop = asyncio.get_running_loop()
            self._lifecycle.connect()

    def listen_to_signals(self) -> None:
        """After the start, on the main thread."""
        if self._settings.handle_signals and self.state is not State.ENDED:
            self._farewell.add(self._leave_from_signal)

    def ignore_signals(self) -> None:
        """After the end, on the main thread: the agent may have ended on another one."""
        self._farewell.remove(self._leave_from_signal)

    def subscribe(self, subject: str, handler: Handler) -> None:
        if self.state is not State.IDLE:
            raise RuntimeError("subjects are subscribed to before start(); this agent has started")
        self._mail_in.subscribe(subject, handler)

    def task(
        self,
        task_id: str,
        stale_after: float | None,
        timeout_after: float | None,
        detail: Detail | None,
        retry: Retry | None = None,
    ) -> Task:
        return self._tasks.start(
            check_name("task_id", task_id, ID, ID_BYTES),
            stale_after=stale_after,
            timeout_after=timeout_after,
            detail=detail,
            retry=retry,
        )

    def take_tasks(self, handler: RetryHandler) -> None:
        """Takes up lost tasks, each in a task of its own: what is worked on holds up no message."""
        if RETRY_SUBJECT in self._mail_in.subjects:
            raise RuntimeError("this agent has a handler for lost tasks already")

        def take_up(message: Message) -> None:
            task = self._tasks.take_up(read_offer(message.data))
            if task is not None:
                self.callbacks.call("on_retry", lambda lost: _work(handler, lost), task)

        self.subscribe(RETRY_SUBJECT, take_up)

    def set_activity(self, activity: Activity) -> None:
        self._activity = activity
        self._flush_soon()

    def publish(
        self, subject: str, data: Data, content_type: str | None = None, reply_to: str = ""
    ) -> Awaitable[int | None]:
        return self._mail_out.publish(subject, data, content_type, reply_to)

    def beat(self) -> None:
        session = session_of(self._lifecycle.state)
        if session is not None and self.state is State.LIVE:
            session.beat()

    def health(self) -> ConnectionHealth:
        return self._lifecycle.health()

    async def leave(self, reason: str, *, failed: bool = False, bound_ms: int = GOODBYE_BOUND_MS) -> None:
        """Says Goodbye and lets everything go."""
        await self._lifecycle.leave(reason, failed=failed, bound_ms=bound_ms)
        await self._mail_in.cancel()
        await self._transport.closed()

    def end(self) -> None:
        """Ends without a word: for an agent that was never started."""
        self._lifecycle.end()

    def _leave_from_signal(self, reason: str) -> "Future[None]":
        if self._loop is None or self._loop.is_closed():
            done: Future[None] = Future()
            done.set_result(None)
            return done
        return asyncio.run_coroutine_threadsafe(self.leave(reason), self._loop)

    def _on_ended(self) -> None:
        self._mail_in.stop()
        self._mail_out.stop()
        self._tasks.let_go()
        self.ignore_signals()

    def _flush_soon(self) -> None:
        """All that is told in one turn of the loop goes out in one beat."""
        if self._loop is None or self._flush_queued or session_of(self._lifecycle.state) is None:
            return
        self._flush_queued = True
        self._loop.call_soon(self._flush)

    def _flush(self) -> None:
        self._flush_queued = False
        session = session_of(self._lifecycle.state)
        if session is not None:
            session.flush()
