"""What runs in an agent's process."""

import logging
import os
import signal
import threading
import time
from multiprocessing.connection import Connection, wait
from typing import Final

from heartbeat._runtime.errors import in_words
from heartbeat.orchestrator.agent_heartbeat import AgentHeartbeat
from heartbeat.orchestrator.heartbeat_plugin import OrchestratorHeartbeatPlugin
from heartbeat.orchestrator.periodic_agent import AgentPlugin, PeriodicProcessAgent
from heartbeat.orchestrator.stop_sign import StopSign

#: For programs that do not say where their log goes.
LOG_FORMAT: Final = "%(asctime)s %(levelname)s %(name)s: %(message)s"
_ORCHESTRATOR_FIRST_S: Final = 1.0


def run_agent(
    agent_class: type[PeriodicProcessAgent],
    name: str,
    plugin: OrchestratorHeartbeatPlugin | None,
    stop_timeout: float,
    orchestrator: Connection,
) -> None:
    """Makes the agent and lets it live. What it raises reaches multiprocessing: exit code 1."""
    logging.basicConfig(level=logging.INFO, format=LOG_FORMAT)
    stop = StopSign(orchestrator)
    threading.Thread(
        target=_kill_late, args=(orchestrator, stop_timeout), name="heartbeat-stop", daemon=True
    ).start()
    # Ctrl-C reaches every process of the terminal; whether to stop is the orchestrator's decision.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, lambda _number, _frame: stop.set())
    agent = agent_class(name)
    heartbeat = _heartbeat_of(agent, plugin, stop)
    try:
        reason = agent.live(stop)
    except BaseException as error:
        ended_well = isinstance(error, SystemExit) and error.code in (None, 0)
        if heartbeat is not None:
            (heartbeat.close if ended_well else heartbeat.fail)(in_words(error))
        raise
    if heartbeat is not None:
        heartbeat.close(reason)


def _kill_late(orchestrator: Connection, stop_timeout: float) -> None:
    """An agent that does not stop is killed by its orchestrator; by this, when that is gone itself."""
    wait([orchestrator])
    time.sleep(stop_timeout + _ORCHESTRATOR_FIRST_S)
    os.kill(os.getpid(), signal.SIGKILL)


def _heartbeat_of(
    agent: PeriodicProcessAgent, plugin: OrchestratorHeartbeatPlugin | None, stop: StopSign
) -> AgentHeartbeat | None:
    if plugin is None:
        return None
    heartbeat = AgentHeartbeat(
        agent.name,
        type(agent).__name__,
        plugin.agent_send_interval,
        plugin.agent_options(agent.name),
        agent.logger,
        stop.set,
    )
    agent.plugin = AgentPlugin(heartbeat)
    return heartbeat
