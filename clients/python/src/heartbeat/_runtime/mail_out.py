"""Messages on their way out."""

import asyncio
from collections import deque
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from heartbeat._runtime.checks import check_text
from heartbeat._runtime.errors import FieldInvalid
from heartbeat._runtime.limits import (
    CONTENT_TYPE_BYTES,
    MESSAGE_DATA_BYTES,
    WAITING_BYTES,
    WAITING_MESSAGES,
)
from heartbeat._runtime.message import Data, encode
from heartbeat._runtime.subjects import check_subject
from heartbeat.v1 import heartbeat_pb2 as wire


@dataclass(frozen=True, slots=True)
class _Outgoing:
    message: wire.Message
    #: To how many it was handed; None when nobody knows.
    delivered: asyncio.Future[int | None]

    def tell(self, count: int | None) -> None:
        # Whoever published it may have stopped waiting.
        if not self.delivered.done():
            self.delivered.set_result(count)


class MailOut:
    """At most once: what was written when a stream broke is not written again.

    Nobody knows what became of it.
    """

    def __init__(self, on_change: Callable[[], None], warn: Callable[[str], None]) -> None:
        self._on_change = on_change
        self._warn = warn
        self._unsent: deque[_Outgoing] = deque()
        self._unsent_bytes = 0
        #: Written on the present stream; the server tells their counts in this order.
        self._uncounted: deque[_Outgoing] = deque()
        self._stopped = False

    @property
    def has_unsent(self) -> bool:
        return bool(self._unsent)

    def publish(
        self, subject: str, data: Data, content_type: str | None, reply_to: str
    ) -> asyncio.Future[int | None]:
        """Puts a message on its way.

        Raises:
            FieldInvalid: An argument is outside its limit.
        """
        message = compose(subject, data, content_type, reply_to)
        outgoing = _Outgoing(message, asyncio.get_running_loop().create_future())
        problem = self._problem_of_room(len(message.data))
        if problem is None:
            self._unsent.append(outgoing)
            self._unsent_bytes += len(message.data)
            self._on_change()
        else:
            self._warn(f"a message on {subject} is not sent: {problem}")
            outgoing.tell(None)
        return outgoing.delivered

    def take(self, room: int) -> list[wire.Message]:
        """As many messages as fit into `room` bytes of one beat, oldest first."""
        taken: list[wire.Message] = []
        while self._unsent:
            message = self._unsent[0].message
            room -= message.ByteSize() + 4
            if room < 0:
                break
            self._unsent_bytes -= len(message.data)
            self._uncounted.append(self._unsent.popleft())
            taken.append(message)
        return taken

    def counted(self, counts: Iterable[int]) -> None:
        """The server has told to how many the next ones were handed."""
        for count in counts:
            if self._uncounted:
                self._uncounted.popleft().tell(count)

    def end_stream(self) -> None:
        """Of what the stream carried, nobody will tell the counts."""
        while self._uncounted:
            self._uncounted.popleft().tell(None)

    def stop(self) -> None:
        """The agent has ended: what was not sent never is."""
        self._stopped = True
        self.end_stream()
        while self._unsent:
            self._unsent.popleft().tell(None)
        self._unsent_bytes = 0

    def _problem_of_room(self, size: int) -> str | None:
        if self._stopped:
            return "the agent has ended"
        if len(self._unsent) >= WAITING_MESSAGES:
            return f"{WAITING_MESSAGES} wait already"
        if self._unsent_bytes + size > WAITING_BYTES:
            return f"with it more than {WAITING_BYTES} bytes would wait"
        return None


def compose(subject: str, data: Data, content_type: str | None, reply_to: str) -> wire.Message:
    """Checks what a caller publishes, and puts it into the wire's form."""
    encoded, usual_type = encode(data)
    if len(encoded) > MESSAGE_DATA_BYTES:
        raise FieldInvalid("data", f"of {len(encoded)} bytes", "is too long", f"{MESSAGE_DATA_BYTES} bytes")
    return wire.Message(
        subject=check_subject("subject", subject),
        data=encoded,
        content_type=check_text(
            "content_type",
            usual_type if content_type is None else content_type,
            CONTENT_TYPE_BYTES,
        ),
        reply_to=check_subject("reply_to", reply_to) if reply_to else "",
    )
