"""Alerts on their way to the gateway's own alert manager."""

import asyncio
import inspect
import logging
from collections.abc import Callable
from typing import Any, Protocol

from heartbeat._runtime.errors import in_words
from heartbeat.compat.gateway.activity import AgentActivity

_log = logging.getLogger("heartbeat.compat.gateway")


class AlertManager(Protocol):
    """Who is told; methods may be async. One with a method `init()` is started with the monitor."""

    def create_alert(self, level: str, message: str, context: dict[str, Any]) -> object:
        """Takes an alert: `warning` for a stale task, `error` for one that has timed out."""


class Alerts:
    """They are handed over on the gateway's event loop: what an alert manager holds belongs to it."""

    def __init__(self, manager: AlertManager | None) -> None:
        self._manager = manager
        self._loop: asyncio.AbstractEventLoop | None = None

    async def start(self) -> None:
        """On the gateway's event loop. Raises what `init()` raises."""
        self._loop = asyncio.get_running_loop()
        init: Callable[[], object] | None = getattr(self._manager, "init", None)
        result = None if init is None else init()
        if inspect.isawaitable(result):
            await result

    def stale(self, agent: AgentActivity, idle_ms: int, elapsed_ms: int) -> None:
        idle_seconds = idle_ms // 1000
        message = f"⚠️ Stale agent detected: {agent.agent_id} idle for {idle_seconds}s"
        _log.warning("%s", message)
        self._send(
            "warning",
            message,
            {
                "agent_id": agent.agent_id,
                "idle_ms": idle_ms,
                "idle_seconds": idle_seconds,
                "task_id": agent.task_id,
                "elapsed_ms": elapsed_ms,
                "source": "heartbeat-monitor",
            },
        )

    def timed_out(self, agent: AgentActivity, elapsed_ms: int) -> None:
        minutes = elapsed_ms // 60_000
        task = agent.task_id or "unknown"
        message = f"❌ Timeout: agent {agent.agent_id} running for {minutes}min (task: {task})"
        _log.error("%s", message)
        self._send(
            "error",
            message,
            {
                "agent_id": agent.agent_id,
                "task_id": agent.task_id,
                "elapsed_ms": elapsed_ms,
                "elapsed_seconds": elapsed_ms // 1000,
                "elapsed_minutes": minutes,
                "source": "heartbeat-monitor",
            },
        )

    def _send(self, level: str, message: str, context: dict[str, Any]) -> None:
        manager, loop = self._manager, self._loop
        if manager is None or loop is None:
            return

        async def send() -> None:
            try:
                result = manager.create_alert(level, message, context)
                if inspect.isawaitable(result):
                    await result
            except Exception as error:
                _log.error("the alert manager failed: %s", in_words(error))

        sending = send()
        try:
            asyncio.run_coroutine_threadsafe(sending, loop)
        except RuntimeError:
            sending.close()
            _log.warning("an alert is not handed over: the gateway's event loop is closed")
