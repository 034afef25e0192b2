"""Sessions that are watched for their beats, over gRPC.

    monitor = HeartbeatMonitor(timeout_seconds=30)
    monitor.on_timeout = handle_timeout
    await monitor.start_monitoring()
    monitor.register(session_id, "tutor-agent")

and wherever the session's agent runs:

    async with HeartbeatClient(session_id):
        ...
"""

from heartbeat.compat.sessions.client import HeartbeatClient
from heartbeat.compat.sessions.entry import HeartbeatEntry
from heartbeat.compat.sessions.monitor import HeartbeatMonitor

__all__ = ["HeartbeatClient", "HeartbeatEntry", "HeartbeatMonitor"]
