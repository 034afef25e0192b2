"""Channels over gRPC."""

import asyncio
import inspect
from typing import Final

import grpc
import grpc.aio

from heartbeat._runtime.channel import Answered, Broken, ChannelEnd, ChannelListener
from heartbeat._runtime.checks import check_token
from heartbeat._runtime.errors import in_words
from heartbeat._runtime.outbox import Outbox
from heartbeat._runtime.pushback import read_pushback_ms
from heartbeat._runtime.settings import Settings
from heartbeat.v1.heartbeat_service_pb2 import BeatRequest
from heartbeat.v1.heartbeat_service_pb2_grpc import HeartbeatServiceStub

_OPTIONS: Final = (
    # A connection of its own: by default gRPC shares one between channels to the same server.
    ("grpc.use_local_subchannel_pool", 1),
    # A PING when nothing was read for 20 s; broken without an answer within 5 s.
    ("grpc.keepalive_time_ms", 20_000),
    ("grpc.keepalive_timeout_ms", 5_000),
    ("grpc.http2.max_pings_without_data", 0),
    # To open a stream again is the agent's own task, and it is told when the server wants it.
    ("grpc.enable_retries", 0),
    # The way to the monitor is the one that the option names: no proxy out of the environment, and no
    # question to the DNS for a configuration.
    ("grpc.enable_http_proxy", 0),
    ("grpc.service_config_disable_resolution", 1),
)


class GrpcTransport:
    def __init__(self, settings: Settings) -> None:
        self._target = settings.target
        self._token = settings.token
        self._connect_timeout_ms = settings.connect_timeout_ms
        #: The event loop itself keeps no task alive.
        self._conversations: set[asyncio.Task[None]] = set()

    def open(self, listener: ChannelListener) -> "GrpcChannel":
        outbox = Outbox(listener.on_writable)
        conversation = asyncio.get_running_loop().create_task(
            self._converse(outbox, listener), name="heartbeat stream"
        )
        self._conversations.add(conversation)
        conversation.add_done_callback(self._conversations.discard)
        return GrpcChannel(outbox, conversation)

    async def closed(self) -> None:
        if self._conversations:
            await asyncio.wait(self._conversations)

    async def _converse(self, outbox: Outbox, listener: ChannelListener) -> None:
        try:
            end = await self._read(outbox, listener)
        except asyncio.CancelledError:
            # Given up. Kept by the task, its traceback would keep the connection: gRPC closes the
            # socket when nobody refers to the channel any more.
            return
        outbox.end()
        listener.on_end(end)

    async def _read(self, outbox: Outbox, listener: ChannelListener) -> ChannelEnd:
        """Reads until the end. A stream that is given up ends with CancelledError, and tells nobody."""
        try:
            headers = await self._headers()
            async with self._connect() as channel:
                stub = HeartbeatServiceStub(channel)
                async for answer in stub.Beat(outbox.messages(), metadata=headers):
                    listener.on_answer(answer)
        except grpc.aio.AioRpcError as error:
            return end_of(error)
        except Exception as error:
            return Broken(in_words(error))
        return Answered("OK")

    def _connect(self) -> grpc.aio.Channel:
        # gRPC does not give up a handshake when its channel is closed: a server that says nothing would
        # hold the socket for another 20 s.
        options = (*_OPTIONS, ("grpc.min_reconnect_backoff_ms", self._connect_timeout_ms))
        target = self._target
        if not target.encrypted:
            return grpc.aio.insecure_channel(target.address, options=options)
        credentials = grpc.ssl_channel_credentials(target.authorities)
        return grpc.aio.secure_channel(target.address, credentials, options=options)

    async def _headers(self) -> tuple[tuple[str, str], ...]:
        if self._token is None:
            return ()
        token = self._token()
        text = check_token(await token if inspect.isawaitable(token) else token)
        return (("authorization", f"Bearer {text}"),)


class GrpcChannel:
    """One stream on one connection."""

    def __init__(self, outbox: Outbox, conversation: asyncio.Task[None]) -> None:
        self._outbox = outbox
        self._conversation = conversation

    @property
    def writable(self) -> bool:
        return self._outbox.writable

    def send(self, beat: BeatRequest) -> None:
        self._outbox.put(beat)

    def finish(self) -> None:
        self._outbox.end()

    def abandon(self) -> None:
        self._outbox.end()
        self._conversation.cancel()


def end_of(error: grpc.aio.AioRpcError) -> Answered:
    trailers = {key: value for key, value in error.trailing_metadata() if isinstance(value, str)}
    return Answered(
        status=error.code().name,
        message=error.details() or "",
        code=trailers.get("heartbeat-error"),
        pushback_ms=read_pushback_ms(trailers.get("grpc-retry-pushback-ms")),
    )
