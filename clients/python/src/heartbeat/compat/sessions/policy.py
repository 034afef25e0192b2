"""The monitor's three numbers as a policy of the service."""

from typing import Final

from heartbeat._runtime import limits
from heartbeat._runtime.checks import check_number, check_whole
from heartbeat._runtime.limits import Range
from heartbeat._runtime.policy import Policy

#: The grace, which is nearly all of it, has this limit.
_TIMEOUT: Final = Range(limits.INTERVAL.least, limits.GRACE.most)


def session_policy(timeout: float, check_interval: float, max_missed_beats: int) -> Policy:
    """A beat is missed after `timeout` of silence, and one more with every further check.

    The service counts `floor((silence - grace) / interval)`, so the first is missed after `timeout` when
    the interval is the check's and the grace is what the timeout is longer. The agent beats once in an
    interval. 30 s, 5 s and 3 beats: warned of after 30 s, timed out after 40 s, and it beats every 5 s.
    Raises FieldInvalid.
    """
    check_number("timeout_seconds", timeout, _TIMEOUT, " seconds")
    check_number("check_interval_seconds", check_interval, limits.INTERVAL, " seconds")
    check_whole("max_missed_beats", max_missed_beats, limits.MAX_MISSED_BEATS)
    lasts = timeout + check_interval * (max_missed_beats - 1)
    # The multiplier counts silence in intervals, and has a limit.
    interval = max(check_interval, lasts / limits.TIMEOUT_MULTIPLIER.most)
    grace = max(0.0, timeout - interval)
    multiplier = (grace + interval * max_missed_beats) / interval
    return Policy(
        interval=interval,
        grace=grace,
        max_missed_beats=max_missed_beats,
        timeout_multiplier=min(
            max(limits.TIMEOUT_MULTIPLIER.least, multiplier), limits.TIMEOUT_MULTIPLIER.most
        ),
    )
