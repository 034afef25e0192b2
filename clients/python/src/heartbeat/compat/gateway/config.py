"""The monitor's thresholds."""

from dataclasses import dataclass
from typing import TypedDict

from heartbeat._runtime import limits
from heartbeat._runtime.checks import check_number
from heartbeat._runtime.limits import Range
from heartbeat._runtime.policy import Policy


class ConfigStatus(TypedDict):
    check_interval_ms: int
    stale_threshold_ms: int
    timeout_threshold_ms: int


@dataclass
class HeartbeatMonitorConfig:
    """Spans are milliseconds.

    Attributes:
        check_interval_ms: How often the agents beat, and how often the monitor asks how they are besides
            being told. 100 to 24 h.
        stale_threshold_ms: A task is stale after so long without activity. 100 to 30 days.
        timeout_threshold_ms: A task has timed out after so long. 100 to 30 days.
        stale_warning_only_once: Whether a stale task is told once, or again after every further
            `stale_threshold_ms`.
    """

    check_interval_ms: int = 30_000
    stale_threshold_ms: int = 5 * 60 * 1000
    timeout_threshold_ms: int = 30 * 60 * 1000
    stale_warning_only_once: bool = True

    def policy(self) -> Policy:
        """The same, as the service judges by it. Raises FieldInvalid."""
        return Policy(
            interval=_seconds("check_interval_ms", self.check_interval_ms, limits.INTERVAL),
            task_stale_after=_seconds("stale_threshold_ms", self.stale_threshold_ms, limits.TASK_THRESHOLD),
            task_timeout_after=_seconds(
                "timeout_threshold_ms", self.timeout_threshold_ms, limits.TASK_THRESHOLD
            ),
            stale_warning_only_once=self.stale_warning_only_once,
        )

    def status(self) -> ConfigStatus:
        return {
            "check_interval_ms": self.check_interval_ms,
            "stale_threshold_ms": self.stale_threshold_ms,
            "timeout_threshold_ms": self.timeout_threshold_ms,
        }


def _seconds(field: str, span_ms: int, limit: Range) -> float:
    return check_number(field, span_ms, Range(limit.least * 1000, limit.most * 1000), " ms") / 1000
