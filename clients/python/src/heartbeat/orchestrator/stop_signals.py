"""SIGTERM and SIGINT, as the wish to stop."""

import signal
import threading
from collections.abc import Callable
from typing import Final

_SIGNALS: Final = (signal.SIGTERM, signal.SIGINT)
_USUAL: Final = (signal.SIG_DFL, signal.default_int_handler)


class StopSignals:
    """A signal that the program handles itself is left alone."""

    def __init__(self, stop: Callable[[], None]) -> None:
        self._stop = stop
        self._before: dict[signal.Signals, object] = {}

    def listen(self) -> None:
        """Only on the main thread; elsewhere this does nothing."""
        if threading.current_thread() is not threading.main_thread():
            return
        for number in _SIGNALS:
            handler = signal.getsignal(number)
            if handler in _USUAL:
                self._before[number] = handler
                signal.signal(number, lambda _number, _frame: self._stop())

    def restore(self) -> None:
        """Only on the main thread, as `listen`."""
        if threading.current_thread() is not threading.main_thread():
            return
        for number, handler in self._before.items():
            signal.signal(number, handler)  # type: ignore[arg-type]
        self._before.clear()
