"""Agents as processes, on a real server."""

import os
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import orchestrated
import pytest
from orchestrated import Connected, Diarist, Endless, Failing, FailingOnce, Monitored, MonitoredDaemon
from real_server import RealServer, eventually_blocking

from heartbeat import Backoff
from heartbeat.orchestrator import Orchestrator, RestartPolicy
from heartbeat.v1.control_service_pb2 import CancelTaskRequest


@pytest.fixture
def diary(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, service: RealServer) -> Path:
    path = tmp_path / "diary"
    path.touch()
    monkeypatch.setenv(orchestrated.DIARY, str(path))
    monkeypatch.setenv("HEARTBEAT_SERVER", service.address)
    return path


@pytest.fixture(autouse=True)
def _nothing_is_left() -> Iterator[None]:
    before = set(threading.enumerate())
    yield
    assert set(threading.enumerate()) <= before


def soon(attempts: int) -> RestartPolicy:
    return RestartPolicy(attempts, Backoff(initial=0.01, maximum=0.01))


def pids(diary: Path) -> list[int]:
    lines = diary.read_text().splitlines()
    return [int(line.split()[1]) for line in lines if line.startswith("setup")]


def run(orchestrator: Orchestrator) -> None:
    orchestrator.start()
    orchestrator.join()


def test_an_agent_runs_to_its_limit_and_leaves_with_its_statistics(diary: Path, service: RealServer) -> None:
    orchestrator = Monitored()
    orchestrator.register_agent(Connected, "limited")
    run(orchestrator)
    lines = diary.read_text().splitlines()
    assert lines[1:] == ["run", "run", "run", "close", "executions 3 connected True"]
    assert pids(diary)[0] != os.getpid()
    assert service.reasons("limited")[-1] == "finished after 3 executions"
    assert service.events("limited")[-2:] == ["TASK_FINISHED", "LEFT"]
    assert orchestrator.report() == {
        "limited": {"status": "finished", "pid": None, "restarts": 0, "exit_code": 0}
    }


def test_without_the_plugin_nobody_is_told(diary: Path, service: RealServer) -> None:
    orchestrator = Orchestrator()
    orchestrator.register_agent(Diarist, "unwatched")
    run(orchestrator)
    assert diary.read_text().splitlines()[1:] == ["run", "run", "run", "close"]
    assert service.agent("unwatched") is None


def test_a_killed_agent_is_dropped_and_started_again(diary: Path, service: RealServer) -> None:
    orchestrator = MonitoredDaemon()
    orchestrator.config.restart = soon(3)
    orchestrator.register_agent(Endless, "killed")
    orchestrator.start()
    eventually_blocking(lambda: service.state("killed") == "ALIVE")
    os.kill(pids(diary)[0], signal.SIGKILL)
    eventually_blocking(lambda: len(pids(diary)) == 2)
    eventually_blocking(lambda: service.events("killed").count("CONNECTED") == 2)
    assert "DROPPED" in service.events("killed")
    status = Monitored.Plugin.heartbeat.get_status()
    assert status["monitored_agents"] == 1
    assert status["agents"]["killed"]["restarts"] == 1
    assert status["agents"]["killed"]["pid"] == pids(diary)[1]
    orchestrator.stop()
    orchestrator.join()
    assert service.reasons("killed")[-1] == "stopped"
    assert not alive(pids(diary)[1])


def test_an_agent_that_raises_is_down_at_once_and_given_up_after_its_restarts(
    diary: Path, service: RealServer
) -> None:
    orchestrator = Monitored()
    orchestrator.config.restart = soon(2)
    orchestrator.register_agent(Failing, "failing")
    run(orchestrator)
    assert len(pids(diary)) == 3
    assert diary.read_text().count("close") == 3
    assert service.events("failing").count("DOWN") == 3
    assert "ValueError: as the test wants it" in service.reasons("failing")[-1]
    assert orchestrator.report()["failing"] == {
        "status": "failed",
        "pid": None,
        "restarts": 2,
        "exit_code": 1,
    }


def test_an_agent_that_failed_once_finishes(diary: Path, service: RealServer) -> None:
    orchestrator = Monitored()
    orchestrator.config.restart = soon(1)
    orchestrator.register_agent(FailingOnce, "failed-once")
    orchestrator.register_agent(Diarist, "beside-it")
    run(orchestrator)
    assert orchestrator.report()["failed-once"]["status"] == "finished"
    assert orchestrator.report()["beside-it"]["restarts"] == 0
    assert service.state("failed-once") == "LEFT"


def test_an_operator_stops_an_agent_by_its_task(diary: Path, service: RealServer) -> None:
    orchestrator = Monitored()
    orchestrator.register_agent(Endless, "canceled")
    orchestrator.start()
    eventually_blocking(lambda: "TASK_STARTED" in service.events("canceled"))
    service.control.CancelTask(CancelTaskRequest(agent_id="canceled", task_id="runner"))
    orchestrator.join()
    assert orchestrator.report()["canceled"]["status"] == "finished"
    assert service.state("canceled") == "LEFT"


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_stops_a_daemon_and_its_agents(
    diary: Path, service: RealServer, number: signal.Signals, monkeypatch: pytest.MonkeyPatch
) -> None:
    name = f"daemon-{number.name}"
    with daemon(name, monkeypatch) as process:
        eventually_blocking(lambda: service.state(name) == "ALIVE")
        process.send_signal(number)
        assert process.wait(20) == 0
    assert service.reasons(name)[-1] == "stopped"
    assert diary.read_text().splitlines()[-2] == "close"


def test_agents_stop_when_their_orchestrator_is_killed(
    diary: Path, service: RealServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    with daemon("orphan", monkeypatch) as process:
        eventually_blocking(lambda: service.state("orphan") == "ALIVE")
        process.kill()
    eventually_blocking(lambda: service.state("orphan") == "LEFT")
    eventually_blocking(lambda: not alive(pids(diary)[0]))


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGKILL])
def test_an_agent_that_is_stuck_is_killed_by_its_orchestrator_or_its_death(
    diary: Path, service: RealServer, number: signal.Signals, monkeypatch: pytest.MonkeyPatch
) -> None:
    name = f"stuck-{number.name}"
    with daemon(name, monkeypatch, "Stuck") as process:
        eventually_blocking(lambda: service.state(name) == "ALIVE")
        process.send_signal(number)
        process.wait(20)
    eventually_blocking(lambda: not alive(pids(diary)[0]))
    eventually_blocking(lambda: "DROPPED" in service.events(name))


def daemon(
    name: str, monkeypatch: pytest.MonkeyPatch, agent_class: str = "Endless"
) -> "subprocess.Popen[bytes]":
    monkeypatch.setenv("HEARTBEAT_TEST_AGENT", f"{agent_class} {name}")
    return subprocess.Popen([sys.executable, orchestrated.__file__], stderr=subprocess.DEVNULL)


def alive(pid: int) -> bool:
    """An orphan that has ended may wait in vain for somebody to collect it."""
    try:
        return "State:\tZ" not in Path(f"/proc/{pid}/status").read_text()
    except FileNotFoundError:
        return False
