"""How a process ends, seen from outside: real processes, real signals."""

import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from monitor import DEADLINE_S, Monitor

from heartbeat.v1 import heartbeat_pb2 as wire

ASYNCIO = """
import asyncio, heartbeat, signal, sys
async def main():
    {before}
    welcomed = asyncio.Event()
    agent = heartbeat.Agent("a", server=sys.argv[1], on_welcome=lambda _: welcomed.set())
    await agent.start()
    await welcomed.wait()
    print("welcome", flush=True)
    {after}
asyncio.run(main())
"""

THREADED = """
import heartbeat, signal, sys, threading, time
{before}
welcomed = threading.Event()
agent = heartbeat.ThreadedAgent("a", server=sys.argv[1], on_welcome=lambda _: welcomed.set()).start()
welcomed.wait()
print("welcome", flush=True)
{after}
"""


@pytest.fixture
def monitor() -> Iterator[Monitor]:
    with Monitor() as running:
        yield running


def run(program: str, monitor: Monitor, *signals: signal.Signals, before: str = "pass", after: str) -> int:
    """Runs it, sends signals once it is welcomed, and returns its exit code."""
    code = program.format(before=before, after=after)
    with subprocess.Popen(
        [sys.executable, "-c", code, monitor.address],
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        cwd=Path(__file__).parent,
        text=True,
    ) as process:
        try:
            assert process.stdout is not None
            assert process.stdout.readline() == "welcome\n"
            for number in signals:
                process.send_signal(number)
            return process.wait(DEADLINE_S)
        finally:
            process.kill()


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
@pytest.mark.parametrize(
    ("program", "after"), [(ASYNCIO, "await asyncio.sleep(60)"), (THREADED, "time.sleep(60)")]
)
def test_a_signal_says_goodbye_and_has_its_usual_effect(
    program: str, after: str, number: signal.Signals, monitor: Monitor
) -> None:
    assert run(program, monitor, number, after=after) == -number
    assert monitor.goodbye == wire.Goodbye(reason=number.name)


@pytest.mark.parametrize(
    ("program", "after"),
    [
        # Until it has come: a process that is ending has no handler any more.
        (ASYNCIO, "while not came: await asyncio.sleep(0.01)"),
        (THREADED, "while not came: time.sleep(0.01)\nagent.close('own')"),
    ],
)
def test_a_signal_that_the_program_handles_is_left_alone(program: str, after: str, monitor: Monitor) -> None:
    mine = "came = []; signal.signal(signal.SIGTERM, lambda number, _: came.append(number))"
    assert run(program, monitor, signal.SIGTERM, before=mine, after=after) == 0
    assert monitor.goodbye != wire.Goodbye(reason="SIGTERM")


def test_a_handler_that_the_program_sets_later_stays(monitor: Monitor) -> None:
    after = "signal.signal(signal.SIGTERM, lambda *_: sys.exit(3)); time.sleep(60)"
    assert run(THREADED, monitor, signal.SIGTERM, after=after) == 3


def test_a_program_that_ends_without_a_close_says_goodbye(monitor: Monitor) -> None:
    assert run(THREADED, monitor, after="pass") == 0
    assert monitor.goodbye == wire.Goodbye(reason="the program has ended")


def test_a_program_that_ends_by_an_exception_tells_its_death(monitor: Monitor) -> None:
    assert run(THREADED, monitor, after="raise KeyError('k')") == 1
    assert monitor.goodbye == wire.Goodbye(reason="KeyError: 'k'", failed=True)


def test_a_closed_agent_leaves_signals_as_they_were(monitor: Monitor) -> None:
    after = "agent.close('first'); assert signal.getsignal(signal.SIGTERM) == signal.SIG_DFL"
    assert run(THREADED, monitor, after=after) == 0
    assert monitor.goodbye == wire.Goodbye(reason="first")
