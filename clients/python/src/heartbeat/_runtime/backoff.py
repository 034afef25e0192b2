"""How long to wait between attempts."""

import math
from collections.abc import Callable
from dataclasses import dataclass

from heartbeat._runtime.checks import check_span
from heartbeat._runtime.limits import Range

_LEAST = 0.001
_MOST = 3_600.0


@dataclass(frozen=True, slots=True)
class Backoff:
    """Full jitter: the wait before attempt n is random between 0 and min(maximum, initial x 2^n).

    A server that says when to come back is obeyed instead.

    Attributes:
        initial: The bound of the first wait, in seconds. 0.001 to 3,600. Default: 0.25.
        maximum: The bound of every wait, in seconds. `initial` to 3,600. Default: 30, or `initial`
            when that is longer.
    """

    initial: float = 0.25
    maximum: float | None = None


@dataclass(frozen=True, slots=True)
class Bounds:
    """The checked form."""

    initial_ms: int
    maximum_ms: int


def settle_backoff(backoff: Backoff) -> Bounds:
    """Checks what a caller asks for, and fills in the maximum."""
    initial_ms = check_span("backoff.initial", backoff.initial, Range(_LEAST, _MOST))
    maximum = backoff.maximum
    if maximum is None:
        maximum = max(30.0, backoff.initial)
    return Bounds(initial_ms, check_span("backoff.maximum", maximum, Range(backoff.initial, _MOST)))


def ceiling_ms(step: int, bounds: Bounds) -> int:
    """The longest wait before attempt `step`, counted from 0: initial x 2^step, up to the maximum."""
    # Beyond 2^22 the longest maximum is passed whatever the initial wait, and numbers would grow.
    return int(min(bounds.maximum_ms, bounds.initial_ms * 2 ** min(step, 22)))


def full_jitter_ms(step: int, bounds: Bounds, random: Callable[[], float]) -> int:
    """Anything from 0 to the ceiling, so that a fleet that lost its server spreads out."""
    return math.floor(random() * ceiling_ms(step, bounds))


class Waits:
    """How far the waits have grown.

    They start anew only after a stream that was up for as long as the present ceiling: a server that
    welcomes everybody and then hangs up is not asked eight times a second.
    """

    def __init__(self, bounds: Bounds, random: Callable[[], float]) -> None:
        self._bounds = bounds
        self._random = random
        self._step = 0

    def after_loss_ms(self, up_ms: int) -> int:
        """How long to wait after a stream that was up for so long (0 when it never was)."""
        self._forgive(up_ms)
        wait_ms = full_jitter_ms(self._step, self._bounds, self._random)
        self._step += 1
        return wait_ms

    def after_request_ms(self, up_ms: int) -> int:
        """The same after a stream that the server asked back: nothing, unless it asks in a circle."""
        self._forgive(up_ms)
        if self._step > 0:
            return self.after_loss_ms(up_ms)
        self._step = 1
        return 0

    def _forgive(self, up_ms: int) -> None:
        if up_ms >= ceiling_ms(self._step, self._bounds):
            self._step = 0
