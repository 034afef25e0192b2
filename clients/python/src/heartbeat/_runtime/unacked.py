"""The beats of a stream that the server has not acknowledged."""

from collections import deque
from typing import Final

#: Sending times that are remembered; past it, an ack counts for the newest that is.
_REMEMBERED: Final = 64


class UnackedBeats:
    def __init__(self) -> None:
        self._sent: deque[tuple[int, int]] = deque()

    def sent(self, sequence: int, at_ms: int) -> None:
        if len(self._sent) < _REMEMBERED:
            self._sent.append((sequence, at_ms))

    def acked(self, sequence: int) -> int | None:
        """Takes an ack for this beat and all before it.

        Returns when the newest of them was sent: up to then the server knew this agent alive. None
        when the ack brings no news.
        """
        newest_ms = None
        while self._sent and self._sent[0][0] <= sequence:
            _, newest_ms = self._sent.popleft()
        return newest_ms
