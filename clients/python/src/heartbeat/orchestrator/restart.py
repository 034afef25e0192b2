"""When an agent's process is started again."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Final

from heartbeat._runtime.backoff import Backoff, full_jitter_ms, settle_backoff
from heartbeat._runtime.checks import check_span, check_whole
from heartbeat._runtime.limits import DAY, Range

_ATTEMPTS: Final = Range(0, 1_000)
_STABLE: Final = Range(0, DAY)


@dataclass(frozen=True, slots=True)
class RestartPolicy:
    """For agents that failed: by an exception, an exit code other than 0, or a signal.

    Attributes:
        attempts: Restarts in a row before it is given up. 0 to 1000; 0 never restarts.
        backoff: How long to wait before each.
        stable_after: An agent that ran for so many seconds has begun anew: its failures before no longer
            count. 0 to 86,400; 0 restarts without end.
    """

    attempts: int = 3
    backoff: Backoff = field(default_factory=lambda: Backoff(initial=1.0, maximum=30.0))
    stable_after: float = 60.0


class Restarts:
    """The restarts of one agent."""

    def __init__(self, policy: RestartPolicy, random: Callable[[], float]) -> None:
        """Raises FieldInvalid."""
        self._attempts = check_whole("restart.attempts", policy.attempts, _ATTEMPTS)
        self._stable_after_ms = check_span("restart.stable_after", policy.stable_after, _STABLE)
        self._bounds = settle_backoff(policy.backoff)
        self._random = random
        self._in_a_row = 0
        self.total = 0

    def wait_ms(self, ran_for_ms: int) -> int | None:
        """How long to wait before the next start; None when there is none."""
        if ran_for_ms >= self._stable_after_ms:
            self._in_a_row = 0
        if self._in_a_row >= self._attempts:
            return None
        wait_ms = full_jitter_ms(self._in_a_row, self._bounds, self._random)
        self._in_a_row += 1
        self.total += 1
        return wait_ms
