"""What the transport pulls messages from."""

import asyncio
from collections.abc import AsyncIterator, Callable

from heartbeat.v1.heartbeat_service_pb2 import BeatRequest


class Outbox:
    """One slot and no queue.

    A pull means that the message before has been written, so a link that hangs makes beats be skipped,
    never piled up.
    """

    def __init__(self, on_writable: Callable[[], None]) -> None:
        self._on_writable = on_writable
        self._slot: BeatRequest | None = None
        self._filled = asyncio.Event()
        self._pulled = False
        self._waiting = False
        self._ended = False

    @property
    def writable(self) -> bool:
        """True when the slot is empty and the transport waits for it, or has not come yet."""
        if self._ended or self._slot is not None:
            return False
        return self._waiting or not self._pulled

    def put(self, beat: BeatRequest) -> None:
        if not self.writable:
            raise RuntimeError("put() into an outbox that is not writable")
        self._slot = beat
        self._filled.set()

    def end(self) -> None:
        """What is in the slot still goes out; then the transport is told that this was all."""
        self._ended = True
        self._filled.set()

    async def messages(self) -> AsyncIterator[BeatRequest]:
        """For the transport, once."""
        while True:
            self._pulled = True
            if self._slot is None and not self._ended:
                await self._refill()
            beat, self._slot = self._slot, None
            if beat is None:
                return
            self._filled.clear()
            yield beat

    async def _refill(self) -> None:
        self._waiting = True
        self._on_writable()
        await self._filled.wait()
        self._waiting = False
