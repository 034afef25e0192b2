"""The fourteen tests of the gateway's document, on a real server, and what a server adds to them."""

import asyncio
import threading
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import pytest
from real_server import RealServer, eventually

from heartbeat.compat.gateway import (
    HeartbeatMonitor,
    HeartbeatMonitorConfig,
    get_heartbeat_monitor,
    init_heartbeat_monitor,
    stop_heartbeat_monitor,
)
from heartbeat.v1.heartbeat_pb2 import Activity


class AlertManager:
    def __init__(self) -> None:
        self.alerts: list[tuple[str, str, dict[str, Any]]] = []
        self.threads: set[threading.Thread] = set()
        self.begun = False
        self.fails = False

    async def init(self) -> None:
        self.begun = True

    async def create_alert(self, level: str, message: str, context: dict[str, Any]) -> None:
        if self.fails:
            raise ValueError("as the test wants it")
        self.threads.add(threading.current_thread())
        self.alerts.append((level, message, context))

    def levels(self, agent_id: str) -> list[str]:
        return [level for level, _, context in self.alerts if context["agent_id"] == agent_id]


@asynccontextmanager
async def monitoring(
    service: RealServer, prefix: str, stale: int = 60_000, timeout: int = 120_000, **config: Any
) -> AsyncIterator[tuple[HeartbeatMonitor, AlertManager]]:
    alerts = AlertManager()
    monitor = HeartbeatMonitor(
        alerts,
        HeartbeatMonitorConfig(config.pop("check", 30_000), stale, timeout, **config),
        name_prefix=prefix,
        server=service.address,
    )
    await monitor.start()
    try:
        yield monitor, alerts
    finally:
        threads = {t for t in threading.enumerate() if t.name.startswith("heartbeat")}
        monitor.stop()
        await eventually(lambda: not any(thread.is_alive() for thread in threads))


async def test_register_agent(service: RealServer) -> None:
    async with monitoring(service, "t1/") as (monitor, alerts):
        monitor.register_agent("pm", "session 1")
        await eventually(lambda: service.events("t1/pm")[-1:] == ["TASK_STARTED"])
        assert service.state("t1/pm") == "ALIVE"
        assert alerts.begun
    assert service.state("t1/pm") == "LEFT"


async def test_update_activity(service: RealServer) -> None:
    async with monitoring(service, "t2/", stale=1_500) as (monitor, alerts):
        monitor.register_agent("busy", "x")
        monitor.register_agent("still", "x")
        while not alerts.levels("still"):
            monitor.update_activity("busy")
            await asyncio.sleep(0.02)
        assert alerts.levels("busy") == []
        busy = monitor.in_flight_agents["busy"]
        assert busy.last_activity_at > busy.started_at


async def test_mark_idle(service: RealServer) -> None:
    async with monitoring(service, "t3/", stale=500) as (monitor, alerts):
        monitor.register_agent("idle", "x")
        monitor.mark_idle("idle")
        monitor.register_agent("still", "x")
        await eventually(lambda: alerts.levels("still") == ["warning"])
        agent = service.agent("t3/idle")
        assert agent is not None
        assert agent.activity == Activity.ACTIVITY_IDLE
        assert alerts.levels("idle") == []
        monitor.update_activity("idle")
        await eventually(lambda: alerts.levels("idle") == ["warning"])


async def test_heartbeat_start_stop(service: RealServer) -> None:
    async with monitoring(service, "t4/") as (monitor, _):
        assert monitor.is_running
        await monitor.start()
        monitor.register_agent("pm", "x")
        await eventually(lambda: service.state("t4/pm") == "ALIVE")
        monitor.stop()
        assert not monitor.is_running
        monitor.stop()
        monitor.unregister_agent("pm")
        await eventually(lambda: service.state("t4/pm") == "LEFT")
        # It may be started again, and takes up who is in flight.
        monitor.register_agent("pm", "y")
        await monitor.start()
        await eventually(lambda: "task y started" in service.reasons("t4/pm"))


async def test_stale_agent_detection(service: RealServer) -> None:
    async with monitoring(service, "t5/", stale=300) as (monitor, alerts):
        monitor.register_agent("pm", "session-1")
        await eventually(lambda: bool(alerts.alerts))
        level, message, context = alerts.alerts[0]
        assert level == "warning"
        assert message == "⚠️ Stale agent detected: pm idle for 0s"
        assert context["task_id"] == "session-1"
        assert 300 <= context["idle_ms"] <= context["elapsed_ms"]
        assert [agent.agent_id for agent in monitor.get_in_flight_agents()] == ["pm"]
        assert alerts.threads == {threading.main_thread()}


