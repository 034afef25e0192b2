"""A server's wish to be left alone for a while."""

import math
import re
from collections.abc import Callable

#: What is believed of a delay that a server asks for.
_LEAST_MS = 10
_MOST_MS = 5 * 60_000
#: Up to a tenth longer than asked is waited, and no more than this.
_LONGEST_JITTER_MS = 1_000


def read_pushback_ms(text: str | None) -> int | None:
    """Reads the trailer `grpc-retry-pushback-ms`, held to bounds; None when it makes no sense."""
    if text is None or not re.fullmatch(r"[0-9]+", text):
        return None
    # A number that is longer than the longest that is believed need not be read.
    asked_ms = _MOST_MS if len(text) > 9 else int(text)
    return min(_MOST_MS, max(_LEAST_MS, asked_ms))


def pushback_wait_ms(pushback_ms: int, random: Callable[[], float]) -> int:
    """The wait that comes of it: never shorter, so that nobody comes before its turn."""
    return pushback_ms + math.floor(random() * min(pushback_ms / 10, _LONGEST_JITTER_MS))
