"""Sessions on a real server."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from real_server import RealServer, eventually, free_port

from heartbeat.compat.sessions import HeartbeatClient, HeartbeatMonitor


@asynccontextmanager
async def monitoring(
    address: str, timeout: float = 0.6, check: float = 0.2, most: int = 3
) -> AsyncIterator[tuple[HeartbeatMonitor, list[str]]]:
    monitor = HeartbeatMonitor(timeout, check, most, server=address)
    told: list[str] = []

    async def on_warning(session_id: str, missed_beats: int) -> None:
        told.append(f"warning {session_id} {missed_beats}")

    async def on_timeout(session_id: str, agent_type: str) -> None:
        told.append(f"timeout {session_id} {agent_type}")

    monitor.on_warning = on_warning
    monitor.on_timeout = on_timeout
    await monitor.start_monitoring()
    try:
        yield monitor, told
    finally:
        await monitor.stop_monitoring()


async def test_a_session_without_beats_is_warned_of_once_and_times_out(service: RealServer) -> None:
    async with monitoring(service.address) as (monitor, told):
        monitor.register("silent", "grader")
        await eventually(lambda: monitor.registered_count == 0)
        assert told == ["warning silent 1", "timeout silent grader"]
        assert monitor.get_status("silent") is None
        assert not monitor.beat("silent")


async def test_a_session_that_has_timed_out_may_be_registered_again(service: RealServer) -> None:
    async with monitoring(service.address) as (monitor, told):
        monitor.register("again", "grader")
        await eventually(lambda: "timeout again grader" in told)
        monitor.register("again", "grader")
        await eventually(lambda: told.count("timeout again grader") == 2)
        assert service.events("again").count("RECOVERED") == 1


async def test_a_client_keeps_its_session_healthy_and_its_end_is_no_timeout(
    service: RealServer,
) -> None:
    async with monitoring(service.address, timeout=5, check=0.5) as (monitor, told):
        monitor.register("tended", "tutor")
        async with HeartbeatClient("tended", monitor):
            await eventually(lambda: service.state("tended") == "ALIVE")
            await eventually(lambda: _beats(service, "tended") > 3)
            assert monitor.healthy_count == 1
        await eventually(lambda: monitor.registered_count == 0)
        assert told == []
        assert service.reasons("tended")[-1] == "the session has ended"


async def test_a_client_may_be_told_the_server_alone(service: RealServer) -> None:
    client = HeartbeatClient("alone", service.address, interval_seconds=0.2)
    await client.start()
    await client.start()
    await eventually(lambda: service.state("alone") == "ALIVE")
    agent = service.agent("alone")
    assert agent is not None
    assert agent.policy.interval.nanos == 200_000_000
    await client.stop()
    await client.stop()
    assert service.state("alone") == "LEFT"


async def test_beats_without_a_client_count_too(service: RealServer) -> None:
    async with monitoring(service.address, timeout=5, check=1) as (monitor, told):
        monitor.register("by hand", "tutor")
        await eventually(lambda: _agents(service, "by_hand") == ["EXPECTED"])
        assert monitor.beat("by hand")
        await eventually(lambda: _agents(service, "by_hand") == ["ALIVE"])
        assert told == []


async def test_a_paused_session_is_not_judged_until_it_is_resumed(service: RealServer) -> None:
    async with monitoring(service.address) as (monitor, told):
        monitor.register("waits", "tutor")
        assert monitor.pause("waits")
        monitor.register("does not wait", "tutor")
        await eventually(lambda: "timeout does not wait tutor" in told)
        assert "PAUSED" in service.events("waits")
        assert monitor.sessions["waits"].missed_beats == 0
        assert monitor.resume("waits")
        await eventually(lambda: "timeout waits tutor" in told)


async def test_what_an_operator_does_is_seen(service: RealServer) -> None:
    from heartbeat.v1.control_service_pb2 import PauseAgentRequest, UnregisterAgentRequest

    async with monitoring(service.address, timeout=60, check=0.5) as (monitor, _):
        monitor.register("operated", "tutor")
        await eventually(lambda: service.state("operated") == "EXPECTED")
        service.control.PauseAgent(PauseAgentRequest(agent_id="operated"))
        await eventually(lambda: (monitor.get_status("operated") or {})["is_paused"])
        service.control.UnregisterAgent(UnregisterAgentRequest(agent_id="operated"))
        await eventually(lambda: monitor.registered_count == 0)


async def test_unregistered_and_registered_again_is_registered(service: RealServer) -> None:
    async with monitoring(service.address, timeout=60, check=0.5) as (monitor, told):
        monitor.register("twice", "tutor")
        assert monitor.unregister("twice")
        monitor.register("twice", "tutor")
        await eventually(lambda: service.events("twice").count("REGISTERED") == 2)
        async with HeartbeatClient("twice", monitor):
            await eventually(lambda: service.state("twice") == "ALIVE")
            assert monitor.registered_count == 1
        assert told == []


async def test_a_handler_that_fails_harms_nobody(
    service: RealServer, caplog: pytest.LogCaptureFixture
) -> None:
    async with monitoring(service.address) as (monitor, told):

        async def failing(session_id: str, missed_beats: int) -> None:
            raise ValueError("as the test wants it")

        monitor.on_warning = failing
        monitor.register("harmless", "tutor")
        await eventually(lambda: told == ["timeout harmless tutor"])
    assert "Error in warning handler: ValueError: as the test wants it" in caplog.text


async def test_a_server_that_comes_later_and_one_that_forgot_everything(tmp_path: Path) -> None:
    port = free_port()
    async with monitoring(f"127.0.0.1:{port}", timeout=2, check=0.3) as (monitor, told):
        monitor.register("patient", "tutor")
        await asyncio.sleep(0)
        with RealServer(tmp_path, port=port) as first:
            await eventually(lambda: first.state("patient") == "EXPECTED")
            monitor.beat("patient")
            await eventually(lambda: first.state("patient") == "ALIVE")
        with RealServer(tmp_path, port=port) as second:
            await eventually(lambda: second.state("patient") != "")
            assert monitor.registered_count == 1
            assert told == []
            await eventually(lambda: "timeout patient tutor" in told)


def _beats(service: RealServer, agent_id: str) -> int:
    agent = service.agent(agent_id)
    return 0 if agent is None else agent.beats_received


def _agents(service: RealServer, prefix: str) -> list[str]:
    from heartbeat.v1.heartbeat_pb2 import AgentState
    from heartbeat.v1.status_service_pb2 import ListAgentsRequest

    page = service.status.ListAgents(ListAgentsRequest(id_prefix=prefix), timeout=5)
    return [AgentState.Name(agent.state).removeprefix("AGENT_STATE_") for agent in page.agents]
