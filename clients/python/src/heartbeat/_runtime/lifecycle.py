"""From one stream to the next, until the end: the agent's state, and all that changes it."""

import asyncio
import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

from heartbeat._runtime import limits
from heartbeat._runtime.backoff import Waits
from heartbeat._runtime.callbacks import Callback, Callbacks
from heartbeat._runtime.channel import Answered, Broken, ChannelEnd
from heartbeat._runtime.checks import cut
from heartbeat._runtime.directives import (
    CancelTask,
    Directive,
    Reconnect,
    SetPolicy,
    Superseded,
    read_directive,
)
from heartbeat._runtime.notices import (
    ConnectionHealth,
    GaveUp,
    LeaseLost,
    Reconnected,
    Refused,
    SupersededBy,
    Welcomed,
)
from heartbeat._runtime.policy import ASSUMED, PolicyInForce, read_policy
from heartbeat._runtime.pulse import Pulse
from heartbeat._runtime.pushback import pushback_wait_ms
from heartbeat._runtime.session import Session, SessionContext, first_beat_in_ms
from heartbeat._runtime.settings import Settings
from heartbeat._runtime.state import (
    AgentState,
    Closing,
    Connecting,
    Ended,
    Idle,
    Live,
    Waiting,
    may_follow,
    session_of,
)
from heartbeat._runtime.verdict import Verdict, judge, tell
from heartbeat.v1 import heartbeat_pb2 as wire

T = TypeVar("T")
S = TypeVar("S", bound=AgentState)


@dataclass(frozen=True, slots=True, kw_only=True)
class LifecycleParts:
    """What a lifecycle is made of."""

    settings: Settings
    callbacks: Callbacks
    session: SessionContext
    random: Callable[[], float]
    #: The agent has ended, for whatever reason.
    on_ended: Callable[[], None]


