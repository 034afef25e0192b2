"""One stream's life: its sequence, its beats, its end."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final, Protocol

from heartbeat._runtime.channel import Broken, ChannelEnd, Transport
from heartbeat._runtime.clock import Clock, Timer
from heartbeat._runtime.limits import BEAT_BYTES
from heartbeat._runtime.mail_in import MailIn
from heartbeat._runtime.mail_out import MailOut
from heartbeat._runtime.task_book import TaskBook
from heartbeat._runtime.unacked import UnackedBeats
from heartbeat._runtime.wire import span_ms, timestamp
from heartbeat.v1.heartbeat_pb2 import (
    Activity,
    Directive,
    Goodbye,
    Registration,
    Vitals,
    Welcome,
)
from heartbeat.v1.heartbeat_service_pb2 import BeatRequest, BeatResponse

#: How long the server may take to end a stream after this side has.
_FINISH_TIMEOUT_MS: Final = 1_000
#: What a beat holds beside registration, tasks and messages: an id, vitals, the words of a Goodbye.
_SMALL_THINGS_BYTES: Final = 2 * 1024


class SessionListener(Protocol):
    """What a session tells; each with the session, since a late word of an old one is void."""

    def on_ack(self, session: "Session", sent_at: int) -> None: ...

    def on_welcome(self, session: "Session", welcome: Welcome) -> None: ...

    def on_directive(self, session: "Session", sent: Directive) -> None: ...

    def on_stream_end(self, session: "Session", end: ChannelEnd) -> None: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class SessionContext:
    """What every session of an agent needs, and does not change from one to the next."""

    clock: Clock
    transport: Transport
    agent_id: str
    registration: Callable[[], Registration]
    tasks: TaskBook
    mail_in: MailIn
    mail_out: MailOut
    activity: Callable[[], Activity]
    measure: Callable[[int], Vitals | None]


@dataclass(slots=True)
class _Farewell:
    words: Goodbye
    #: The beat that carried it.
    sent_with: int | None = None


class Session:
    def __init__(self, context: SessionContext, listener: SessionListener, epoch: int) -> None:
        """Opens the stream and sends its first message."""
        self._context = context
        self._listener = listener
        self._unacked = UnackedBeats()
        self._sequence = 0
        self._interval_ms = 0
        self._beat_at = 0
        #: When the last message was sent.
        self._sent_at = 0
        self._beat_timer: Timer | None = None
        self._leave_timer: Timer | None = None
        self._told_activity = context.activity()
        self._beat_wanted = False
        self._welcomed = False
        self._farewell: _Farewell | None = None
        self._finished = False
        self._over = False
        #: When the agent ends this stream and comes back, since the server asked for it.
        self.leave_at: int | None = None
        self._channel = context.transport.open(self)
        context.tasks.begin_stream()
        self._send(self._context.measure(0), introduction=self._introduce(epoch))

    def beat_every(self, interval_ms: int, first_in_ms: int) -> None:
        """Beats after a first span, then every interval.

        An answer that took long brings the first beat forward: the lease counts from the sending of
        what was answered.
        """
        now = self._context.clock.mono_ms()
        self._interval_ms = interval_ms
        self._set_beat(max(now, min(now + first_in_ms, self._sent_at + interval_ms)))

    def change_interval(self, interval_ms: int) -> None:
        """The next beat comes within the new interval, and no later than it was due."""
        if interval_ms == self._interval_ms:
            return
        now = self._context.clock.mono_ms()
        self._interval_ms = interval_ms
        self._set_beat(max(now, min(now + interval_ms, self._beat_at)))

    def beat(self) -> None:
        """One more beat, now or as soon as the last has been written."""
        self._beat_wanted = True
        self.flush()

    def flush(self) -> None:
        """Sends what there is to tell, if anything and if the channel takes it."""
        activity_is_news = self._context.activity() != self._told_activity
        if (
            self._beat_wanted
            or activity_is_news
            or self._context.tasks.has_news
            or self._may_send_messages()
            or self._may_say_goodbye()
        ):
            self._send(None)

    def say_goodbye(self, words: Goodbye) -> None:
        """Says Goodbye, with the last vitals and after all there is to tell; then ends the stream."""
        if self._finished:
            return
        self._farewell = _Farewell(words)
        self._stop_timers()
        self.flush()

    def leave_in(self, delay_ms: int) -> None:
        """Ends the stream so much later without a Goodbye, because the server asked for it."""
        if self.leave_at is not None or self._over:
            return
        clock = self._context.clock
        self.leave_at = clock.mono_ms() + delay_ms
        self._leave_timer = clock.after(delay_ms, self._finish)

    def abandon(self) -> None:
        """Gives the stream up; nothing is told from now on. Harmless when repeated."""
        if self._over:
            return
        self._over = True
        self._stop_timers()
        self._channel.abandon()
        self._context.mail_out.end_stream()

    def on_answer(self, answer: BeatResponse) -> None:
        if self._over:
            return
        self._take_ack(answer)
        if answer.HasField("welcome"):
            self._welcomed = True
            self._listener.on_welcome(self, answer.welcome)
            self.flush()
        for directive in answer.directives:
            if not self._over:
                self._listener.on_directive(self, directive)
        if not self._over:
            self._context.mail_in.receive(answer.messages, answer.skipped_count)

    def _take_ack(self, answer: BeatResponse) -> None:
        acked = answer.acked_sequence
        self._context.tasks.acked(acked)
        self._context.mail_out.counted(answer.delivered_counts)
        sent_at = self._unacked.acked(acked)
        if sent_at is not None:
            self._listener.on_ack(self, sent_at)
        goodbye = self._farewell
        if goodbye and goodbye.sent_with is not None and acked >= goodbye.sent_with:
            self._finish()

    def on_writable(self) -> None:
        if not self._over:
            self.flush()

    def on_end(self, end: ChannelEnd) -> None:
        if self._over:
            return
        self.abandon()
        self._listener.on_stream_end(self, end)

    def _on_beat_due(self) -> None:
        now = self._context.clock.mono_ms()
        lag_ms = now - self._beat_at
        # Late by more than an interval, the beats between are not made up for.
        following = self._beat_at + self._interval_ms
        self._set_beat(following if following > now else now + self._interval_ms)
        self._send(self._context.measure(lag_ms))

    def _set_beat(self, at: int) -> None:
        if self._over or self._finished or self._farewell:
            return
        if self._beat_timer is not None:
            self._beat_timer.cancel()
        clock = self._context.clock
        self._beat_at = at
        self._beat_timer = clock.after(at - clock.mono_ms(), self._on_beat_due)

    def _introduce(self, epoch: int) -> BeatRequest:
        return BeatRequest(
            agent_id=self._context.agent_id,
            registration=self._context.registration(),
            epoch=epoch,
        )

    def _send(self, vitals: Vitals | None, introduction: BeatRequest | None = None) -> None:
        """Sends one message with all there is to tell. While the last is unwritten, it is skipped."""
        if self._has_said_all() or not self._channel.writable:
            return
        clock = self._context.clock
        now = clock.mono_ms()
        self._sequence += 1
        self._beat_wanted = False
        self._told_activity = self._context.activity()
        beat = introduction or BeatRequest()
        beat.sequence = self._sequence
        beat.sent_at.CopyFrom(timestamp(clock.wall_ms()))
        beat.activity = self._told_activity
        self._load(beat)
        if self._farewell and self._may_say_goodbye():
            self._farewell.sent_with = self._sequence
            beat.goodbye.CopyFrom(self._farewell.words)
            vitals = vitals or self._context.measure(0)
        if vitals is not None:
            beat.vitals.CopyFrom(vitals)
        self._sent_at = now
        self._unacked.sent(self._sequence, now)
        self._channel.send(beat)

    def _load(self, beat: BeatRequest) -> None:
        """News of tasks first, then messages, as much of it as the beat holds."""
        room = BEAT_BYTES - _SMALL_THINGS_BYTES - beat.ByteSize()
        beat.tasks.extend(self._context.tasks.take(self._sequence, room))
        if self._may_send_messages():
            room = BEAT_BYTES - _SMALL_THINGS_BYTES - beat.ByteSize()
            beat.messages.extend(self._context.mail_out.take(room))

    def _may_send_messages(self) -> bool:
        """Not before the Welcome: they are sent once, and the server may not take this stream."""
        return self._welcomed and self._context.mail_out.has_unsent

    def _may_say_goodbye(self) -> bool:
        """Only after all there is to tell."""
        return (
            self._farewell is not None
            and not self._context.tasks.has_news
            and not self._context.mail_out.has_unsent
        )

    def _has_said_all(self) -> bool:
        """After a Goodbye nothing is said, and nothing on a stream that has ended."""
        return (
            self._over
            or self._finished
            or (self._farewell is not None and self._farewell.sent_with is not None)
        )

    def _finish(self) -> None:
        """Half-closes, and does not wait for ever for the other half."""
        if self._finished or self._over:
            return
        self._finished = True
        self._stop_timers()
        self._leave_timer = self._context.clock.after(
            _FINISH_TIMEOUT_MS, lambda: self.on_end(Broken("the server did not end the stream"))
        )
        self._channel.finish()

    def _stop_timers(self) -> None:
        for timer in (self._beat_timer, self._leave_timer):
            if timer is not None:
                timer.cancel()
        self._beat_timer = self._leave_timer = None


def first_beat_in_ms(welcome: Welcome, interval_ms: int) -> int:
    """When the server wants the next beat; a Welcome that leaves it out means a whole interval."""
    if not welcome.HasField("first_beat_in"):
        return interval_ms
    return min(interval_ms, max(0, span_ms(welcome.first_beat_in)))
