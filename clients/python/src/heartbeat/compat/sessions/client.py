"""Beats for a session, wherever its agent runs."""

import logging
from types import TracebackType

from typing_extensions import Self, Unpack

from heartbeat._runtime import limits
from heartbeat._runtime.agent import Agent
from heartbeat._runtime.checks import check_number
from heartbeat._runtime.options import AgentOptions
from heartbeat._runtime.policy import Policy
from heartbeat._runtime.state import State
from heartbeat.compat._service.names import wire_name
from heartbeat.compat._service.options import ServiceOptions, settle_service
from heartbeat.compat.sessions.monitor import HeartbeatMonitor

_log = logging.getLogger("heartbeat.compat.sessions")


class HeartbeatClient:
    """Beats in the background from `start` to `stop`.

        async with HeartbeatClient(session_id):
            ...

    When the process dies, the monitor is told at once; when it hangs, its missed beats tell. `stop` says
    Goodbye: the session has ended, and nobody is warned of it.
    """

    def __init__(
        self,
        session_id: str,
        monitor: HeartbeatMonitor | str | None = None,
        interval_seconds: float = 10,
        **service: Unpack[ServiceOptions],
    ) -> None:
        """Checks the options; does nothing else until the start.

        Args:
            session_id: The session to beat for.
            monitor: A monitor in this program, to beat to the same server; or the server's address.
            interval_seconds: How often to beat where the session's monitor has not said it.
            **service: See `ServiceOptions`.

        Raises:
            FieldInvalid: An option is outside its limit.
        """
        self.session_id = session_id
        self.monitor = monitor if isinstance(monitor, HeartbeatMonitor) else None
        self.interval = interval_seconds
        if isinstance(monitor, str):
            service = {"server": monitor, **service}
        interval = check_number("interval_seconds", interval_seconds, limits.INTERVAL, " seconds")
        self._policy = Policy(interval=interval)
        self._options = settle_service(policy=self._policy, **service).for_agents
        if self.monitor is not None:
            self._options = self.monitor.service.for_agents
            self._policy = self.monitor.policy
        self._agent: Agent | None = None

    async def start(self) -> None:
        """Begins to beat, and returns at once."""
        if self._agent is not None and self._agent.state is not State.ENDED:
            return
        options: AgentOptions = {**self._options, "policy": self._policy}
        entry = self.monitor and self.monitor.sessions.get(self.session_id)
        if entry:
            options["agent_type"] = entry.agent_type
        self._agent = await Agent(wire_name(self.session_id), **options).start()
        _log.debug("Heartbeat client started for session %s", self.session_id)

    async def stop(self) -> None:
        """Beats no more, and says so."""
        if self._agent is None:
            return
        agent, self._agent = self._agent, None
        await agent.close("the session has ended")
        if self.monitor is not None:
            self.monitor.has_left(self.session_id)
        _log.debug("Heartbeat client stopped for session %s", self.session_id)

    async def __aenter__(self) -> Self:
        await self.start()
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        await self.stop()
