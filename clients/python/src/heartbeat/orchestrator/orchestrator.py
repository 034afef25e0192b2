"""Registers agents, starts them, and waits for their end."""

import logging
import random
import threading

from heartbeat._runtime.checks import check_number
from heartbeat._runtime.errors import FieldInvalid, shown
from heartbeat._runtime.limits import Range
from heartbeat.orchestrator.agent_process import LOG_FORMAT, run_agent
from heartbeat.orchestrator.heartbeat_plugin import OrchestratorHeartbeatPlugin
from heartbeat.orchestrator.periodic_agent import PeriodicProcessAgent
from heartbeat.orchestrator.restart import RestartPolicy, Restarts
from heartbeat.orchestrator.run_mode import RunMode
from heartbeat.orchestrator.stop_signals import StopSignals
from heartbeat.orchestrator.supervised import AgentReport, SupervisedAgent
from heartbeat.orchestrator.supervisor import Supervisor


class OrchestratorPlugin:
    """The plugins of an orchestrator. Subclasses set them."""

    #: Gives each agent a lease of its own. None: nobody watches them but the orchestrator.
    heartbeat: OrchestratorHeartbeatPlugin | None = None


class Orchestrator:
    """Each agent is a process of its own: what one does to itself, it does to no other.

    SIGTERM and SIGINT stop it, when it is started on the main thread and the program does not handle
    them itself.
    """

    class Plugin(OrchestratorPlugin):
        """No plugins."""

    class Config:
        """How an orchestrator runs. Subclasses set other values."""

        #: When it ends.
        run_mode: RunMode = RunMode.STOP_ON_EMPTY
        #: When an agent that failed is started again.
        restart: RestartPolicy = RestartPolicy()
        #: How long agents may take to close when it stops, in seconds; then they are killed.
        stop_timeout: float = 10.0

    def __init__(self) -> None:
        """Checks the configuration.

        Raises:
            FieldInvalid: It names the option, its value and its limit.
        """
        self.config = self.Config()
        self.plugin = self.Plugin()
        self.logger = logging.getLogger(type(self).__name__)
        self._agents: dict[str, SupervisedAgent] = {}
        self._supervisor: Supervisor | None = None
        self._thread: threading.Thread | None = None
        self._signals = StopSignals(self.stop)
        check_number("Config.stop_timeout", self.config.stop_timeout, Range(0, 3_600), " seconds")
        if self.plugin.heartbeat is not None:
            self.plugin.heartbeat.attach(self.report)

    def register_agent(self, agent_class: type[PeriodicProcessAgent], name: str) -> None:
        """Adds an agent. Only before the start.

        Args:
            agent_class: To be imported by the agent's process: not a class within a function.
            name: Its name, at the service too.

        Raises:
            FieldInvalid: The name is taken, or the agent's configuration is outside its limits.
            RuntimeError: The orchestrator has started.
        """
        if self._thread is not None:
            raise RuntimeError("agents are registered before start(); this orchestrator has started")
        if name in self._agents:
            raise FieldInvalid("name", shown(name), "is registered already")
        agent_class.check_config()
        self._agents[name] = SupervisedAgent(
            name,
            run_agent,
            (agent_class, name, self.plugin.heartbeat, self.config.stop_timeout),
            Restarts(self.config.restart, random.random),
            self.logger,
        )

    def start(self) -> None:
        """Starts all agents, and returns at once.

        Raises:
            RuntimeError: It has been started already.
        """
        if self._thread is not None:
            raise RuntimeError("this orchestrator has been started already; make a new one")
        logging.basicConfig(level=logging.INFO, format=LOG_FORMAT)
        agents = list(self._agents.values())
        self._supervisor = Supervisor(agents, self.config.run_mode, self.config.stop_timeout)
        self._thread = threading.Thread(target=self._supervisor.run, name="heartbeat-orchestrator")
        self._thread.start()
        self._signals.listen()

    def join(self) -> None:
        """Waits for the end: see `RunMode`. Returns at once when it has not been started."""
        if self._thread is None:
            return
        self._thread.join()
        self._signals.restore()

    def stop(self) -> None:
        """Asks all agents to stop, and returns at once; `join` waits for them. From any thread."""
        if self._supervisor is not None and self._thread is not None and self._thread.is_alive():
            self._supervisor.stop()

    def report(self) -> dict[str, AgentReport]:
        """How each agent is, by name."""
        return {name: agent.report() for name, agent in self._agents.items()}
