"""The threaded form of an agent, for programs without asyncio."""

import atexit
import contextlib
import dataclasses
import functools
import sys
import threading
from collections.abc import Callable
from concurrent.futures import CancelledError
from types import TracebackType
from typing import Any, Final, TypeVar

from typing_extensions import Self, Unpack

from heartbeat._runtime.callbacks import Callback
from heartbeat._runtime.core import GOODBYE_BOUND_MS, Core
from heartbeat._runtime.errors import in_words
from heartbeat._runtime.loop_thread import LoopThread
from heartbeat._runtime.message import Data, Message
from heartbeat._runtime.notices import ConnectionHealth
from heartbeat._runtime.options import AgentOptions
from heartbeat._runtime.retried_task import RetriedTask, ThreadedRetriedTask
from heartbeat._runtime.retry import Retry
from heartbeat._runtime.settings import Listeners, check_plain_function, settle
from heartbeat._runtime.state import State
from heartbeat._runtime.task import Detail
from heartbeat._runtime.threaded_message import ThreadedMessage
from heartbeat._runtime.threaded_task import ThreadedTask
from heartbeat._runtime.worker import Worker, call_in_thread
from heartbeat.v1.heartbeat_pb2 import Activity

T = TypeVar("T")

ThreadedHandler = Callable[[ThreadedMessage], object]
H = TypeVar("H", bound=ThreadedHandler)
ThreadedRetryHandler = Callable[[ThreadedRetriedTask], object]
R = TypeVar("R", bound=ThreadedRetryHandler)

#: How long a Goodbye may take when the program has ended without closing its agent.
_EXIT_BOUND_MS: Final = 1_000


