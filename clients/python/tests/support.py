"""An agent with a clock, a server and a chance that a test moves by hand."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from heartbeat._runtime.channel import Answered, ChannelEnd, ChannelListener
from heartbeat._runtime.core import Core, Seams
from heartbeat._runtime.farewell import Farewell
from heartbeat._runtime.settings import settle
from heartbeat._runtime.state import State
from heartbeat._runtime.wire import duration
from heartbeat.v1 import heartbeat_pb2 as wire
from heartbeat.v1.heartbeat_service_pb2 import BeatRequest, BeatResponse


class FakeTimer:
    def __init__(self, at: int, callback: Callable[[], None], timers: list["FakeTimer"]) -> None:
        self.at = at
        self.callback = callback
        self._timers = timers

    def cancel(self) -> None:
        if self in self._timers:
            self._timers.remove(self)


class FakeClock:
    """Moves only when a test moves it. Wall time starts at 2026-01-01T00:00:00Z."""

    def __init__(self) -> None:
        self._mono = 1_000_000
        self._wall = 1_767_225_600_000
        #: How late timers that are set from now on will fire.
        self.lag_ms = 0
        self.timers: list[FakeTimer] = []

    def mono_ms(self) -> int:
        return self._mono

    def wall_ms(self) -> int:
        return self._wall

    def after(self, delay_ms: int, callback: Callable[[], None]) -> FakeTimer:
        timer = FakeTimer(self._mono + delay_ms + self.lag_ms, callback, self.timers)
        self.timers.append(timer)
        return timer

    def advance(self, ms: int) -> None:
        end = self._mono + ms
        while due := [timer for timer in self.timers if timer.at <= end]:
            first = min(due, key=lambda timer: timer.at)
            self._move(max(0, first.at - self._mono))
            first.cancel()
            first.callback()
        self._move(end - self._mono)

    async def advance_async(self, ms: int) -> None:
        """As `advance`, but lets what is ready on the event loop run before and after."""
        await settled()
        self.advance(ms)
        await settled()

    def _move(self, ms: int) -> None:
        self._mono += ms
        self._wall += ms


async def settled() -> None:
    """Lets everything run that is ready, and what that makes ready."""
    for _ in range(5):
        await asyncio.sleep(0)


class FakeStream:
    """One stream, seen from the server's side."""

    def __init__(self, listener: ChannelListener) -> None:
        self._listener = listener
        self.beats: list[BeatRequest] = []
        self.finished = False
        self.abandoned = False
        #: A link on which nothing is written.
        self.hangs = False
        self._unwritten = False

    @property
    def writable(self) -> bool:
        return not self._unwritten

    def send(self, beat: BeatRequest) -> None:
        assert self.writable
        self.beats.append(BeatRequest.FromString(beat.SerializeToString()))
        self._unwritten = True
        if not self.hangs:
            asyncio.get_running_loop().call_soon(self.write)

    def write(self) -> None:
        """What was sent is written."""
        self.hangs = self._unwritten = False
        if not self.abandoned:
            self._listener.on_writable()

    def finish(self) -> None:
        self.finished = True

    def abandon(self) -> None:
        self.abandoned = True

    @property
    def last(self) -> BeatRequest:
        return self.beats[-1]

    def welcome(self, epoch: int = 1, resumed: bool = False, first_ms: int = 400, **policy: Any) -> None:
        """Interval 1 s, multiplier 3."""
        terms: dict[str, Any] = {
            "interval": duration(1_000),
            "timeout_multiplier": 3.0,
            "max_missed_beats": 3,
        } | policy
        welcome = wire.Welcome(
            epoch=epoch,
            resumed=resumed,
            policy=wire.LivenessPolicy(**terms),
            first_beat_in=duration(first_ms),
        )
        self.answer(acked_sequence=1, welcome=welcome)

    def ack(self) -> None:
        self.answer(acked_sequence=self.last.sequence)

    def direct(self, **kind: Any) -> None:
        self.answer(directives=[wire.Directive(**kind)])

    def answer(self, **fields: Any) -> None:
        if not self.abandoned:
            self._listener.on_answer(BeatResponse(**fields))

    def end(
        self, status: str = "UNAVAILABLE", code: str | None = None, pushback_ms: int | None = None
    ) -> None:
        self.end_with(Answered(status, "why", code, pushback_ms))

    def end_with(self, end: ChannelEnd) -> None:
        if not self.abandoned:
            self._listener.on_end(end)


class FakeServer:
    def __init__(self) -> None:
        self.streams: list[FakeStream] = []

    def open(self, listener: ChannelListener) -> FakeStream:
        self.streams.append(FakeStream(listener))
        return self.streams[-1]

    async def closed(self) -> None:
        assert all(stream.abandoned for stream in self.streams)

    @property
    def stream(self) -> FakeStream:
        """The newest."""
        return self.streams[-1]


@dataclass
class Bench:
    core: Core
    clock: FakeClock
    server: FakeServer
    #: What callbacks were told.
    told: list[tuple[str, Any]] = field(default_factory=list)

    def of(self, name: str) -> list[Any]:
        return [notice for told, notice in self.told if told == name]

    @property
    def names(self) -> list[str]:
        return [name for name, _ in self.told]

    @property
    def stream(self) -> FakeStream:
        return self.server.stream

    def state(self) -> State:
        return self.core.state

    async def next_stream(self) -> FakeStream:
        """Lets time pass until the agent has opened another stream."""
        before = len(self.server.streams)
        for _ in range(6_000):
            if len(self.server.streams) > before:
                await settled()
                return self.stream
            self.clock.advance(10)
        raise AssertionError("no further stream within a minute")


_CALLBACKS = (
    "on_welcome",
    "on_reconnect",
    "on_lease_lost",
    "on_superseded",
    "on_directive",
    "on_error",
    "on_gave_up",
)


def bench(**options: Any) -> Bench:
    clock, server = FakeClock(), FakeServer()
    told: list[tuple[str, Any]] = []

    def teller(name: str) -> Callable[[Any], None]:
        return lambda notice: told.append((name, notice))

    listeners = {name: teller(name) for name in _CALLBACKS}
    seams = Seams(clock=clock, random=lambda: 0.5, transport=lambda _: server, farewell=Farewell())
    core = Core(settle("billing-7", **(listeners | {"handle_signals": False} | options)), seams)
    return Bench(core, clock, server, told)


async def live(**options: Any) -> Bench:
    """A bench with an agent that has been welcomed."""
    made = bench(**options)
    made.core.start()
    await settled()
    made.stream.welcome()
    await settled()
    return made
