"""The asyncio form of an agent."""

from collections.abc import Callable
from types import TracebackType
from typing import TypeVar

from typing_extensions import Self, Unpack

from heartbeat._runtime.core import Core, RetryHandler
from heartbeat._runtime.errors import in_words
from heartbeat._runtime.mail_in import Handler
from heartbeat._runtime.message import Data
from heartbeat._runtime.notices import ConnectionHealth
from heartbeat._runtime.options import AgentOptions
from heartbeat._runtime.retry import Retry
from heartbeat._runtime.settings import settle
from heartbeat._runtime.state import State
from heartbeat._runtime.task import Detail, Task
from heartbeat.v1.heartbeat_pb2 import Activity

H = TypeVar("H", bound=Handler)
R = TypeVar("R", bound=RetryHandler)


class Agent:
    """Tells a Heartbeat monitor that this process lives.

        async with heartbeat.Agent("billing-7") as agent:
            await work()

    It holds a stream open, beats on it, and opens it again when it breaks. Nothing that happens on the
    network raises in the program. It belongs to the event loop that it is started on: other threads
    use `ThreadedAgent`, or `loop.call_soon_threadsafe(task.progress, 0.5)`.

    Left by an exception, the `async with` block tells the agent's death (`fail`), otherwise its leaving
    (`close`).
    """

    def __init__(self, agent_id: str, **options: Unpack[AgentOptions]) -> None:
        """Checks the options; does nothing else until the start.

        Args:
            agent_id: The agent's name: 1 to 128 bytes of `[A-Za-z0-9._:/@-]`. One process at a time may
                hold it.
            **options: See `AgentOptions`.

        Raises:
            FieldInvalid: It names the option, its value and its limit.
        """
        self._core = Core(settle(agent_id, **options))

    @property
    def state(self) -> State:
        """Where it stands."""
        return self._core.state

    @property
    def epoch(self) -> int:
        """The fencing token from the last Welcome; 0 before the first.

        Send it along with what you write elsewhere, and let the other side refuse an older one.
        """
        return self._core.epoch

    async def start(self) -> Self:
        """Begins to connect, and returns at once. Harmless when repeated.

        Raises:
            RuntimeError: The agent has ended, and does not start again: make a new one.
        """
        self._core.start()
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
    ) -> Task:
        """Starts a task, or hands out the one of this name that is in flight.

        At most 256 are reported at a time; one more works as usual and is not reported.

        Args:
            task_id: 1 to 128 bytes of `[A-Za-z0-9._:/@-]`.
            stale_after: STALE after so many seconds without activity, 0.1 to 30 days. Default: the
                policy's.
            timeout_after: TIMED_OUT after so many seconds, 0.1 to 30 days. Default: the policy's.
            detail: What the next attempt would need; at most 4 KiB.
            retry: How it is handed on when it is lost. Default: the policy's.

        Raises:
            FieldInvalid: An argument is outside its limit.
        """
        return self._core.task(task_id, stale_after, timeout_after, detail, retry)

    def idle(self) -> None:
        """Tells that the agent waits for work: the thresholds of its tasks rest. Sent at once."""
        self._core.set_activity(Activity.ACTIVITY_IDLE)

    def running(self) -> None:
        """Tells that the agent is at work. Sent at once."""
        self._core.set_activity(Activity.ACTIVITY_RUNNING)

    def beat(self) -> None:
        """Sends an extra beat now. Does nothing while there is no stream."""
        self._core.beat()

    def on_message(self, subject: str) -> Callable[[H], H]:
        """Calls the decorated function with every `Message` on a subject.

            @agent.on_message("tasks.new")
            async def take(message: heartbeat.Message) -> None: ...

        Only before the start. Handlers may be async; those of one agent are called one after the other,
        in the order of the messages, and never hold up a beat as long as they do not block the event
        loop. What one raises is logged. `close()` cancels the one under way.

        Args:
            subject: Tokens parted by `.`; `*` stands for one, `>` for one or more at the end.

        Raises:
            FieldInvalid: The subject is none, or one too many (64).
            RuntimeError: The agent has started.
        """

        def subscribe(handler: H) -> H:
            self._core.subscribe(subject, handler)
            return handler

        return subscribe

    def on_retry(self, handler: R) -> R:
        """Takes up tasks that agents of this type lost, and calls the decorated function with each.

            @agent.on_retry
            async def resume(task: heartbeat.RetriedTask) -> None: ...

        Only before the start, and once. It works on the task from where it was and ends it; one that
        raises, or comes back without an end, has FAILED, or is CANCELED if it was to stop. Several may be
        at work at once. It is to stop when the agent ends, too.

        Raises:
            RuntimeError: The agent has started, or there is a handler already.
        """
        self._core.take_tasks(handler)
        return handler

    async def publish(
        self, subject: str, data: Data, content_type: str | None = None, reply_to: str = ""
    ) -> int | None:
        """Publishes a message, at most once, to whoever subscribes to its subject.

        What cannot be sent yet waits: at most 256 messages and 1 MiB.

        Args:
            subject: Tokens parted by `.`.
            data: Bytes go without a content type, a str as `text/plain; charset=utf-8`, everything else
                as `application/json`. At most 32 KiB.
            content_type: Overrides that; at most 128 bytes.
            reply_to: The subject on which an answer is wanted.

        Returns:
            To how many it was handed, once the server has told. None when nobody knows, because the
            stream broke before that, too much waits, or the agent has ended.

        Raises:
            FieldInvalid: An argument is outside its limit.
        """
        return await self._core.publish(subject, data, content_type, reply_to)

    def connection_health(self) -> ConnectionHealth:
        """How the link to the monitor is, at this instant."""
        return self._core.health()

    async def close(self, reason: str = "closed") -> None:
        """Says Goodbye, waits for its ack (2 s at most) and lets everything go.

        Tasks that have ended and messages that wait are sent before. Idempotent.

        Args:
            reason: Why, for people; cut after 1 KiB.
        """
        await self._core.leave(reason)

    async def fail(self, reason: str) -> None:
        """As `close`, but tells the agent's own death: the monitor calls it DOWN at once."""
        await self._core.leave(reason, failed=True)

    async def __aenter__(self) -> Self:
        return await self.start()

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if isinstance(error, Exception):
            await self.fail(in_words(error))
        else:
            await self.close()
