"""A message for a handler on a thread."""

from collections.abc import Callable
from dataclasses import dataclass, field

from heartbeat._runtime.message import Data, Message, ReceivedMessage

#: Publishes subject, data and content type; tells to how many the message was handed.
BlockingPublish = Callable[[str, Data, str | None], int | None]


@dataclass(frozen=True, slots=True)
class ThreadedMessage(ReceivedMessage):
    __doc__ = ReceivedMessage.__doc__

    _publish: BlockingPublish = field(repr=False, compare=False)

    @staticmethod
    def of(message: Message, publish: BlockingPublish) -> "ThreadedMessage":
        return ThreadedMessage(
            message.subject,
            message.data,
            message.content_type,
            message.from_agent_id,
            message.reply_to,
            publish,
        )

    def reply(self, data: Data, content_type: str | None = None) -> int | None:
        """Publishes an answer to `reply_to`; as `agent.publish()`.

        Raises:
            FieldInvalid: No answer is wanted.
        """
        return self._publish(self._answer_subject(), data, content_type)
