"""Heartbeat for all agents of an orchestrator."""

import os
from collections.abc import Callable
from typing import TypedDict

from heartbeat._runtime.options import AgentOptions
from heartbeat._runtime.settings import Tls, settle
from heartbeat.compat._service.options import server_address
from heartbeat.compat._service.policy import Option, silence_policy
from heartbeat.orchestrator.supervised import AgentReport


class OrchestratorStatus(TypedDict):
    agent_send_interval: float
    timeout_threshold: float
    monitored_agents: int
    agents: dict[str, AgentReport]


class OrchestratorHeartbeatPlugin:
    """Gives each agent's process a lease of its own at a Heartbeat server, under the agent's name.

    In an agent, `self.plugin.heartbeat` is that process's own part: see `AgentHeartbeat`.
    """

    def __init__(
        self,
        agent_send_interval: float = 30.0,
        timeout_multiplier: float = 3.0,
        *,
        server: str | None = None,
        organization_id: str = "",
        private_key_path: str | os.PathLike[str] | None = None,
        tls: bool | Tls = False,
    ) -> None:
        """Checks the options.

        Args:
            agent_send_interval: How often each agent beats, in seconds.
            timeout_multiplier: DOWN after interval x this of silence.
            server: The monitor, `HOST:PORT`. Default: the environment's `HEARTBEAT_SERVER`, or
                `127.0.0.1:50051`.
            organization_id: The tenant. Default: the server's.
            private_key_path: Signs the agents' tokens, where the server asks for them. Needs
                `pip install "heartbeat-agent[auth]"`.
            tls: As for `heartbeat.Agent`.

        Raises:
            FieldInvalid: An option is outside its limit.
        """
        self.agent_send_interval = agent_send_interval
        self.timeout_multiplier = timeout_multiplier
        self._server = server
        self._organization_id = organization_id
        self._private_key_path = private_key_path
        self._tls = tls
        self._reports: Callable[[], dict[str, AgentReport]] = dict
        settle("unnamed", **self._options())

    def agent_options(self, agent_name: str) -> AgentOptions:
        """For the agent in its process."""
        options = self._options()
        if self._private_key_path is not None:
            # Only here: tokens are an extra of the package.
            from heartbeat.auth import SignedToken

            organization = self._organization_id or "default"
            options["token"] = SignedToken(self._private_key_path, organization, agent_name)
        return options

    def attach(self, reports: Callable[[], dict[str, AgentReport]]) -> None:
        """The orchestrator hands in where its reports come from."""
        self._reports = reports

    def get_status(self) -> OrchestratorStatus:
        """All agents of the orchestrator: whether they run, since when, and how often they failed."""
        agents = self._reports()
        return {
            "agent_send_interval": self.agent_send_interval,
            "timeout_threshold": self.agent_send_interval * self.timeout_multiplier,
            "monitored_agents": len(agents),
            "agents": agents,
        }

    def __getstate__(self) -> dict[str, object]:
        """To an agent's process goes what it needs, and not the orchestrator."""
        return {**self.__dict__, "_reports": dict}

    def _options(self) -> AgentOptions:
        return {
            "server": server_address(self._server),
            "organization_id": self._organization_id,
            "tls": self._tls,
            "policy": silence_policy(
                Option("agent_send_interval", self.agent_send_interval),
                Option("timeout_multiplier", self.timeout_multiplier),
            ),
            # The end of the process is its agent's own matter.
            "handle_signals": False,
        }
