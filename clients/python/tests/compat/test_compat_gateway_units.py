"""The gateway's books, without a server."""

import asyncio
import time

import pytest

from heartbeat import FieldInvalid
from heartbeat.compat.gateway import (
    AgentActivity,
    HeartbeatMonitor,
    HeartbeatMonitorConfig,
    get_heartbeat_monitor,
    init_heartbeat_monitor,
    stop_heartbeat_monitor,
)
from heartbeat.compat.gateway.flight import FlightBook

#: Nobody listens there.
NOWHERE = "127.0.0.1:1"


def test_the_defaults() -> None:
    config = HeartbeatMonitorConfig()
    assert config == HeartbeatMonitorConfig(30_000, 300_000, 1_800_000, stale_warning_only_once=True)
    policy = config.policy()
    assert (policy.interval, policy.task_stale_after, policy.task_timeout_after) == (30, 300, 1800)


@pytest.mark.parametrize("field", ["check_interval_ms", "stale_threshold_ms", "timeout_threshold_ms"])
def test_a_wrong_threshold_is_refused_by_its_name(field: str) -> None:
    config = HeartbeatMonitorConfig()
    setattr(config, field, 99)
    with pytest.raises(FieldInvalid, match=f"{field} 99 is out of range"):
        HeartbeatMonitor(config=config)


def test_a_monitor_that_was_not_started_keeps_its_books() -> None:
    monitor = HeartbeatMonitor()
    for call in (monitor.update_activity, monitor.mark_idle, monitor.unregister_agent):
        call("nobody")
    monitor.register_agent("pm", "session-1")
    monitor.register_agent("dev")
    monitor.mark_idle("dev")
    pm, dev = monitor.get_in_flight_agents()
    assert isinstance(pm, AgentActivity)
    assert (pm.agent_id, pm.task_id, pm.status) == ("pm", "session-1", "running")
    assert (dev.agent_id, dev.task_id, dev.status) == ("dev", None, "idle")
    assert monitor.get_status() == {
        "running": False,
        "agents_monitoring": 2,
        "agents": ["pm", "dev"],
        "config": {
            "check_interval_ms": 30_000,
            "stale_threshold_ms": 300_000,
            "timeout_threshold_ms": 1_800_000,
        },
    }
    monitor.unregister_agent("pm")
    assert list(monitor.in_flight_agents) == ["dev"]
    monitor.stop()


def test_what_is_handed_out_is_not_what_is_kept() -> None:
    book = FlightBook("")
    book.begin("pm", "session-1")
    book.in_flight()[0].status = "nonsense"
    assert book.in_flight()[0].status == "running"


def test_the_service_speaks_of_an_agent_by_its_prefixed_name() -> None:
    book = FlightBook("worker-1/")
    agent = book.begin("pm", "session 1")
    assert book.agent_name("pm") == "worker-1/pm"
    assert book.find("worker-1/pm", book.task_name(agent)) == agent
    assert book.find("worker-1/pm", "another") is None
    assert book.find("pm", book.task_name(agent)) is None


async def test_without_a_server_nothing_waits_and_nothing_raises() -> None:
    monitor = await init_heartbeat_monitor(server=NOWHERE)
    try:
        assert await init_heartbeat_monitor() is monitor
        assert get_heartbeat_monitor() is monitor
        began_at = time.perf_counter()
        for number in range(200):
            agent_id = f"agent-{number % 4}"
            monitor.register_agent(agent_id, f"task-{number}")
            monitor.update_activity(agent_id)
            monitor.mark_idle(agent_id)
            monitor.unregister_agent(agent_id)
        # 800 calls: a single wait for the network would take longer.
        assert time.perf_counter() - began_at < 2
        await asyncio.wait_for(monitor.run_health_checks(), 20)
        assert monitor.is_running
    finally:
        stop_heartbeat_monitor()
    assert get_heartbeat_monitor() is None
    stop_heartbeat_monitor()
