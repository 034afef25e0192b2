"""What the service thinks of the gateway's tasks."""

import asyncio
import logging
from collections.abc import AsyncIterator
from typing import Final

from heartbeat._runtime.errors import in_words
from heartbeat._runtime.wire import span_ms
from heartbeat.compat._service.events import EventWatch
from heartbeat.compat._service.link import Link
from heartbeat.compat._service.options import Service
from heartbeat.compat.gateway.alerts import Alerts
from heartbeat.compat.gateway.config import HeartbeatMonitorConfig
from heartbeat.compat.gateway.crew import Crew
from heartbeat.compat.gateway.flight import FlightBook, now_ms
from heartbeat.v1.heartbeat_pb2 import Event, EventType, Task, TaskState
from heartbeat.v1.status_service_pb2 import ListTasksRequest

_log = logging.getLogger("heartbeat.compat.gateway")

_TYPES: Final = (EventType.EVENT_TYPE_TASK_STALE, EventType.EVENT_TYPE_TASK_TIMED_OUT)
_STATES: Final = (TaskState.TASK_STATE_STALE, TaskState.TASK_STATE_TIMED_OUT)
_PAGE: Final = 1_000


class TaskWatch:
    """Hears of stale tasks and of those that have timed out; asks for them once in a check interval."""

    def __init__(
        self,
        service: Service,
        flight: FlightBook,
        config: HeartbeatMonitorConfig,
        alerts: Alerts,
        crew: Crew,
    ) -> None:
        self._service = service
        self._flight = flight
        self._config = config
        self._alerts = alerts
        self._crew = crew
        self._link: Link | None = None

    async def run(self) -> None:
        """Until it is canceled."""
        async with Link(self._service) as link:
            self._link = link
            watch = EventWatch(link, _TYPES, self._on_event, self._find_out)
            work = [asyncio.create_task(watch.run()), asyncio.create_task(self._check_on())]
            try:
                await asyncio.gather(*work)
            finally:
                self._link = None
                for task in work:
                    task.cancel()
                await asyncio.wait(work)

    async def check(self) -> None:
        """One round, at once. A service that cannot be asked is told to the log."""
        try:
            await self._find_out()
        except Exception as error:
            _log.warning("HeartbeatMonitor: the service cannot be asked (%s)", in_words(error))

    async def _check_on(self) -> None:
        while True:
            await self.check()
            await asyncio.sleep(self._config.check_interval_ms / 1000)
            await self._crew.dismiss_idle()

    async def _find_out(self) -> None:
        if self._link is None or not self._flight.agents:
            return
        async for task in _tasks(self._link):
            if task.state == TaskState.TASK_STATE_TIMED_OUT:
                self._timed_out(task)
            else:
                self._stale(task, repeated=False)

    async def _on_event(self, event: Event) -> None:
        if event.type == EventType.EVENT_TYPE_TASK_TIMED_OUT:
            self._timed_out(event.task)
        else:
            self._stale(event.task, repeated=not self._config.stale_warning_only_once)

    def _stale(self, task: Task, *, repeated: bool) -> None:
        agent = self._flight.find(task.agent_id, task.task_id)
        if agent is None or (self._flight.stale_counts.get(agent.agent_id, 0) > 0 and not repeated):
            return
        # What is said may be of a request before this one, or from before the last activity.
        if now_ms() - agent.last_activity_at < self._config.stale_threshold_ms:
            return
        self._flight.count_stale(agent.agent_id)
        self._alerts.stale(agent, span_ms(task.idle_for), span_ms(task.running_for))

    def _timed_out(self, task: Task) -> None:
        agent = self._flight.find(task.agent_id, task.task_id)
        if agent is None or now_ms() - agent.started_at < self._config.timeout_threshold_ms:
            return
        self._alerts.timed_out(agent, span_ms(task.running_for))
        self._flight.end(agent.agent_id)
        # The agent's own word too, so that its next task may have the same name.
        self._crew.end(task.agent_id, "it timed out")
        _log.info("   ✅ Recovered: agent %s removed from in-flight, ready for next task", agent.agent_id)


async def _tasks(link: Link) -> AsyncIterator[Task]:
    """All that are stale or have timed out. Raises AioRpcError."""
    token = ""
    while True:
        page = await link.ask(
            link.status.ListTasks,
            ListTasksRequest(
                organization_id=link.organization_id,
                states=_STATES,
                page_size=_PAGE,
                page_token=token,
            ),
        )
        for task in page.tasks:
            yield task
        token = page.next_page_token
        if not token:
            return
