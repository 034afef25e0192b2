"""Starts the agents, sees them end, and starts them again."""

import time
from collections.abc import Sequence
from multiprocessing import Pipe
from multiprocessing.connection import wait

from heartbeat.orchestrator.run_mode import RunMode
from heartbeat.orchestrator.supervised import Ended, Running, SupervisedAgent, Waiting


class Supervisor:
    """Runs on one thread; `stop` is for any thread, and for signal handlers."""

    def __init__(self, agents: Sequence[SupervisedAgent], run_mode: RunMode, stop_timeout: float) -> None:
        self._agents = agents
        self._run_mode = run_mode
        self._stop_timeout = stop_timeout
        self._stopped = False
        self._woken, self._wake = Pipe(duplex=False)

    def run(self) -> None:
        """Until the run mode says that it is over, and all processes are gone."""
        while not self._stopped:
            for agent in self._agents:
                agent.start_if_due()
            if self._is_over():
                break
            self._wait_for_news(self._next_start())
            for agent in self._agents:
                agent.collect(restart=not self._stopped)
        self._stop_all()

    def stop(self) -> None:
        """Asks all agents to stop, and `run` to return."""
        self._stopped = True
        self._wake.send_bytes(b"stop")

    def _is_over(self) -> bool:
        if self._run_mode is RunMode.DAEMON:
            return False
        return all(isinstance(agent.standing, Ended) for agent in self._agents)

    def _next_start(self) -> float | None:
        starts = [agent.standing.until for agent in self._agents if isinstance(agent.standing, Waiting)]
        return max(0.0, min(starts) - time.monotonic()) if starts else None

    def _wait_for_news(self, timeout: float | None) -> None:
        sentinels = [
            agent.standing.process.sentinel for agent in self._agents if isinstance(agent.standing, Running)
        ]
        wait([self._woken, *sentinels], timeout)

    def _stop_all(self) -> None:
        """Asks everybody at once, and waits for all of them together."""
        for agent in self._agents:
            agent.ask_to_stop()
        deadline = time.monotonic() + self._stop_timeout
        for agent in self._agents:
            if isinstance(agent.standing, Running):
                agent.standing.process.join(max(0.0, deadline - time.monotonic()))
                if agent.standing.process.exitcode is None:
                    agent.kill()
                agent.collect(restart=False)