class ThreadedAgent:
    """As `Agent`, with the same names, for any thread to call.

        with heartbeat.ThreadedAgent("billing-7") as agent:
            work()

    It runs an event loop on a daemon thread. Callbacks are called on a second thread and message
    handlers on a third, which begin when they are needed: however long a handler takes, beats go on,
    and the loss of the lease is told. Callbacks and handlers are plain functions.

    A program that ends without closing it says Goodbye on the way (1 s at most), one that ends by an
    exception tells its death. After `sys.exit()` of a failed program only the program knows: call
    `fail()` before it.
    """

    def __init__(self, agent_id: str, **options: Unpack[AgentOptions]) -> None:
        """Checks the options; does nothing else until the start.

        Args:
            agent_id: As for `Agent`.
            **options: See `AgentOptions`.

        Raises:
            FieldInvalid: It names the option, its value and its limit.
        """
        settings = settle(agent_id, **options)
        self._callbacks = Worker("heartbeat-callbacks")
        self._handlers = Worker("heartbeat-handlers")
        self._core = Core(dataclasses.replace(settings, listeners=self._relay(settings.listeners)))
        #: Guards `_thread`: between construction and start, and after the end, there is none.
        self._lock = threading.Lock()
        self._thread: LoopThread | None = None

    @property
    def state(self) -> State:
        """Where it stands."""
        return self._core.state

    @property
    def epoch(self) -> int:
        """The fencing token from the last Welcome; 0 before the first."""
        return self._core.epoch

    def start(self) -> Self:
        """Begins to connect, and returns at once. Harmless when repeated.

        Raises:
            RuntimeError: The agent has ended, and does not start again: make a new one.
        """
        with self._lock:
            if self._thread is None and self._core.state is State.IDLE:
                self._thread = LoopThread("heartbeat-agent")
                atexit.register(self._at_exit)
        self._on_core(self._core.start)
        self._core.listen_to_signals()
        return self

    def task(
        self,
        task_id: str,
        *,
        stale_after: float | None = None,
        timeout_after: float | None = None,
        detail: Detail | None = None,
        retry: Retry | None = None,
    ) -> ThreadedTask:
        """Starts a task, or hands out the one of this name that is in flight; as `Agent.task`."""

        def begin() -> ThreadedTask:
            task = self._core.task(task_id, stale_after, timeout_after, detail, retry)
            return ThreadedTask(task, self._post)

        return self._on_core(begin)

    def idle(self) -> None:
        """Tells that the agent waits for work: the thresholds of its tasks rest. Sent at once."""
        self._post(self._core.set_activity, Activity.ACTIVITY_IDLE)

    def running(self) -> None:
        """Tells that the agent is at work. Sent at once."""
        self._post(self._core.set_activity, Activity.ACTIVITY_RUNNING)

    def beat(self) -> None:
        """Sends an extra beat now. Does nothing while there is no stream."""
        self._post(self._core.beat)

    def on_message(self, subject: str) -> Callable[[H], H]:
        """Calls the decorated function with every `ThreadedMessage` on a subject; as `Agent.on_message`.

        `close()` waits for the handler under way, 2 s at most.
        """

        def subscribe(handler: H) -> H:
            check_plain_function("on_message", handler)

            async def relay(message: Message) -> None:
                threaded = ThreadedMessage.of(message, self.publish)
                await self._handlers.call(handler, threaded)

            self._on_core(self._core.subscribe, subject, relay)
            return handler

        return subscribe

    def on_retry(self, handler: R) -> R:
        """Takes up tasks that agents of this type lost; as `Agent.on_retry`, with a `ThreadedRetriedTask`.

        Each is worked on in a daemon thread of its own, for which `close()` does not wait.
        """
        check_plain_function("on_retry", handler)

        async def relay(task: RetriedTask) -> None:
            threaded = ThreadedRetriedTask(task, self._post)
            await call_in_thread("heartbeat-task", handler, threaded)

        self._on_core(self._core.take_tasks, relay)
        return handler

    def publish(
        self, subject: str, data: Data, content_type: str | None = None, reply_to: str = ""
    ) -> int | None:
        """Publishes a message; as `Agent.publish`. Blocks until the server has told.

        Raises:
            FieldInvalid: An argument is outside its limit.
            RuntimeError: The agent has not been started: it would wait for ever.
        """

        async def told() -> int | None:
            return await self._core.publish(subject, data, content_type, reply_to)

        with self._lock:
            waiting = None if self._thread is None else self._thread.submit(told())
        if waiting is None:
            if self.state is State.IDLE:
                raise RuntimeError("publish() needs an agent that has been started")
            return None
        try:
            return waiting.result()
        except CancelledError:
            return None

    def connection_health(self) -> ConnectionHealth:
        """How the link to the monitor is, at this instant."""
        return self._on_core(self._core.health)

    def close(self, reason: str = "closed") -> None:
        """Says Goodbye, waits for its ack (2 s at most) and lets everything go. Idempotent."""
        self._leave(reason)

    def fail(self, reason: str) -> None:
        """As `close`, but tells the agent's own death: the monitor calls it DOWN at once."""
        self._leave(reason, failed=True)

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if isinstance(error, Exception):
            self.fail(in_words(error))
        else:
            self.close()

    def _at_exit(self) -> None:
        # Set by the interpreter when an exception has reached the end of the program.
        error = getattr(sys, "last_value", None)
        reason = "the program has ended" if error is None else in_words(error)
        self._leave(reason, failed=error is not None, bound_ms=_EXIT_BOUND_MS)

    def _leave(self, reason: str, *, failed: bool = False, bound_ms: int = GOODBYE_BOUND_MS) -> None:
        with self._lock:
            thread = self._thread
            if thread is None:
                self._core.end()
                return
            leaving = thread.submit(self._core.leave(reason, failed=failed, bound_ms=bound_ms))
        # Canceled when another thread has closed it meanwhile.
        with contextlib.suppress(CancelledError):
            leaving.result()
        self._let_go()

    def _let_go(self) -> None:
        atexit.unregister(self._at_exit)
        self._core.ignore_signals()
        with self._lock:
            thread, self._thread = self._thread, None
        if thread is not None:
            thread.stop()
        self._callbacks.stop()
        if not self._handlers.stop():
            self._core.callbacks.warn("a message handler is still at work after the end")

    def _on_core(self, function: Callable[..., T], *arguments: object) -> T:
        """Calls it on the thread that the core belongs to; here, while there is none."""

        async def call() -> T:
            return function(*arguments)

        with self._lock:
            if self._thread is None:
                return function(*arguments)
            waiting = self._thread.submit(call())
        return waiting.result()

    def _post(self, function: Callable[..., object], *arguments: object) -> None:
        """The same, without waiting for it."""
        with self._lock:
            if self._thread is None:
                function(*arguments)
            else:
                self._thread.post(function, *arguments)

    def _relay(self, listeners: Listeners) -> Listeners:
        """The callbacks, called on their own thread."""
        return Listeners(
            **{
                field.name: self._relay_one(field.name, getattr(listeners, field.name))
                for field in dataclasses.fields(Listeners)
            }
        )

    def _relay_one(self, name: str, callback: Callback[Any] | None) -> Callback[Any] | None:
        if callback is None:
            return None
        check_plain_function(name, callback)

        def job(notice: object) -> None:
            try:
                callback(notice)
            except BaseException as error:  # Also sys.exit(), which would only end this thread.
                self._core.callbacks.failed(name, error)

        return lambda notice: self._callbacks.post(functools.partial(job, notice))
