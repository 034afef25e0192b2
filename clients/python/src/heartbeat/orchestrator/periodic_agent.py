"""An agent that does something again and again, in a process of its own."""

import logging
import time
from dataclasses import dataclass

from heartbeat._runtime.checks import check_number, check_whole
from heartbeat._runtime.limits import Range
from heartbeat.orchestrator.agent_heartbeat import AgentHeartbeat
from heartbeat.orchestrator.stop_sign import StopSign


@dataclass
class AgentPlugin:
    """The plugins of an agent.

    Attributes:
        heartbeat: Its part of the orchestrator's `OrchestratorHeartbeatPlugin`; None without one.
    """

    heartbeat: AgentHeartbeat | None = None


class PeriodicProcessAgent:
    """Subclasses say what is done: `setup` once, `runner` again and again, `on_close` at the end.

    The process ends after `Config.limit` executions, when the orchestrator stops, on SIGTERM, and by an
    exception, which is a failure. `on_close` is called in each of these cases.
    """

    class Config:
        """How often an agent runs. Subclasses set other values."""

        #: After so many executions it has ended. None: never.
        limit: int | None = None
        #: Seconds from the beginning of one execution to that of the next.
        execution_interval: float = 1.0

    config: Config
    plugin: AgentPlugin

    def __init__(self, name: str) -> None:
        """The orchestrator makes it, in its process."""
        self.name = name
        self.logger = logging.getLogger(name)
        self.config = self.Config()
        self.plugin = AgentPlugin()
        self.check_config()

    @classmethod
    def check_config(cls) -> None:
        """Raises FieldInvalid."""
        limit = cls.Config.limit
        if limit is not None:
            check_whole("Config.limit", limit, Range(0, 2**53))
        check_number("Config.execution_interval", cls.Config.execution_interval, Range(0, 2_592_000))

    def setup(self) -> None:
        """Called once, before the first execution."""

    def runner(self) -> None:
        """One execution."""

    def on_close(self) -> None:
        """Called once, at the end. Heartbeat is still there."""

    def live(self, stop: StopSign) -> str:
        """All of it; returns why it ended. Raises what the hooks raise."""
        try:
            self.setup()
            return self._run(stop)
        finally:
            self.on_close()

    def _run(self, stop: StopSign) -> str:
        heartbeat = self.plugin.heartbeat
        executions = 0
        due_at = time.monotonic()
        while self.config.limit is None or executions < self.config.limit:
            if stop.wait(due_at - time.monotonic()):
                return "stopped"
            due_at = time.monotonic() + self.config.execution_interval
            if heartbeat:
                heartbeat.begin_execution()
            self.runner()
            if heartbeat:
                heartbeat.end_execution()
            executions += 1
        return f"finished after {executions} executions"
