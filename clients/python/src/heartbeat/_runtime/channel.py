"""What an agent needs of a transport, and all that a test has to imitate."""

from dataclasses import dataclass
from typing import Protocol

from heartbeat.v1.heartbeat_service_pb2 import BeatRequest, BeatResponse


@dataclass(frozen=True, slots=True)
class Answered:
    """The stream ended with a status.

    Attributes:
        status: Its gRPC name: `UNAVAILABLE`.
        message: The words that came with it.
        code: The trailer `heartbeat-error`, by which a Heartbeat server signs its own word; None when
            the status is somebody else's: of a proxy, or made up by the transport.
        pushback_ms: How long the server asks to stay away, as far as it is believed.
    """

    status: str
    message: str = ""
    code: str | None = None
    pushback_ms: int | None = None


@dataclass(frozen=True, slots=True)
class Broken:
    """The stream ended without one: it was given up on this side, or never came to be."""

    message: str


#: How a stream ended.
ChannelEnd = Answered | Broken


class ChannelListener(Protocol):
    """Who is told what happens on a channel."""

    def on_answer(self, answer: BeatResponse) -> None:
        """The server answered."""

    def on_writable(self) -> None:
        """A message has been written, so another one may be sent."""

    def on_end(self, end: ChannelEnd) -> None:
        """The stream has ended; once, and the last call."""


class BeatChannel(Protocol):
    """One stream to one server, on a connection of its own."""

    @property
    def writable(self) -> bool:
        """False while the message before has not been written: then nothing may be sent."""

    def send(self, beat: BeatRequest) -> None:
        """Takes one message. Only while writable."""

    def finish(self) -> None:
        """No more messages from this side; the server ends the stream."""

    def abandon(self) -> None:
        """Gives the connection up at once. Nothing is told to the listener from then on."""


class Transport(Protocol):
    """Opens channels."""

    def open(self, listener: ChannelListener) -> BeatChannel:
        """Never raises: what goes wrong is an end. Calls nothing before it has returned."""

    async def closed(self) -> None:
        """Returns once every channel that has ended has let go of its socket."""
