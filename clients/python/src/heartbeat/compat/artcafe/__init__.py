"""An agent that beats, handles messages and publishes them.

    agent = HeartbeatAgent(
        agent_id="my-agent-001",
        private_key_path="path/to/private_key.pem",
        organization_id="your-org-id",
    )

    @agent.on_message("tasks.new")
    async def handle_task(subject, data): ...

    await agent.run()

Needs `pip install "heartbeat-agent[auth]"`.
"""

from heartbeat.compat.artcafe.agent import HeartbeatAgent
from heartbeat.compat.artcafe.errors import AgentEnded, AgentGaveUp, AgentRefused, AgentSuperseded

__all__ = ["AgentEnded", "AgentGaveUp", "AgentRefused", "AgentSuperseded", "HeartbeatAgent"]
