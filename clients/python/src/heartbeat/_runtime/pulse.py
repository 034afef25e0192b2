"""What the acks tell of the link, over all streams of an agent."""

from collections.abc import Callable

from heartbeat._runtime.clock import Clock
from heartbeat._runtime.lease import Lease
from heartbeat._runtime.notices import ConnectionHealth
from heartbeat._runtime.wire import instant


class Pulse:
    def __init__(self, clock: Clock, on_lost: Callable[[int], None]) -> None:
        self._clock = clock
        self.lease = Lease(clock, on_lost)
        #: Monotonic and wall time of the last ack.
        self._acked_at: tuple[int, int] | None = None

    def acked(self, sent_at: int) -> None:
        """A beat that was sent at this instant is acknowledged."""
        self._acked_at = (self._clock.mono_ms(), self._clock.wall_ms())
        self.lease.renew(sent_at)

    def health(self, connected: bool, reconnect_attempts: int) -> ConnectionHealth:
        at = self._acked_at
        return ConnectionHealth(
            healthy=connected and self.lease.holds,
            connected=connected,
            last_heartbeat_ack=None if at is None else instant(at[1]),
            seconds_since_ack=None if at is None else (self._clock.mono_ms() - at[0]) / 1000,
            reconnect_attempts=reconnect_attempts,
        )
