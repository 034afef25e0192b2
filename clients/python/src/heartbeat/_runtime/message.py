"""What agents say to each other."""

import codecs
import json
import re
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field

from heartbeat._runtime.errors import FieldInvalid, shown
from heartbeat.v1 import heartbeat_pb2 as wire

#: Bytes as they are, text as UTF-8, everything else as JSON.
Data = object

#: Publishes subject, data and content type; tells to how many the message was handed.
Publish = Callable[[str, Data, str | None], Awaitable[int | None]]


@dataclass(frozen=True, slots=True)
class ReceivedMessage:
    """A message for one of the agent's subscriptions.

    Attributes:
        subject: What it was published to.
        data: The content.
        content_type: The media type of `data`; empty when the publisher named none.
        from_agent_id: The agent that published it; empty when a program did.
        reply_to: The subject on which an answer is wanted; empty when none is.
    """

    subject: str
    data: bytes
    content_type: str
    from_agent_id: str
    reply_to: str

    def text(self) -> str:
        """The data as text, in the charset of its content type, UTF-8 when it names none.

        Bytes that are no text become U+FFFD.
        """
        return self.data.decode(_charset(self.content_type), errors="replace")

    def json(self) -> object:
        """The data as JSON.

        Raises:
            ValueError: It is none.
        """
        return json.loads(self.data)

    def decoded(self) -> object:
        """The data by its content type: an object for JSON, a text for `text/*`, else bytes."""
        kind = self.content_type.partition(";")[0].strip().lower()
        if kind == "application/json" or kind.endswith("+json"):
            return self.json()
        return self.text() if kind.startswith("text/") else self.data

    def _answer_subject(self) -> str:
        if not self.reply_to:
            raise FieldInvalid("reply_to", shown(self.reply_to), "is empty: no answer is wanted")
        return self.reply_to


@dataclass(frozen=True, slots=True)
class Message(ReceivedMessage):
    __doc__ = ReceivedMessage.__doc__

    _publish: Publish = field(repr=False, compare=False)

    async def reply(self, data: Data, content_type: str | None = None) -> int | None:
        """Publishes an answer to `reply_to`; as `agent.publish()`.

        Raises:
            FieldInvalid: No answer is wanted.
        """
        return await self._publish(self._answer_subject(), data, content_type)


def read_message(sent: wire.Message, publish: Publish) -> Message:
    return Message(sent.subject, sent.data, sent.content_type, sent.from_agent_id, sent.reply_to, publish)


def encode(data: Data) -> tuple[bytes, str]:
    """The bytes of a message, and the content type that they have by their kind."""
    if isinstance(data, bytes | bytearray | memoryview):
        return bytes(data), ""
    if isinstance(data, str):
        return data.encode(errors="replace"), "text/plain; charset=utf-8"
    try:
        text = json.dumps(data, ensure_ascii=False, separators=(",", ":"))
    except (TypeError, ValueError) as error:
        raise FieldInvalid("data", shown(data), f"is not JSON ({error})") from error
    return text.encode(errors="replace"), "application/json"


def _charset(content_type: str) -> str:
    named = re.search(r";\s*charset=\"?([^\";\s]+)", content_type, re.IGNORECASE)
    try:
        return codecs.lookup(named[1]).name if named else "utf-8"
    except LookupError:
        return "utf-8"
