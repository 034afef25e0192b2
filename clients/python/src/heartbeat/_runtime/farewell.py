"""Says Goodbye when a signal ends the process."""

import os
import signal
import threading
from asyncio import runners
from collections.abc import Callable
from concurrent.futures import Future
from types import FrameType
from typing import Final

_SIGNALS: Final = (signal.SIGTERM, signal.SIGINT)

#: Says Goodbye with this reason; done when that is over. Called in a signal handler: must not wait.
Leave = Callable[[str], "Future[None]"]


class Farewell:
    """Hears SIGTERM and SIGINT on behalf of all agents in the process.

    There is one handler, however many agents there are, and none when there are none. A signal that
    the program handles itself is left alone. It is no handler of an event loop: those cannot tell
    whether the program has put its own in their place, and threads without a loop have none.
    """

    def __init__(self) -> None:
        self._leavers: set[Leave] = set()
        #: What handled a signal before.
        self._before: dict[int, object] = {}
        self._dying = False

    def add(self, leave: Leave) -> None:
        """Only in the main thread may a handler be set; elsewhere, and on Windows, this does nothing."""
        if os.name != "posix" or threading.current_thread() is not threading.main_thread():
            return
        self._leavers.add(leave)
        for number in _SIGNALS:
            handler = signal.getsignal(number)
            if handler != self._on_signal and _is_usual(handler):
                self._before[number] = handler
                signal.signal(number, self._on_signal)

    def remove(self, leave: Leave) -> None:
        """From another thread the handler stays, and does what was done before it."""
        self._leavers.discard(leave)
        if not self._leavers and threading.current_thread() is threading.main_thread():
            self._restore()

    def _on_signal(self, number: int, _frame: FrameType | None) -> None:
        """The first one says Goodbye, and comes again when that is over. A second one does not wait."""
        leavers = list(self._leavers)
        if self._dying or not leavers:
            self._die(number)
            return
        self._dying = True
        countdown = _Countdown(len(leavers), lambda: _raise_again(number))
        for leave in leavers:
            leave(signal.Signals(number).name).add_done_callback(countdown.one_less)

    def _die(self, number: int) -> None:
        """Gives the signal its usual effect."""
        self._dying = False
        self._restore()
        signal.raise_signal(number)

    def _restore(self) -> None:
        """What the program has put in our place meanwhile stays."""
        for number, handler in self._before.items():
            if signal.getsignal(number) == self._on_signal:
                signal.signal(number, handler)  # type: ignore[arg-type]
        self._before.clear()


class _Countdown:
    """Goodbyes end on the threads of their agents."""

    def __init__(self, count: int, then: Callable[[], None]) -> None:
        self._lock = threading.Lock()
        self._count = count
        self._then = then

    def one_less(self, _: object) -> None:
        with self._lock:
            self._count -= 1
            is_last = self._count == 0
        if is_last:
            self._then()


def _is_usual(handler: object) -> bool:
    """Whether nobody but Python handles the signal; asyncio.run() turns SIGINT into a cancellation."""
    if handler in (signal.SIG_DFL, signal.default_int_handler):
        return True
    function = getattr(handler, "func", None)
    runner = getattr(runners, "Runner", None)  # Since Python 3.11.
    return runner is not None and isinstance(getattr(function, "__self__", None), runner)


def _raise_again(number: int) -> None:
    """To the main thread, whatever it waits in: Python runs handlers nowhere else."""
    main = threading.main_thread().ident
    if main is not None:
        signal.pthread_kill(main, number)


#: The one of this process.
process_farewell: Final = Farewell()
