"""An agent in flight."""

from dataclasses import dataclass


@dataclass
class AgentActivity:
    """What the gateway itself has told of an agent. Instants are milliseconds since 1970.

    Attributes:
        agent_id: As it was registered.
        started_at: When it was registered.
        last_activity_at: When it last showed activity.
        task_id: As it was registered.
        status: `running` or `idle`.
    """

    agent_id: str
    started_at: float
    last_activity_at: float
    task_id: str | None = None
    status: str = "running"
