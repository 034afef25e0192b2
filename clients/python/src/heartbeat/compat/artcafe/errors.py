"""Why an agent ended although nobody stopped it. `HeartbeatAgent.run` raises them."""

from heartbeat._runtime.notices import GaveUp, Refused, SupersededBy


class AgentEnded(Exception):
    """The agent has ended, and does not start again."""


class AgentRefused(AgentEnded):
    """The server will not have it.

    Attributes:
        status: The gRPC status by name: `UNAUTHENTICATED`.
        code: The error's code of docs/errors.md: `token_invalid`.
    """

    def __init__(self, agent_id: str, refused: Refused) -> None:
        self.status = refused.status
        self.code = refused.code
        super().__init__(f"the server refuses agent {agent_id}: {refused.status}: {refused.message}")


class AgentSuperseded(AgentEnded):
    """Another process has taken its name."""

    def __init__(self, agent_id: str, by: SupersededBy) -> None:
        self.epoch = by.epoch
        super().__init__(f"another process has taken the name of agent {agent_id}")


class AgentGaveUp(AgentEnded):
    """It could not connect again."""

    def __init__(self, agent_id: str, gave_up: GaveUp) -> None:
        self.attempts = gave_up.attempts
        super().__init__(f"agent {agent_id} gave up after {gave_up.attempts} attempts: {gave_up.reason}")
