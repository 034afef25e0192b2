"""A gateway that registers an agent around each request, watched by a Heartbeat server.

monitor = await init_heartbeat_monitor(alert_manager=None, config=HeartbeatMonitorConfig())

heartbeat = get_heartbeat_monitor()
heartbeat.register_agent(agent_id, session_key)
try:
    ...
    heartbeat.update_activity(agent_id)
finally:
    heartbeat.unregister_agent(agent_id)
"""

from heartbeat.compat.gateway.activity import AgentActivity
from heartbeat.compat.gateway.alerts import AlertManager
from heartbeat.compat.gateway.config import HeartbeatMonitorConfig
from heartbeat.compat.gateway.instance import (
    get_heartbeat_monitor,
    init_heartbeat_monitor,
    stop_heartbeat_monitor,
)
from heartbeat.compat.gateway.monitor import HeartbeatMonitor

__all__ = [
    "AgentActivity",
    "AlertManager",
    "HeartbeatMonitor",
    "HeartbeatMonitorConfig",
    "get_heartbeat_monitor",
    "init_heartbeat_monitor",
    "stop_heartbeat_monitor",
]
