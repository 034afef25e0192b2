"""The guide of the HeartbeatAgent: its quick start, its custom agent, and its health printing.

The key is path/to/private_key.pem, seen from where this is run. Ends after EXAMPLE_SECONDS, if that is set.
"""

import asyncio
import os

from heartbeat.compat.artcafe import HeartbeatAgent

# ---- the guide's quick start --------------------------------------------------------------------

# Create an agent with automatic heartbeats
agent = HeartbeatAgent(
    agent_id="my-agent-001",
    private_key_path="path/to/private_key.pem",
    organization_id="your-org-id",
    heartbeat_interval=30  # seconds
)

# Add message handlers
@agent.on_message("tasks.new")
async def handle_task(subject, data):
    print(f"Processing task: {data}")
    # Your task processing logic here

# ---- the guide's custom agent -------------------------------------------------------------------


class CustomMonitoringAgent(HeartbeatAgent):
    """Agent with custom heartbeat handling."""

    async def setup(self):
        # Set up your message handlers
        @self.on_message("system.health")
        async def health_check(subject, data):
            # Get connection health status
            health = self.get_connection_health()

            await self.publish("health.response", {
                "agent_id": self.agent_id,
                "healthy": health['healthy'],
                "last_heartbeat": health['last_heartbeat_ack'],
                "uptime": health['seconds_since_ack']
            })

    async def run(self):
        await self.setup()
        await super().run()


# ---- the guide's health printing ----------------------------------------------------------------


def print_health():
    # Get current connection health
    health = agent.get_connection_health()

    print(f"Connection healthy: {health['healthy']}")
    print(f"Connected: {health['connected']}")
    print(f"Last heartbeat ACK: {health['last_heartbeat_ack']}")
    print(f"Seconds since ACK: {health['seconds_since_ack']}")
    print(f"Reconnect attempts: {health['reconnect_attempts']}")


# ---- what runs them -----------------------------------------------------------------------------


async def somebody_else(publisher):
    """Gives the agents something to do, as soon as they are there to hear of it."""
    while not await publisher.publish("tasks.new", {"id": 1}):
        await asyncio.sleep(0.1)
    while not await publisher.publish("system.health", {}):
        await asyncio.sleep(0.1)
    print_health()


async def main():
    monitoring = CustomMonitoringAgent("my-monitor-001", "path/to/private_key.pem", "your-org-id")
    dashboard = HeartbeatAgent("dashboard-001", "path/to/private_key.pem", "your-org-id")

    @dashboard.on_message("health.response")
    async def show(subject, data):
        print(f"{subject}: {data}")

    async def run_agent():
        # Run the agent
        await agent.run()

    running = asyncio.gather(
        run_agent(), monitoring.run(), dashboard.run(), somebody_else(dashboard)
    )
    seconds = os.environ.get("EXAMPLE_SECONDS")
    try:
        await asyncio.wait_for(running, float(seconds) if seconds else None)
    except asyncio.TimeoutError:
        print("All agents have said Goodbye")


asyncio.run(main())
