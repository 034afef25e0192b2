"""A policy by which silence alone decides."""

import math
from typing import NamedTuple

from heartbeat._runtime import limits
from heartbeat._runtime.checks import check_number
from heartbeat._runtime.policy import Policy


class Option(NamedTuple):
    """A value, and what the program calls it."""

    name: str
    value: float


def silence_policy(interval: Option, timeout_multiplier: Option) -> Policy:
    """DOWN after interval x multiplier, also of who has been dropped.

    The service counts missed beats as well, and one more for a drop; they come to their limit a little
    later. Raises FieldInvalid.
    """
    multiplier = check_number(*timeout_multiplier, limits.TIMEOUT_MULTIPLIER)
    missed = min(math.ceil(multiplier) + 1, round(limits.MAX_MISSED_BEATS.most))
    return Policy(
        interval=check_number(*interval, limits.INTERVAL, " seconds"),
        timeout_multiplier=multiplier,
        max_missed_beats=missed,
    )
