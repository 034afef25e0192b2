"""What the wire takes.

These are part of the contract (each is in the comment of its field), so they are no options: an
agent that works with one server works with all.
"""

from typing import Final, NamedTuple


class Range(NamedTuple):
    """Both ends belong to it."""

    least: float
    most: float


DAY: Final = 86_400.0

ID_BYTES: Final = 128
AGENT_TYPE_BYTES: Final = 128
CLIENT_INFO_BYTES: Final = 128
LABELS: Final = 32
LABEL_KEY_BYTES: Final = 63
LABEL_VALUE_BYTES: Final = 256
SUBSCRIPTIONS: Final = 64
SUBJECT_BYTES: Final = 256
SUBJECT_TOKENS: Final = 16
MESSAGE_DATA_BYTES: Final = 32 * 1024
CONTENT_TYPE_BYTES: Final = 128
#: Tasks of one agent in flight; also updates on one beat.
TASKS: Final = 256
TASK_DETAIL_BYTES: Final = 4 * 1024
#: Reasons and errors: sentences for people.
SENTENCE_BYTES: Final = 1024
#: One beat, encoded.
BEAT_BYTES: Final = 64 * 1024

# Spans are seconds here: this is what options are checked against.
INTERVAL: Final = Range(0.1, DAY)
TIMEOUT_MULTIPLIER: Final = Range(1.1, 1000)
MAX_MISSED_BEATS: Final = Range(1, 1000)
GRACE: Final = Range(0, 3_600)
DROP_GRACE: Final = Range(0, DAY)
TASK_THRESHOLD: Final = Range(0.1, 30 * DAY)
RETRY_ATTEMPTS: Final = Range(1, 100)
RETRY_BACKOFF: Final = Range(0, DAY)

#: Messages that wait: for the stream on the way out, for their handlers on the way in.
WAITING_MESSAGES: Final = 256
#: Of the data of those on the way out.
WAITING_BYTES: Final = 1024 * 1024
