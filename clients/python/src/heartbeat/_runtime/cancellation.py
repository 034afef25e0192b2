"""The wish that somebody stop, told once."""

import asyncio
from collections.abc import Callable


class Cancellation:
    """Fires at most once, with a reason. Belongs to one event loop, but `fired` is read from anywhere."""

    def __init__(self) -> None:
        self._reason: str | None = None
        self._listeners: list[Callable[[], None]] = []

    @property
    def fired(self) -> bool:
        return self._reason is not None

    def fire(self, reason: str) -> None:
        if self._reason is not None:
            return
        self._reason = reason
        listeners, self._listeners = self._listeners, []
        for listener in listeners:
            listener()

    def then(self, listener: Callable[[], None]) -> None:
        """Calls back when it fires; at once when it has."""
        if self.fired:
            listener()
        else:
            self._listeners.append(listener)

    async def wait(self) -> str:
        """Returns why."""
        if self._reason is None:
            fired = asyncio.Event()
            self._listeners.append(fired.set)
            try:
                await fired.wait()
            finally:
                if fired.set in self._listeners:
                    self._listeners.remove(fired.set)
        return self._reason or ""
