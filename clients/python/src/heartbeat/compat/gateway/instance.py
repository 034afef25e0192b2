"""The one monitor of the gateway."""

import logging

from typing_extensions import Unpack

from heartbeat.compat._service.options import ServiceOptions
from heartbeat.compat.gateway.alerts import AlertManager
from heartbeat.compat.gateway.config import HeartbeatMonitorConfig
from heartbeat.compat.gateway.monitor import HeartbeatMonitor

_log = logging.getLogger("heartbeat.compat.gateway")

_monitor: HeartbeatMonitor | None = None


async def init_heartbeat_monitor(
    alert_manager: AlertManager | None = None,
    config: HeartbeatMonitorConfig | None = None,
    **service: Unpack[ServiceOptions],
) -> HeartbeatMonitor:
    """Makes the monitor and starts it; hands out the one there is when it has been made already.

    Raises:
        FieldInvalid: A threshold or an option is outside its limit.
    """
    global _monitor
    if _monitor is not None:
        _log.warning("HeartbeatMonitor: already initialized")
        return _monitor
    _monitor = HeartbeatMonitor(alert_manager, config, **service)
    await _monitor.start()
    return _monitor


def get_heartbeat_monitor() -> HeartbeatMonitor | None:
    """The monitor; None before `init_heartbeat_monitor`, and after `stop_heartbeat_monitor`."""
    return _monitor


def stop_heartbeat_monitor() -> None:
    """Stops it; harmless when there is none."""
    global _monitor
    monitor, _monitor = _monitor, None
    if monitor is not None:
        monitor.stop()
