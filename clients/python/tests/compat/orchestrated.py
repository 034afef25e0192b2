"""Agents for the tests of the orchestrator: their processes import this."""

import os
import time
from pathlib import Path

from heartbeat.orchestrator import (
    Orchestrator,
    OrchestratorHeartbeatPlugin,
    OrchestratorPlugin,
    PeriodicProcessAgent,
    RunMode,
)

#: Where agents write what they do: one line for each call of a hook.
DIARY = "HEARTBEAT_TEST_DIARY"


class Diarist(PeriodicProcessAgent):
    """Writes down what is called, and its process."""

    class Config(PeriodicProcessAgent.Config):
        limit: int | None = 3
        execution_interval = 0.05

    def write(self, line: str) -> None:
        with Path(os.environ[DIARY]).open("a") as diary:
            diary.write(f"{line}\n")

    def setup(self) -> None:
        super().setup()
        self.write(f"setup {os.getpid()}")

    def runner(self) -> None:
        super().runner()
        self.write("run")

    def on_close(self) -> None:
        super().on_close()
        self.write("close")
        if self.plugin.heartbeat:
            status = self.plugin.heartbeat.get_status()
            self.write(f"executions {status['executions']} connected {status['connected']}")


class Endless(Diarist):
    class Config(Diarist.Config):
        limit = None


class Connected(Diarist):
    """Waits in its first execution until the service has it."""

    def runner(self) -> None:
        super().runner()
        heartbeat = self.plugin.heartbeat
        while heartbeat and not heartbeat.get_status()["connected"]:
            time.sleep(0.01)


class Stuck(Connected):
    """Never comes back from its first execution."""

    def runner(self) -> None:
        super().runner()
        while True:
            time.sleep(60)


class Failing(Connected):
    """Fails in its first execution, each time."""

    def runner(self) -> None:
        super().runner()
        raise ValueError("as the test wants it")


class FailingOnce(Connected):
    """Fails in its first process only."""

    def runner(self) -> None:
        super().runner()
        if Path(os.environ[DIARY]).read_text().count("setup") == 1:
            raise ValueError("as the test wants it")


class Monitored(Orchestrator):
    class Plugin(OrchestratorPlugin):
        heartbeat = OrchestratorHeartbeatPlugin(agent_send_interval=0.5)


class MonitoredDaemon(Monitored):
    class Config(Orchestrator.Config):
        run_mode = RunMode.DAEMON


def main() -> None:
    """A daemon in a process of its own, for tests that end it from outside."""
    agent_class, name = os.environ["HEARTBEAT_TEST_AGENT"].split()
    daemon = MonitoredDaemon()
    daemon.config.stop_timeout = 0.5 if agent_class == "Stuck" else 10.0
    daemon.register_agent({"Endless": Endless, "Stuck": Stuck}[agent_class], name)
    daemon.start()
    daemon.join()


if __name__ == "__main__":
    main()
