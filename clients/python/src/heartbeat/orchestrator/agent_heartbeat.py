"""Heartbeat in an agent's process."""

import logging
import time
from collections.abc import Callable
from typing import Final, TypedDict

from heartbeat._runtime.directives import CancelTask, Directive
from heartbeat._runtime.limits import DAY, TASK_THRESHOLD
from heartbeat._runtime.notices import GaveUp, LeaseLost, Refused, SupersededBy
from heartbeat._runtime.options import AgentOptions
from heartbeat._runtime.state import State
from heartbeat._runtime.threaded import ThreadedAgent
from heartbeat.compat._service.names import wire_name

#: The agent's executions, as a task: one that hangs while beats go on is found by it.
_TASK: Final = "runner"


class AgentStatus(TypedDict):
    """What an agent knows of itself. `last_heartbeat_ack` is ISO 8601, in UTC."""

    agent_name: str
    send_every: float
    running: bool
    executions: int
    uptime_seconds: float
    connected: bool
    healthy: bool
    last_heartbeat_ack: str | None
    seconds_since_ack: float | None
    reconnect_attempts: int
    epoch: int


class AgentHeartbeat:
    """Beats for an agent on a thread of its own, and tells what the agent does."""

    def __init__(
        self,
        agent_name: str,
        agent_type: str,
        send_every: float,
        options: AgentOptions,
        logger: logging.Logger,
        stop: Callable[[], None],
    ) -> None:
        """`stop` is called when the agent is to end: another process has its name, or an operator's wish."""
        self._name = agent_name
        self._send_every = send_every
        self._logger = logger
        self._stop = stop
        self._executions = 0
        self._started_at = time.monotonic()
        whole: AgentOptions = {
            **options,
            "agent_type": agent_type,
            "on_superseded": self._on_superseded,
            "on_directive": self._on_directive,
            "on_lease_lost": self._on_lease_lost,
            "on_error": self._on_error,
            "on_gave_up": self._on_gave_up,
        }
        self._agent = ThreadedAgent(wire_name(agent_name), **whole).start()
        self._begin_task()

    @property
    def epoch(self) -> int:
        """The fencing token: send it along with what the agent writes elsewhere."""
        return self._agent.epoch

    def get_status(self) -> AgentStatus:
        """How the agent is, at this instant."""
        health = self._agent.connection_health()
        ack = health.last_heartbeat_ack
        return {
            "agent_name": self._name,
            "send_every": self._send_every,
            "running": self._agent.state is not State.ENDED,
            "executions": self._executions,
            "uptime_seconds": round(time.monotonic() - self._started_at, 3),
            "connected": health.connected,
            "healthy": health.healthy,
            "last_heartbeat_ack": None if ack is None else ack.isoformat(),
            "seconds_since_ack": health.seconds_since_ack,
            "reconnect_attempts": health.reconnect_attempts,
            "epoch": self._agent.epoch,
        }

    def begin_execution(self) -> None:
        """From here on the execution is expected to move."""
        if time.monotonic() - self._task_began_at > DAY:
            # No task runs for ever: this one would have timed out after its thirty days.
            self._task.succeed()
            self._begin_task()
        self._agent.running()
        self._task.activity()

    def end_execution(self) -> None:
        """Until the next one nothing is expected but beats."""
        self._executions += 1
        self._agent.idle()

    def activity(self) -> None:
        """A long execution tells that it moves."""
        self._task.activity()

    def close(self, reason: str) -> None:
        """The agent has ended well: Goodbye."""
        if self._task.canceled:
            self._task.cancel()
        else:
            self._task.succeed()
        self._agent.close(reason)

    def fail(self, reason: str) -> None:
        """The agent has failed: DOWN at once."""
        self._task.fail(reason)
        self._agent.fail(reason)

    def _begin_task(self) -> None:
        self._task_began_at = time.monotonic()
        self._task = self._agent.task(_TASK, timeout_after=TASK_THRESHOLD.most)

    def _on_superseded(self, by: SupersededBy) -> None:
        self._logger.error("another process has the name of this agent (epoch %s); stopping", by.epoch)
        self._stop()

    def _on_directive(self, directive: Directive) -> None:
        if isinstance(directive, CancelTask) and directive.task_id == _TASK:
            self._logger.warning("stopped by an operator: %s", directive.reason or "no reason given")
            self._stop()

    def _on_lease_lost(self, lost: LeaseLost) -> None:
        self._logger.warning("no heartbeat was acknowledged for %.1f s", lost.silent)

    def _on_error(self, refused: Refused) -> None:
        self._logger.error("not monitored: the server refuses: %s: %s", refused.status, refused.message)

    def _on_gave_up(self, gave_up: GaveUp) -> None:
        self._logger.error("not monitored: gave up after %d attempts: %s", gave_up.attempts, gave_up.reason)
