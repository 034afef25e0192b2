"""What the end of a stream means for the agent."""

from enum import Enum, auto
from typing import Final

from heartbeat._runtime.channel import Answered, ChannelEnd


class Verdict(Enum):
    RECONNECT = auto()
    DEFERRED = auto()
    SUPERSEDED = auto()
    REFUSED = auto()


#: Statuses after which trying again would only bring the same answer.
_REFUSALS: Final = frozenset(
    {
        "ABORTED",
        "INVALID_ARGUMENT",
        "NOT_FOUND",
        "ALREADY_EXISTS",
        "PERMISSION_DENIED",
        "OUT_OF_RANGE",
        "UNIMPLEMENTED",
        "UNAUTHENTICATED",
    }
)


def judge(end: ChannelEnd, saw_superseded: bool) -> Verdict:
    """Judges an end that the agent did not want.

    Only the server's own word can end an agent. gRPC turns a proxy's 403 and 404 into statuses too;
    what tells them apart is that a Heartbeat server names the error's code in a trailer. ABORTED has
    two meanings: a takeover, told by that code or by the Superseded directive before it, and otherwise
    an operator's wish that the agent go.
    """
    match end:
        case Answered("ABORTED", code=code) if saw_superseded or code == "superseded":
            return Verdict.SUPERSEDED
        case Answered("RESOURCE_EXHAUSTED", pushback_ms=int()):
            return Verdict.DEFERRED
        case Answered("FAILED_PRECONDITION", code=str()):
            return Verdict.SUPERSEDED
        case Answered(status, code=str()) if status in _REFUSALS:
            return Verdict.REFUSED
        case _:
            return Verdict.RECONNECT


def tell(end: ChannelEnd) -> str:
    """An end in words."""
    if not isinstance(end, Answered):
        return end.message
    return f"{end.status}: {end.message}" if end.message else end.status
