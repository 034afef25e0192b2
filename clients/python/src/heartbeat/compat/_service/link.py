"""The calls of operators and dashboards, on one connection."""

import inspect
from collections.abc import AsyncGenerator
from types import TracebackType
from typing import Final, TypeVar

import grpc
import grpc.aio
from typing_extensions import Self

from heartbeat.compat._service.options import Service
from heartbeat.v1.control_service_pb2_grpc import ControlServiceStub
from heartbeat.v1.heartbeat_service_pb2_grpc import HeartbeatServiceStub
from heartbeat.v1.status_service_pb2_grpc import StatusServiceStub

#: How long one answer may take.
_CALL_TIMEOUT: Final = 5.0
_OPTIONS: Final = (
    # A PING when nothing was read for 20 s, so that a watch on a dead connection ends.
    ("grpc.keepalive_time_ms", 20_000),
    ("grpc.keepalive_timeout_ms", 5_000),
    ("grpc.http2.max_pings_without_data", 0),
    # A server that is away is asked again soon: whoever calls decides how often.
    ("grpc.initial_reconnect_backoff_ms", 250),
    ("grpc.max_reconnect_backoff_ms", 2_000),
    ("grpc.enable_http_proxy", 0),
    ("grpc.service_config_disable_resolution", 1),
)

Request = TypeVar("Request")
Response = TypeVar("Response")


class Link:
    """Belongs to the event loop that runs when it is made."""

    def __init__(self, service: Service) -> None:
        self.organization_id = service.organization_id
        self._token = service.token
        self._channel = _connect(service)
        self.status = StatusServiceStub(self._channel)
        self.control = ControlServiceStub(self._channel)
        self.beats = HeartbeatServiceStub(self._channel)

    async def ask(
        self, method: grpc.aio.UnaryUnaryMultiCallable[Request, Response], request: Request
    ) -> Response:
        """One answer. Raises AioRpcError, and whatever the token's function raises."""
        return await method(request, timeout=_CALL_TIMEOUT, metadata=await self._headers())

    async def stream(
        self, method: grpc.aio.UnaryStreamMultiCallable[Request, Response], request: Request
    ) -> AsyncGenerator[Response, None]:
        """Answers until the server ends them. Raises as `ask`."""
        call = method(request, metadata=await self._headers())
        try:
            async for answer in call:
                yield answer
        finally:
            call.cancel()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        await self._channel.close()

    async def _headers(self) -> tuple[tuple[str, str], ...]:
        if self._token is None:
            return ()
        token = self._token()
        text = await token if inspect.isawaitable(token) else token
        return (("authorization", f"Bearer {text}"),)


def _connect(service: Service) -> grpc.aio.Channel:
    address = service.target.address
    if not service.target.encrypted:
        return grpc.aio.insecure_channel(address, options=_OPTIONS)
    credentials = grpc.ssl_channel_credentials(service.target.authorities)
    return grpc.aio.secure_channel(address, credentials, options=_OPTIONS)
