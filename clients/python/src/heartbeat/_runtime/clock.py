"""Time, as a value that is handed in, so that tests can run a day in a millisecond.

Inside the runtime, spans are whole milliseconds in names that end in `_ms`; what a program gives or
gets is seconds.
"""

import asyncio
import time
from collections.abc import Callable
from typing import Protocol


class Timer(Protocol):
    """A timer that was set."""

    def cancel(self) -> None:
        """Stops it; harmless when it has fired."""


class Clock(Protocol):
    """Where time comes from."""

    def mono_ms(self) -> int:
        """Monotonic time. Decides; its zero means nothing."""

    def wall_ms(self) -> int:
        """Wall time since 1970. Is shown, and decides nothing."""

    def after(self, delay_ms: int, callback: Callable[[], None]) -> Timer:
        """Calls back once after the delay, soon when that has passed."""


class SystemClock:
    """The system's time, and timers of the event loop that runs."""

    def mono_ms(self) -> int:
        return time.monotonic_ns() // 1_000_000

    def wall_ms(self) -> int:
        return time.time_ns() // 1_000_000

    def after(self, delay_ms: int, callback: Callable[[], None]) -> Timer:
        return asyncio.get_running_loop().call_later(max(0, delay_ms) / 1000, callback)
