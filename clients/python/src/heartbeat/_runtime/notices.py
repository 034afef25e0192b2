"""What callbacks are told, and what an agent tells of its link. Spans are seconds."""

from dataclasses import dataclass
from datetime import datetime

from heartbeat._runtime.policy import PolicyInForce


@dataclass(frozen=True, slots=True)
class Welcomed:
    """The first stream is up.

    Attributes:
        epoch: The fencing token: send it along with what you write elsewhere.
        resumed: True when the server knew this instance already.
        policy: How the server judges this agent.
    """

    epoch: int
    resumed: bool
    policy: PolicyInForce


@dataclass(frozen=True, slots=True)
class Reconnected:
    """The stream is up again. Tasks in flight have been reported again.

    Attributes:
        epoch: The fencing token as it now is.
        resumed: True when the server kept the epoch.
        attempts: How many it took, this one included, without those that the server put off.
    """

    epoch: int
    resumed: bool
    attempts: int


@dataclass(frozen=True, slots=True)
class LeaseLost:
    """No ack for too long: the monitor may call this agent DOWN, and another may do its work.

    Attributes:
        epoch: The epoch that can no longer be relied on.
        silent: For how long, since the last beat that was acknowledged was sent.
    """

    epoch: int
    silent: float


@dataclass(frozen=True, slots=True)
class SupersededBy:
    """Who holds the name now; None where the server only said that somebody does."""

    epoch: int | None
    instance_id: str | None


@dataclass(frozen=True, slots=True)
class Refused:
    """Why the server will not have this agent.

    Attributes:
        status: The gRPC status by name: `INVALID_ARGUMENT`.
        code: The error's code of docs/errors.md: `field_invalid`.
        message: The server's words: field, value, limit and remedy.
    """

    status: str
    code: str | None
    message: str


@dataclass(frozen=True, slots=True)
class GaveUp:
    """Why the agent stopped trying.

    Attributes:
        attempts: Failed attempts in a row.
        reason: How the last one ended.
    """

    attempts: int
    reason: str


@dataclass(frozen=True, slots=True)
class ConnectionHealth:
    """How the link to the monitor is.

    Attributes:
        healthy: Connected, and the youngest acknowledged beat is within the timeout.
        connected: Whether a stream is open and welcomed.
        last_heartbeat_ack: When the last ack came, by this machine's wall clock, in UTC; None before
            the first.
        seconds_since_ack: The same by the monotonic clock.
        reconnect_attempts: Since the stream was last up, without those that the server put off.
    """

    healthy: bool
    connected: bool
    last_heartbeat_ack: datetime | None
    seconds_since_ack: float | None
    reconnect_attempts: int
