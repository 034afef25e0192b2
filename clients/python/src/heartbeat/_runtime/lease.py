"""What the agent knows by itself: whether the monitor can still take it for alive."""

import math
from collections.abc import Callable

from heartbeat._runtime.clock import Clock, Timer


class Lease:
    """Runs from the sending of the youngest beat that was acknowledged, not from the ack.

    An ack that a frozen machine finds in its socket an hour later renews nothing. The timer is lazy: a
    renewal moves no timer, and a timer that fires early sets itself anew.
    """

    def __init__(self, clock: Clock, on_lost: Callable[[int], None]) -> None:
        self._clock = clock
        self._on_lost = on_lost
        self._timeout_ms = 0
        self._renewed_at: int | None = None
        #: It does not end before, whatever the policy says by now.
        self._least_until: float = -math.inf
        self._timer: Timer | None = None

    def renew(self, sent_at: int) -> None:
        """A beat that was sent at this instant is acknowledged."""
        if self._renewed_at is not None and sent_at < self._renewed_at:
            return
        self._renewed_at = sent_at
        if self._timer is None:
            self._arm()

    def allow(self, timeout_ms: int) -> None:
        """The policy in force says how long silence may last.

        A shorter span counts from now on, since the monitor does not judge by it the silence before;
        what was allowed already is not exceeded.
        """
        if timeout_ms == self._timeout_ms:
            return
        self._least_until = self._clock.mono_ms() + min(self._remaining_ms(), timeout_ms)
        self._timeout_ms = timeout_ms
        if self._timer is None:
            self._arm()
        else:
            self._timer.cancel()
            self._check()

    @property
    def holds(self) -> bool:
        return self._remaining_ms() > 0

    def stop(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
        self._timer = None
        self._renewed_at = None

    def _remaining_ms(self) -> int:
        if self._renewed_at is None:
            return 0
        until = max(self._renewed_at + self._timeout_ms, self._least_until)
        return int(until) - self._clock.mono_ms()

    def _arm(self) -> None:
        """No timer runs while the lease is lost: that is what makes it lost once per episode."""
        remaining_ms = self._remaining_ms()
        if remaining_ms > 0:
            self._timer = self._clock.after(remaining_ms, self._check)

    def _check(self) -> None:
        self._timer = None
        self._arm()
        if self._timer is None and self._renewed_at is not None:
            self._on_lost(self._clock.mono_ms() - self._renewed_at)
