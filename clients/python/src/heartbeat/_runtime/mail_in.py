"""Messages on their way in."""

import asyncio
import inspect
from collections import deque
from collections.abc import Callable, Iterable

from heartbeat._runtime.callbacks import Callbacks
from heartbeat._runtime.errors import FieldInvalid, shown
from heartbeat._runtime.limits import SUBSCRIPTIONS, WAITING_MESSAGES
from heartbeat._runtime.message import Message, Publish, read_message
from heartbeat._runtime.subjects import check_subscription, matches
from heartbeat.v1 import heartbeat_pb2 as wire

#: Sync or async. What it returns is ignored, what it raises is told to the log.
Handler = Callable[[Message], object]


class MailIn:
    """Hands messages to their handlers, one after the other: a handler sees them in order.

    They have a task of their own, so that a slow one holds up no beat. It lives while messages wait.
    """

    def __init__(self, publish: Publish, callbacks: Callbacks) -> None:
        self._publish = publish
        self._callbacks = callbacks
        self._subscriptions: list[tuple[str, Handler]] = []
        self._waiting: deque[Message] = deque()
        self._work: asyncio.Task[None] | None = None

    @property
    def subjects(self) -> list[str]:
        """What a Registration declares, each once."""
        return list(dict.fromkeys(subject for subject, _ in self._subscriptions))

    def subscribe(self, subject: str, handler: Handler) -> None:
        check_subscription("subject", subject)
        subjects = self.subjects
        if subject not in subjects and len(subjects) >= SUBSCRIPTIONS:
            raise FieldInvalid("subject", shown(subject), "is one too many", f"{SUBSCRIPTIONS} subjects")
        self._subscriptions.append((subject, handler))

    def receive(self, messages: Iterable[wire.Message], skipped: int) -> None:
        if skipped:
            self._callbacks.warn(f"the server left out {skipped} messages: this agent reads too slowly")
        for message in messages:
            if len(self._waiting) < WAITING_MESSAGES:
                self._waiting.append(read_message(message, self._publish))
            else:
                self._callbacks.warn(
                    f"a message on {message.subject} is left out: {WAITING_MESSAGES} wait already"
                )
        if self._waiting and (self._work is None or self._work.done()):
            self._work = asyncio.get_running_loop().create_task(self._hand_out(), name="heartbeat messages")

    def stop(self) -> None:
        """The agent has ended: what waits is dropped; the handler under way may finish."""
        self._waiting.clear()

    async def cancel(self) -> None:
        """The agent is closed: the handler under way is canceled too, unless it is the one that closes."""
        work = self._work
        if work is None or work.done() or work is asyncio.current_task():
            return
        work.cancel()
        await asyncio.wait([work])

    async def _hand_out(self) -> None:
        while self._waiting:
            message = self._waiting.popleft()
            for subject, handler in self._subscriptions:
                if matches(subject, message.subject):
                    await self._call(subject, handler, message)

    async def _call(self, subject: str, handler: Handler, message: Message) -> None:
        try:
            result = handler(message)
            if inspect.isawaitable(result):
                await result
        except Exception as error:
            self._callbacks.failed(f"the handler of {subject}", error)
