"""The wish that an agent's process end, from wherever it comes."""

import os
from multiprocessing.connection import Connection, wait


class StopSign:
    """Set by the orchestrator, by its death, by a signal, or from a thread of the process itself.

    The orchestrator holds the other end of the connection and closes it, which its death does too.
    """

    def __init__(self, orchestrator: Connection) -> None:
        self._orchestrator = orchestrator
        self._read_end, self._write_end = os.pipe()

    def set(self) -> None:
        """From a signal handler, or from any thread."""
        os.write(self._write_end, b"\0")

    def wait(self, seconds: float) -> bool:
        """Waits for it, so long at most. Returns whether it is set."""
        return bool(wait([self._orchestrator, self._read_end], max(0.0, seconds)))
