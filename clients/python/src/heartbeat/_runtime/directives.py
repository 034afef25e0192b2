"""What the server asks of the agent. The agent acts by itself; a program may want to know."""

from dataclasses import dataclass
from datetime import datetime

from heartbeat._runtime.policy import PolicyInForce, read_policy
from heartbeat._runtime.wire import instant_of, span_ms
from heartbeat.v1 import heartbeat_pb2 as wire


@dataclass(frozen=True, slots=True)
class SetPolicy:
    """Beat by this policy from now on: done already."""

    policy: PolicyInForce


@dataclass(frozen=True, slots=True)
class Pause:
    """An operator rests the deadlines until an instant of the server's clock. Beats go on."""

    until: datetime | None
    reason: str


@dataclass(frozen=True, slots=True)
class Resume:
    """The rest is over."""


@dataclass(frozen=True, slots=True)
class Reconnect:
    """Come back within so many seconds: the agent does."""

    within: float
    reason: str


@dataclass(frozen=True, slots=True)
class CancelTask:
    """Stop one task: its signal has fired.

    With `epoch`, only that attempt at it; 0 is the agent's own.
    """

    task_id: str
    reason: str
    epoch: int | None = None


@dataclass(frozen=True, slots=True)
class Superseded:
    """Another process holds the name: `on_superseded` follows."""

    epoch: int
    instance_id: str


Directive = SetPolicy | Pause | Resume | Reconnect | CancelTask | Superseded


def read_directive(sent: wire.Directive, before: PolicyInForce) -> Directive | None:
    """Reads a directive; None for a kind that this version does not know, which is ignored."""
    match sent.WhichOneof("kind"):
        case "set_policy":
            return SetPolicy(read_policy(sent.set_policy, before))
        case "pause":
            pause = sent.pause
            until = instant_of(pause.until) if pause.HasField("until") else None
            return Pause(until, pause.reason)
        case "resume":
            return Resume()
        case "reconnect":
            within_ms = max(0, span_ms(sent.reconnect.within))
            return Reconnect(within_ms / 1000, sent.reconnect.reason)
        case "cancel_task":
            cancel = sent.cancel_task
            epoch = cancel.epoch if cancel.HasField("epoch") else None
            return CancelTask(cancel.task_id, cancel.reason, epoch)
        case "superseded":
            return Superseded(sent.superseded.epoch, sent.superseded.instance_id)
        case _:
            return None
