"""Who is in flight, as the gateway has told. Any thread may ask and tell."""

import threading
import time
from dataclasses import replace

from heartbeat.compat._service.names import wire_name
from heartbeat.compat.gateway.activity import AgentActivity

#: The task of an agent that was registered without one.
_UNNAMED_TASK = "request"


class FlightBook:
    """Pure bookkeeping: the service decides who is stale, this remembers."""

    def __init__(self, name_prefix: str) -> None:
        self._prefix = name_prefix
        self._lock = threading.Lock()
        self.agents: dict[str, AgentActivity] = {}
        self.stale_counts: dict[str, int] = {}

    def agent_name(self, agent_id: str) -> str:
        """The name that the service knows it by."""
        return wire_name(self._prefix + agent_id)

    def task_name(self, agent: AgentActivity) -> str:
        """The name that the service knows its task by."""
        return wire_name(agent.task_id or _UNNAMED_TASK)

    def begin(self, agent_id: str, task_id: str | None) -> AgentActivity:
        now = now_ms()
        agent = AgentActivity(agent_id, started_at=now, last_activity_at=now, task_id=task_id)
        with self._lock:
            self.agents[agent_id] = agent
            self.stale_counts.pop(agent_id, None)
        return agent

    def active(self, agent_id: str) -> bool:
        """False when it is not in flight."""
        with self._lock:
            agent = self.agents.get(agent_id)
            if agent is None:
                return False
            agent.last_activity_at = now_ms()
            agent.status = "running"
            return True

    def idle(self, agent_id: str) -> bool:
        """False when it is not in flight."""
        with self._lock:
            agent = self.agents.get(agent_id)
            if agent is None:
                return False
            agent.status = "idle"
            return True

    def end(self, agent_id: str) -> bool:
        """False when it is not in flight."""
        with self._lock:
            self.stale_counts.pop(agent_id, None)
            return self.agents.pop(agent_id, None) is not None

    def in_flight(self) -> list[AgentActivity]:
        """As they are now."""
        with self._lock:
            return [replace(agent) for agent in self.agents.values()]

    def find(self, agent_name: str, task_name: str) -> AgentActivity | None:
        """Who it is that the service speaks of."""
        for agent in self.in_flight():
            if (self.agent_name(agent.agent_id), self.task_name(agent)) == (agent_name, task_name):
                return agent
        return None

    def count_stale(self, agent_id: str) -> None:
        with self._lock:
            self.stale_counts[agent_id] = self.stale_counts.get(agent_id, 0) + 1


def now_ms() -> int:
    return time.time_ns() // 1_000_000
