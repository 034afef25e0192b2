"""Where an agent stands. One function of its lifecycle changes it."""

import asyncio
from dataclasses import dataclass
from enum import Enum
from typing import ClassVar, Final

from heartbeat._runtime.clock import Timer
from heartbeat._runtime.session import Session


class State(str, Enum):
    """An agent's state by name."""

    #: Not started.
    IDLE = "idle"
    #: A stream is being opened; no Welcome yet.
    CONNECTING = "connecting"
    #: Welcomed.
    LIVE = "live"
    #: Between two attempts.
    WAITING = "waiting"
    #: Saying Goodbye.
    CLOSING = "closing"
    #: Over, for good.
    ENDED = "ended"


@dataclass(frozen=True, slots=True)
class Idle:
    name: ClassVar = State.IDLE


@dataclass(frozen=True, slots=True)
class Connecting:
    name: ClassVar = State.CONNECTING
    session: Session
    #: Bounds the attempt.
    timer: Timer


@dataclass(frozen=True, slots=True)
class Live:
    name: ClassVar = State.LIVE
    session: Session
    #: When it was welcomed, in monotonic time.
    since_ms: int


@dataclass(frozen=True, slots=True)
class Waiting:
    name: ClassVar = State.WAITING
    timer: Timer


@dataclass(frozen=True, slots=True)
class Closing:
    name: ClassVar = State.CLOSING
    session: Session
    #: Bounds the Goodbye.
    timer: Timer
    #: Set when the agent has ended.
    ended: asyncio.Event


@dataclass(frozen=True, slots=True)
class Ended:
    name: ClassVar = State.ENDED


AgentState = Idle | Connecting | Live | Waiting | Closing | Ended


def session_of(state: AgentState) -> Session | None:
    """The stream that a state holds, if any."""
    return state.session if isinstance(state, Connecting | Live | Closing) else None


#: Which state may follow which; what is not here is a fault of the agent.
_SUCCESSORS: Final = {
    State.IDLE: {State.CONNECTING, State.ENDED},
    State.CONNECTING: {
        State.CONNECTING,
        State.LIVE,
        State.WAITING,
        State.CLOSING,
        State.ENDED,
    },
    State.LIVE: {State.CONNECTING, State.WAITING, State.CLOSING, State.ENDED},
    State.WAITING: {State.CONNECTING, State.ENDED},
    State.CLOSING: {State.ENDED},
    State.ENDED: set[State](),
}


def may_follow(present: State, following: State) -> bool:
    return following in _SUCCESSORS[present]
