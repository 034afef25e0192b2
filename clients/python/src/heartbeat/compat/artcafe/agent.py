"""The agent of the guide."""

import asyncio
import os
from collections.abc import Awaitable, Callable
from typing import Any, Final, TypedDict, TypeVar

from heartbeat._runtime.agent import Agent
from heartbeat._runtime.message import Data, Message
from heartbeat._runtime.settings import Tls
from heartbeat.auth import SignedToken
from heartbeat.compat._service.options import server_address
from heartbeat.compat._service.policy import Option, silence_policy
from heartbeat.compat.artcafe.errors import AgentEnded, AgentGaveUp, AgentRefused, AgentSuperseded

#: Failed attempts in a row before the agent gives up.
_RECONNECT_ATTEMPTS: Final = 10

#: Takes subject and data: an object of JSON, a text or bytes, by the message's content type.
Handler = Callable[[str, Any], Awaitable[object]]
H = TypeVar("H", bound=Handler)


class ConnectionHealth(TypedDict):
    """How the link is. `last_heartbeat_ack` is ISO 8601, in UTC; None before the first ack."""

    healthy: bool
    connected: bool
    last_heartbeat_ack: str | None
    seconds_since_ack: float | None
    reconnect_attempts: int


class HeartbeatAgent:
    """Beats from `run` until it is stopped, and proves with its key who it is."""

    def __init__(
        self,
        agent_id: str,
        private_key_path: str | os.PathLike[str],
        organization_id: str,
        heartbeat_interval: float = 30,
        heartbeat_timeout_multiplier: float = 3.0,
        auto_reconnect: bool = True,
        *,
        server: str | None = None,
        tls: bool | Tls = False,
    ) -> None:
        """Reads the key and checks the options; does nothing else until `run`.

        Args:
            agent_id: The agent's name. One process at a time may hold it.
            private_key_path: An Ed25519 key, PEM (PKCS#8), not encrypted. It signs a token for each stream.
            organization_id: The tenant.
            heartbeat_interval: How often to beat, in seconds.
            heartbeat_timeout_multiplier: Offline after interval x this of silence.
            auto_reconnect: Whether a lost stream is opened again: with backoff, 10 attempts in a row.
            server: The monitor, `HOST:PORT`. Default: the environment's `HEARTBEAT_SERVER`, or
                `127.0.0.1:50051`.
            tls: As for `heartbeat.Agent`.

        Raises:
            FieldInvalid: The key cannot be read, or an option is outside its limit.
        """
        self.agent_id = agent_id
        self.organization_id = organization_id
        #: Why the agent has ended, once it has.
        self._ended: asyncio.Event = asyncio.Event()
        self._error: AgentEnded | None = None
        self._agent = Agent(
            agent_id,
            server=server_address(server),
            tls=tls,
            organization_id=organization_id,
            token=SignedToken(private_key_path, organization_id, agent_id),
            policy=silence_policy(
                Option("heartbeat_interval", heartbeat_interval),
                Option("heartbeat_timeout_multiplier", heartbeat_timeout_multiplier),
            ),
            max_reconnect_attempts=_RECONNECT_ATTEMPTS if auto_reconnect else 0,
            on_error=lambda refused: self._end(AgentRefused(agent_id, refused)),
            on_superseded=lambda by: self._end(AgentSuperseded(agent_id, by)),
            on_gave_up=lambda gave_up: self._end(AgentGaveUp(agent_id, gave_up)),
        )

    def on_message(self, subject: str) -> Callable[[H], H]:
        """Calls the decorated function with subject and data of every message. Only before `run`.

        Args:
            subject: Tokens parted by `.`; `*` stands for one, `>` for one or more at the end.
        """

        def subscribe(handler: H) -> H:
            @self._agent.on_message(subject)
            async def take(message: Message) -> None:
                await handler(message.subject, message.decoded())

            return handler

        return subscribe

    async def publish(self, subject: str, data: Data) -> int | None:
        """Publishes a message: an object as JSON, a text as UTF-8, bytes as they are.

        Returns:
            To how many it was handed; None when nobody knows.
        """
        return await self._agent.publish(subject, data)

    async def run(self) -> None:
        """Connects, and beats until it is stopped, canceled or signaled; then says Goodbye.

        Raises:
            AgentRefused: The server will not have it: a wrong key or organization, an expired token.
            AgentSuperseded: Another process has taken its name.
            AgentGaveUp: It could not connect again.
        """
        await self._agent.start()
        try:
            await self._ended.wait()
        finally:
            await self._agent.close("stopped")
        if self._error is not None:
            raise self._error

    async def stop(self) -> None:
        """Says Goodbye; `run` returns. Harmless when repeated."""
        self._ended.set()
        await self._agent.close("stopped")

    def get_connection_health(self) -> ConnectionHealth:
        """How the link to the monitor is, at this instant."""
        health = self._agent.connection_health()
        ack = health.last_heartbeat_ack
        return {
            "healthy": health.healthy,
            "connected": health.connected,
            "last_heartbeat_ack": None if ack is None else ack.isoformat(),
            "seconds_since_ack": health.seconds_since_ack,
            "reconnect_attempts": health.reconnect_attempts,
        }

    def _end(self, error: AgentEnded) -> None:
        self._error = error
        self._ended.set()
