"""Watches the agents that the gateway registers, on a Heartbeat server."""

import logging
import sys
from typing import TypedDict

from typing_extensions import Unpack

from heartbeat._runtime.errors import in_words
from heartbeat.compat._service.options import ServiceOptions, settle_service
from heartbeat.compat.gateway.activity import AgentActivity
from heartbeat.compat.gateway.alerts import AlertManager, Alerts
from heartbeat.compat.gateway.config import ConfigStatus, HeartbeatMonitorConfig
from heartbeat.compat.gateway.crew import Crew
from heartbeat.compat.gateway.engine import Engine
from heartbeat.compat.gateway.flight import FlightBook
from heartbeat.compat.gateway.watch import TaskWatch

_log = logging.getLogger("heartbeat.compat.gateway")


class MonitorStatus(TypedDict):
    running: bool
    agents_monitoring: int
    agents: list[str]
    config: ConfigStatus


class HeartbeatMonitor:
    """Tells the service what the gateway's agents do, and the gateway what the service thinks of it.

    The calls around a request are plain ones, for any thread: they note what they are told, hand it to
    a thread of the monitor's own, and return. None of them waits or raises.
    """

    def __init__(
        self,
        alert_manager: AlertManager | None = None,
        config: HeartbeatMonitorConfig | None = None,
        *,
        name_prefix: str = "",
        **service: Unpack[ServiceOptions],
    ) -> None:
        """Checks the options; does nothing else until the start.

        Args:
            alert_manager: Who is told of stale tasks and of those that have timed out.
            config: The thresholds.
            name_prefix: Stands before the agents' names at the service. Two processes of one gateway need
                two prefixes: a name is held by one process at a time.
            **service: See `ServiceOptions`.

        Raises:
            FieldInvalid: A threshold or an option is outside its limit.
        """
        self.alert_manager = alert_manager
        self.config = config or HeartbeatMonitorConfig()
        self._policy = self.config.policy()
        self._service = settle_service(policy=self._policy, **service)
        self._flight = FlightBook(name_prefix)
        self._alerts = Alerts(alert_manager)
        self._engine: Engine | None = None

    @property
    def is_running(self) -> bool:
        """Whether it has been started, and not stopped."""
        return self._engine is not None

    @property
    def in_flight_agents(self) -> dict[str, AgentActivity]:
        """Who is in flight, by name."""
        return self._flight.agents

    @property
    def stale_counts(self) -> dict[str, int]:
        """How often each was found stale."""
        return self._flight.stale_counts

    async def start(self) -> None:
        """Begins to watch, and returns soon. Raises what the alert manager's `init()` raises."""
        if self.is_running:
            _log.warning("HeartbeatMonitor: already running")
            return
        await self._alerts.start()
        crew = Crew({**self._service.for_agents, "policy": self._policy})
        watch = TaskWatch(self._service, self._flight, self.config, self._alerts, crew)
        self._engine = Engine(crew, watch)
        for agent in self._flight.in_flight():
            self._begin(agent)
        _log.info("⏱️ HeartbeatMonitor: started (check interval: %dms)", self.config.check_interval_ms)

    def stop(self) -> None:
        """Watches no more. Says Goodbye for all agents in the background, so as not to block."""
        engine, self._engine = self._engine, None
        if engine is not None:
            engine.stop()
            _log.info("⏱️ HeartbeatMonitor: stopped")

    def register_agent(self, agent_id: str, task_id: str | None = None) -> None:
        """A request begins. An agent that was registered already begins anew."""
        self._begin(self._flight.begin(agent_id, task_id))

    def update_activity(self, agent_id: str) -> None:
        """It moves: the time until it is stale starts anew. Nothing when it is not in flight."""
        engine = self._engine
        if self._flight.active(agent_id) and engine is not None:
            engine.active(self._flight.agent_name(agent_id))

    def mark_idle(self, agent_id: str) -> None:
        """It waits for something: its thresholds rest until there is activity."""
        engine = self._engine
        if self._flight.idle(agent_id) and engine is not None:
            engine.idle(self._flight.agent_name(agent_id))

    def unregister_agent(self, agent_id: str) -> None:
        """The request is over. Called while an exception is on its way (`finally`), it has failed."""
        engine, error = self._engine, sys.exc_info()[1]
        if self._flight.end(agent_id) and engine is not None:
            failure = None if error is None else in_words(error)
            engine.end(self._flight.agent_name(agent_id), failure)

    async def run_health_checks(self) -> None:
        """Asks the service how the agents are, beside what it tells by itself."""
        if self._engine is not None:
            await self._engine.check()

    def get_in_flight_agents(self) -> list[AgentActivity]:
        """Who is in flight, in order of registration."""
        return self._flight.in_flight()

    def get_status(self) -> MonitorStatus:
        """Whether it runs, whom it watches, and by which thresholds."""
        names = [agent.agent_id for agent in self._flight.in_flight()]
        return {
            "running": self.is_running,
            "agents_monitoring": len(names),
            "agents": names,
            "config": self.config.status(),
        }

    def _begin(self, agent: AgentActivity) -> None:
        engine = self._engine
        if engine is not None:
            engine.begin(self._flight.agent_name(agent.agent_id), self._flight.task_name(agent))
