"""What the process measures of itself."""

import os
import time
from pathlib import Path
from typing import Final

from heartbeat._runtime.wire import duration
from heartbeat.v1.heartbeat_pb2 import Vitals

_STATM: Final = Path("/proc/self/statm")


class VitalsMeter:
    """Processor use since the last measurement, resident memory, timer lag."""

    def __init__(self) -> None:
        self._since_ns = time.monotonic_ns()
        self._used_ns = time.process_time_ns()
        self._cpu = 0.0

    def measure(self, lag_ms: int) -> Vitals:
        """Measures.

        Args:
            lag_ms: How late the agent's own timer fired: what every timer of its event loop suffers.
        """
        return Vitals(cpu=self._measure_cpu(), rss_bytes=_resident(), loop_lag=duration(max(0, lag_ms)))

    def _measure_cpu(self) -> float:
        """In cores. A span under 1 ms measures nothing but noise, so the last figure stands."""
        now_ns, used_ns = time.monotonic_ns(), time.process_time_ns()
        elapsed_ns = now_ns - self._since_ns
        if elapsed_ns >= 1_000_000:
            self._cpu = max(0.0, (used_ns - self._used_ns) / elapsed_ns)
            self._since_ns, self._used_ns = now_ns, used_ns
        return self._cpu


def _resident() -> int:
    """In bytes; 0 where the system has no /proc: only the peak can be had there, which says less."""
    try:
        return int(_STATM.read_bytes().split()[1]) * os.sysconf("SC_PAGE_SIZE")
    except (OSError, ValueError, IndexError):
        return 0