async def test_timeout_agent_detection(service: RealServer) -> None:
    async with monitoring(service, "t6/", timeout=300) as (monitor, alerts):
        monitor.register_agent("pm", "session-1")
        await eventually(lambda: alerts.levels("pm") == ["error"])
        assert monitor.get_in_flight_agents() == []
        monitor.update_activity("pm")
        monitor.unregister_agent("pm")
        # The same name is free again.
        monitor.register_agent("pm", "session-1")
        await eventually(lambda: service.events("t6/pm").count("TASK_STARTED") == 2)
        await eventually(lambda: alerts.levels("pm") == ["error", "error"])


async def test_unregister_agent(service: RealServer) -> None:
    async with monitoring(service, "t7/") as (monitor, _):
        monitor.register_agent("pm", "x")
        monitor.unregister_agent("pm")
        await eventually(lambda: "task x succeeded" in service.reasons("t7/pm"))
        monitor.register_agent("dev", "x")
        with pytest.raises(ValueError, match="as the test wants it"):
            try:
                raise ValueError("as the test wants it")
            finally:
                monitor.unregister_agent("dev")
        failed = "task x failed: ValueError: as the test wants it"
        await eventually(lambda: failed in service.reasons("t7/dev"))


async def test_get_status(service: RealServer) -> None:
    async with monitoring(service, "t8/") as (monitor, _):
        monitor.register_agent("pm", "x")
        assert monitor.get_status() == {
            "running": True,
            "agents_monitoring": 1,
            "agents": ["pm"],
            "config": {
                "check_interval_ms": 30_000,
                "stale_threshold_ms": 60_000,
                "timeout_threshold_ms": 120_000,
            },
        }


async def test_stale_warning_only_once(service: RealServer) -> None:
    async with monitoring(service, "t10/", stale=200, check=100) as (monitor, alerts):
        monitor.register_agent("pm", "x")
        await eventually(lambda: alerts.levels("pm") == ["warning"])
        monitor.register_agent("again", "x")
        await eventually(lambda: alerts.levels("again") == ["warning"])
        await monitor.run_health_checks()
        assert alerts.levels("pm") == ["warning"]
        assert monitor.stale_counts == {"pm": 1, "again": 1}


async def test_stale_warning_multiple_times(service: RealServer) -> None:
    async with monitoring(service, "t11/", stale=200, stale_warning_only_once=False) as (
        monitor,
        alerts,
    ):
        monitor.register_agent("pm", "x")
        await eventually(lambda: len(alerts.levels("pm")) >= 3)
        assert set(alerts.levels("pm")) == {"warning"}


async def test_multiple_agents_concurrent(service: RealServer) -> None:
    async with monitoring(service, "t12/") as (monitor, _):
        names = [f"agent-{number}" for number in range(20)]
        for name in names:
            monitor.register_agent(name, "x")
        await eventually(lambda: all(service.state(f"t12/{name}") == "ALIVE" for name in names))
        assert monitor.get_status()["agents"] == names


async def test_reset_stale_count_on_new_registration(service: RealServer) -> None:
    async with monitoring(service, "t13/", stale=300) as (monitor, alerts):
        monitor.register_agent("pm", "x")
        await eventually(lambda: alerts.levels("pm") == ["warning"])
        monitor.register_agent("pm", "x")
        assert monitor.stale_counts == {}
        await eventually(lambda: alerts.levels("pm") == ["warning", "warning"])


async def test_heartbeat_monitor_global_functions(service: RealServer) -> None:
    monitor = await init_heartbeat_monitor(server=service.address)
    assert get_heartbeat_monitor() is monitor
    stop_heartbeat_monitor()
    assert get_heartbeat_monitor() is None


async def test_an_agent_without_requests_leaves_after_a_while(service: RealServer) -> None:
    async with monitoring(service, "t15/", check=100) as (monitor, _):
        monitor.register_agent("pm", "x")
        await eventually(lambda: service.state("t15/pm") == "ALIVE")
        monitor.unregister_agent("pm")
        await eventually(lambda: service.reasons("t15/pm")[-1] == "has nothing to do")
        monitor.register_agent("pm", "x")
        await eventually(lambda: service.state("t15/pm") == "ALIVE")


async def test_any_thread_may_register(service: RealServer) -> None:
    async with monitoring(service, "t16/") as (monitor, _):
        threads = [
            threading.Thread(target=monitor.register_agent, args=(f"a{number}", "x")) for number in range(8)
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        await eventually(lambda: all(service.state(f"t16/a{n}") == "ALIVE" for n in range(8)))


async def test_an_alert_manager_that_fails_harms_nobody(
    service: RealServer, caplog: pytest.LogCaptureFixture
) -> None:
    async with monitoring(service, "t17/", stale=200) as (monitor, alerts):
        alerts.fails = True
        monitor.register_agent("pm", "x")
        await eventually(lambda: "the alert manager failed: ValueError" in caplog.text)
