"""One agent under the orchestrator's eye: its processes, one after the other."""

import logging
import multiprocessing
import time
from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum
from multiprocessing.connection import Connection
from multiprocessing.context import SpawnProcess
from typing import Final, TypedDict

from heartbeat._runtime.errors import in_words
from heartbeat.orchestrator.restart import Restarts

# Forking a process with threads and gRPC in it would copy neither as it is.
_context: Final = multiprocessing.get_context("spawn")


class Outcome(Enum):
    """How an agent ended."""

    FINISHED = "finished"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class Running:
    process: SpawnProcess
    pid: int | None
    #: Closing it asks the process to stop.
    stop: Connection
    since: float


@dataclass(frozen=True, slots=True)
class Waiting:
    """To be started at this instant."""

    until: float


@dataclass(frozen=True, slots=True)
class Ended:
    outcome: Outcome


Standing = Running | Waiting | Ended


class AgentReport(TypedDict):
    """How an agent is, as its orchestrator sees it."""

    status: str
    pid: int | None
    restarts: int
    exit_code: int | None


class SupervisedAgent:
    """Belongs to the orchestrator's thread; only `report` is for others too. Instants are monotonic."""

    def __init__(
        self,
        name: str,
        target: Callable[..., None],
        arguments: tuple[object, ...],
        restarts: Restarts,
        logger: logging.Logger,
    ) -> None:
        """The target is called with the arguments, and with the connection that asks it to stop."""
        self.name = name
        self._target = target
        self._arguments = arguments
        self._restarts = restarts
        self._logger = logger
        self._exit_code: int | None = None
        self.standing: Standing = Waiting(until=0.0)

    def start_if_due(self) -> None:
        if not isinstance(self.standing, Waiting) or self.standing.until > time.monotonic():
            return
        heard, stop = _context.Pipe(duplex=False)
        process = _context.Process(target=self._target, args=(*self._arguments, heard), name=self.name)
        try:
            process.start()
        except Exception as error:
            # A class that cannot be imported there, most likely: it would fail again and again.
            self._logger.error("agent %s cannot be started: %s", self.name, in_words(error))
            self.standing = Ended(Outcome.FAILED)
            stop.close()
        else:
            self.standing = Running(process, process.pid, stop, time.monotonic())
        # The process has its own; were this one open too, nobody would notice that it is gone.
        heard.close()

    def ask_to_stop(self) -> None:
        """A process that runs is asked; one that waits to be started never is."""
        match self.standing:
            case Running(stop=stop):
                stop.close()
            case Waiting():
                self.standing = Ended(Outcome.FAILED)

    def kill(self) -> None:
        """It was asked, and did not."""
        if isinstance(self.standing, Running):
            self._logger.error("agent %s does not stop and is killed", self.name)
            self.standing.process.kill()
            self.standing.process.join()

    def collect(self, *, restart: bool) -> None:
        """Sees whether its process has ended, and decides what comes of it."""
        running = self.standing
        if not isinstance(running, Running) or running.process.exitcode is None:
            return
        self._exit_code = running.process.exitcode
        running.stop.close()
        running.process.close()
        ran_for_ms = round((time.monotonic() - running.since) * 1000)
        self.standing = self._what_follows(self._exit_code, ran_for_ms, restart=restart)

    def report(self) -> AgentReport:
        standing = self.standing
        return {
            "status": _status_of(standing),
            "pid": standing.pid if isinstance(standing, Running) else None,
            "restarts": self._restarts.total,
            "exit_code": self._exit_code,
        }

    def _what_follows(self, exit_code: int, ran_for_ms: int, *, restart: bool) -> Standing:
        if exit_code == 0:
            self._logger.info("agent %s has finished", self.name)
            return Ended(Outcome.FINISHED)
        wait_ms = self._restarts.wait_ms(ran_for_ms) if restart else None
        if wait_ms is None:
            self._logger.error("agent %s has failed (exit code %d)", self.name, exit_code)
            return Ended(Outcome.FAILED)
        self._logger.warning(
            "agent %s has failed (exit code %d); starting it again in %d ms",
            self.name,
            exit_code,
            wait_ms,
        )
        return Waiting(time.monotonic() + wait_ms / 1000)


def _status_of(standing: Standing) -> str:
    match standing:
        case Running():
            return "running"
        case Waiting():
            return "waiting"
        case Ended(outcome):
            return outcome.value