class Lifecycle:
    def __init__(self, parts: LifecycleParts) -> None:
        self._parts = parts
        self._clock = parts.session.clock
        self._listeners = parts.settings.listeners
        self._waits = Waits(parts.settings.backoff, parts.random)
        self._pulse = Pulse(self._clock, self._on_lease_lost)
        self._state: AgentState = Idle()
        self._policy = ASSUMED
        self._epoch = 0
        #: Attempts since the stream was last up, without those that the server put off.
        self._attempts = 0
        self._was_live = False
        self._superseded_by: SupersededBy | None = None

    @property
    def state(self) -> AgentState:
        return self._state

    @property
    def epoch(self) -> int:
        return self._epoch

    def health(self) -> ConnectionHealth:
        return self._pulse.health(isinstance(self._state, Live), self._attempts)

    def connect(self) -> None:
        """Opens a stream: from idle, after a wait, or at once after one that the server asked back."""
        timeout_ms = self._parts.settings.connect_timeout_ms
        self._attempts += 1
        self._superseded_by = None
        session = Session(self._parts.session, self, self._epoch)
        timer = self._clock.after(
            timeout_ms, lambda: session.on_end(Broken(f"no Welcome within {timeout_ms} ms"))
        )
        self._set_state(Connecting(session, timer))

    async def leave(self, reason: str, *, failed: bool, bound_ms: int) -> None:
        """Says Goodbye, if there is a stream to say it on, and ends. Returns when it has ended."""
        state = self._state
        if isinstance(state, Connecting | Live):
            words = wire.Goodbye(reason=cut(reason, limits.SENTENCE_BYTES), failed=failed)
            timer = self._clock.after(bound_ms, self.end)
            self._pulse.lease.stop()
            state = self._set_state(Closing(state.session, timer, asyncio.Event()))
            state.session.say_goodbye(words)
        if isinstance(state, Closing):
            await state.ended.wait()
        else:
            self.end()

    def end(self) -> None:
        """Ends without a word. Harmless when repeated."""
        if isinstance(self._state, Ended):
            return
        self._set_state(Ended())
        self._pulse.lease.stop()
        self._parts.on_ended()

    def on_ack(self, session: Session, sent_at: int) -> None:
        if self._holds(session):
            self._pulse.acked(sent_at)

    def on_welcome(self, session: Session, welcome: wire.Welcome) -> None:
        if not self._holds(session) or not isinstance(self._state, Connecting):
            return
        attempts, self._attempts = self._attempts, 0
        again, self._was_live = self._was_live, True
        self._epoch = welcome.epoch
        self._set_policy(read_policy(welcome.policy, self._policy))
        self._set_state(Live(session, self._clock.mono_ms()))
        interval_ms = self._policy.interval_ms
        session.beat_every(interval_ms, first_beat_in_ms(welcome, interval_ms))
        if again:
            reconnected = Reconnected(self._epoch, welcome.resumed, attempts)
            self._call("on_reconnect", self._listeners.on_reconnect, reconnected)
        else:
            welcomed = Welcomed(self._epoch, welcome.resumed, self._policy)
            self._call("on_welcome", self._listeners.on_welcome, welcomed)

    def on_directive(self, session: Session, sent: wire.Directive) -> None:
        directive = read_directive(sent, self._policy)
        if directive is None or not self._holds(session) or not isinstance(self._state, Live):
            return
        self._obey(session, directive)
        self._call("on_directive", self._listeners.on_directive, directive)

    def on_stream_end(self, session: Session, end: ChannelEnd) -> None:
        """The present stream, or the attempt at one, is over."""
        if not self._holds(session):
            return
        if isinstance(self._state, Closing):
            self.end()
            return
        match judge(end, self._superseded_by is not None):
            case Verdict.SUPERSEDED:
                self._on_superseded()
            case Verdict.REFUSED:
                self._on_refused(end)
            case Verdict.DEFERRED:
                self._on_deferred(end)
            case Verdict.RECONNECT:
                self._on_lost(tell(end))

    def _holds(self, session: Session) -> bool:
        """What a session tells counts only while it is the present one."""
        return session_of(self._state) is session

    def _obey(self, session: Session, directive: Directive) -> None:
        match directive:
            case SetPolicy(policy):
                self._set_policy(policy)
                session.change_interval(policy.interval_ms)
            case Reconnect(within):
                session.leave_in(math.floor(self._parts.random() * round(within * 1000)))
            case CancelTask(task_id, reason, attempt):
                self._parts.session.tasks.cancel(task_id, reason, attempt)
            case Superseded(epoch, instance_id):
                self._superseded_by = SupersededBy(epoch, instance_id)

    def _set_policy(self, policy: PolicyInForce) -> None:
        self._policy = policy
        self._pulse.lease.allow(policy.timeout_ms)

    def _on_lease_lost(self, silent_ms: int) -> None:
        """The program is told. A stream that is open all the same is half-open, and is given up."""
        lost = LeaseLost(self._epoch, silent_ms / 1000)
        self._call("on_lease_lost", self._listeners.on_lease_lost, lost)
        if isinstance(self._state, Live):
            self._state.session.on_end(Broken(f"no ack for {silent_ms} ms"))

    def _on_superseded(self) -> None:
        by = self._superseded_by or SupersededBy(None, None)
        self.end()
        self._parts.session.tasks.cancel_all("another process took the agent's name")
        self._parts.callbacks.warn("this agent has ended: another process took its name")
        self._call("on_superseded", self._listeners.on_superseded, by)

    def _on_refused(self, end: ChannelEnd) -> None:
        self.end()
        if isinstance(end, Answered):
            refused = Refused(end.status, end.code, end.message)
            self._parts.callbacks.warn(f"this agent was refused and has ended ({tell(end)})")
            self._call("on_error", self._listeners.on_error, refused)

    def _on_deferred(self, end: ChannelEnd) -> None:
        """The server asks to come back later: no failure, and no reason to wait longer and longer."""
        if not isinstance(end, Answered) or end.pushback_ms is None:
            return
        if isinstance(self._state, Connecting):
            self._attempts -= 1
        self._wait(pushback_wait_ms(end.pushback_ms, self._parts.random))
        self._parts.callbacks.warn(f"the server asks to come back in {end.pushback_ms} ms ({tell(end)})")

    def _on_lost(self, reason: str) -> None:
        attempts = self._attempts
        if attempts >= self._parts.settings.max_reconnect_attempts:
            self.end()
            self._parts.callbacks.warn(f"this agent has given up after {attempts} attempts ({reason})")
            self._call("on_gave_up", self._listeners.on_gave_up, GaveUp(attempts, reason))
            return
        wait_ms = self._wait_ms(self._clock.mono_ms())
        if wait_ms == 0:
            self.connect()
        else:
            self._wait(wait_ms)
        self._parts.callbacks.warn(f"the stream is lost ({reason}); next attempt in {wait_ms} ms")

    def _wait(self, wait_ms: int) -> None:
        self._set_state(Waiting(self._clock.after(wait_ms, self.connect)))

    def _wait_ms(self, now: int) -> int:
        """Until the next attempt. A stream that the server asked back ends at an instant drawn already."""
        if not isinstance(self._state, Live):
            return self._waits.after_loss_ms(0)
        up_ms = now - self._state.since_ms
        leave_at = self._state.session.leave_at
        if leave_at is None:
            return self._waits.after_loss_ms(up_ms)
        return max(leave_at - now, self._waits.after_request_ms(up_ms))

    def _call(self, name: str, callback: Callback[T] | None, argument: T) -> None:
        self._parts.callbacks.call(name, callback, argument)

    def _set_state(self, following: S) -> S:
        """The one place where the state changes. What the old one held and the new does not is let go."""
        before = self._state
        if not may_follow(before.name, following.name):
            raise RuntimeError(f"no way from {before.name} to {following.name}")
        self._state = following
        if isinstance(before, Connecting | Waiting | Closing):
            before.timer.cancel()
        session = session_of(before)
        if session is not None and session is not session_of(following):
            session.abandon()
        if isinstance(before, Closing):
            before.ended.set()
        return following
