"""How tasks that were lost are handed on."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, Literal

from google.protobuf import json_format
from google.protobuf.duration_pb2 import Duration

from heartbeat._runtime import limits
from heartbeat._runtime.checks import check_kind, check_span, check_whole
from heartbeat._runtime.errors import FieldInvalid, shown
from heartbeat._runtime.wire import duration
from heartbeat.v1.heartbeat_pb2 import RetryPlacement, RetryPolicy, TaskRetry

#: On this subject the server offers lost tasks.
RETRY_SUBJECT: Final = "tasks.retry"

#: Whom to ask: an agent of the same type, or only the one that had it.
Placement = Literal["any_of_type", "same_agent"]

_PLACEMENTS: Final[Mapping[str, RetryPlacement]] = {
    "any_of_type": RetryPlacement.RETRY_PLACEMENT_ANY_OF_TYPE,
    "same_agent": RetryPlacement.RETRY_PLACEMENT_SAME_AGENT,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Retry:
    """How a task that timed out or lost its agent is handed on. Spans are seconds.

    Attributes:
        max_attempts: Attempts in all, the first one included. 1 to 100; 1 is none beyond the first.
            Default: 3.
        backoff: The wait before the second attempt; each further one waits twice as long. 0 to 86,400.
            Default: 1.
        max_backoff: The longest wait. 0 to 86,400. Default: 300.
        placement: Whom to ask: an agent of the same type, or only the one that had it.
    """

    max_attempts: int | None = None
    backoff: float | None = None
    max_backoff: float | None = None
    placement: Placement = "any_of_type"


def declare_retry(field: str, retry: Retry | None) -> RetryPolicy | None:
    """Checks what a caller declares and puts it into the wire's form."""
    if retry is None:
        return None
    check_kind(field, retry, Retry)
    attempts = retry.max_attempts
    if retry.placement not in _PLACEMENTS:
        words = " or ".join(_PLACEMENTS)
        raise FieldInvalid(f"{field}.placement", shown(retry.placement), "is no placement", words)
    return RetryPolicy(
        max_attempts=0
        if attempts is None
        else check_whole(f"{field}.max_attempts", attempts, limits.RETRY_ATTEMPTS),
        backoff=_span(f"{field}.backoff", retry.backoff),
        max_backoff=_span(f"{field}.max_backoff", retry.max_backoff),
        placement=_PLACEMENTS[retry.placement],
    )


def _span(field: str, seconds: float | None) -> Duration | None:
    return None if seconds is None else duration(check_span(field, seconds, limits.RETRY_BACKOFF))


def read_offer(data: bytes) -> TaskRetry:
    """What a message on the subject says. Raises ValueError when it says nothing that can be read."""
    try:
        return json_format.Parse(data, TaskRetry(), ignore_unknown_fields=True)
    except json_format.ParseError as error:
        raise ValueError(f"the offer of a task cannot be read: {error}") from error
