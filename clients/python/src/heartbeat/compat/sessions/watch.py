"""What the service thinks of the sessions."""

import asyncio
import logging
from datetime import timedelta
from typing import Final, Protocol

from heartbeat._runtime.errors import in_words
from heartbeat._runtime.wire import span_ms
from heartbeat.compat._service.events import EventWatch
from heartbeat.compat._service.link import Link
from heartbeat.compat.sessions.entry import HeartbeatEntry
from heartbeat.compat.sessions.requests import SessionRequest, SessionRequests, Wish
from heartbeat.compat.sessions.roster import Roster
from heartbeat.compat.sessions.service import SessionService
from heartbeat.v1.heartbeat_pb2 import AgentState, Event, EventType

_log = logging.getLogger("heartbeat.compat.sessions")

_TYPES: Final = (
    EventType.EVENT_TYPE_REGISTERED,
    EventType.EVENT_TYPE_SUSPECTED,
    EventType.EVENT_TYPE_MISSED,
    EventType.EVENT_TYPE_RECOVERED,
    EventType.EVENT_TYPE_DOWN,
    EventType.EVENT_TYPE_LEFT,
    EventType.EVENT_TYPE_PAUSED,
    EventType.EVENT_TYPE_RESUMED,
)


class SessionListener(Protocol):
    """Who is told. Neither raises."""

    async def on_missed(self, entry: HeartbeatEntry, *, is_first: bool) -> None:
        """It has missed a beat: the first one of a silence, or a further one."""

    async def on_timed_out(self, entry: HeartbeatEntry, reason: str) -> None:
        """It has been given up, and is no longer on the roster."""


class SessionWatch:
    """Carries out the requests, hears of what happens, and asks for the times of the last beats."""

    def __init__(
        self,
        link: Link,
        service: SessionService,
        requests: SessionRequests,
        roster: Roster,
        listener: SessionListener,
    ) -> None:
        self._service = service
        self._requests = requests
        self._roster = roster
        self._listener = listener
        self._events = EventWatch(link, _TYPES, self._on_event, self._on_gap)

    async def run(self, check_interval: float) -> None:
        """Until it is canceled."""
        work = [
            asyncio.create_task(self._events.run()),
            asyncio.create_task(self._carry_out_requests()),
            asyncio.create_task(self._check_every(check_interval)),
        ]
        try:
            await asyncio.gather(*work)
        finally:
            for task in work:
                task.cancel()
            await asyncio.wait(work)

    async def _carry_out_requests(self) -> None:
        # Not before what comes of one would be heard.
        await self._events.began.wait()
        await self._requests.run(self._service.carry_out)

    async def _check_every(self, interval: float) -> None:
        while True:
            await asyncio.sleep(interval)
            try:
                await self._check()
            except Exception as error:
                _log.warning("the service cannot be asked: %s", in_words(error))

    async def _check(self) -> None:
        """Brings the times of the last beats up to date: beats are no events."""
        async for agent in self._service.agents():
            entry = self._roster.find(agent.agent_id)
            if entry is not None and agent.state == AgentState.AGENT_STATE_ALIVE:
                silence = timedelta(milliseconds=span_ms(agent.since_last_beat))
                self._roster.heard(entry, silence)

    async def _on_event(self, event: Event) -> None:
        entry = self._roster.find(event.agent_id)
        if entry is None:
            return
        match event.type:
            case EventType.EVENT_TYPE_SUSPECTED | EventType.EVENT_TYPE_MISSED:
                entry.missed_beats = event.missed_beats
                is_first = event.type == EventType.EVENT_TYPE_SUSPECTED
                await self._listener.on_missed(entry, is_first=is_first)
            case EventType.EVENT_TYPE_RECOVERED:
                self._roster.heard(entry, timedelta())
            case EventType.EVENT_TYPE_DOWN:
                await self._time_out(entry, event.reason)
            case EventType.EVENT_TYPE_REGISTERED:
                if getattr(event, "from") == AgentState.AGENT_STATE_LEFT:
                    self._roster.leaving.discard(entry.session_id)
            case EventType.EVENT_TYPE_LEFT:
                self._left(entry, event.reason)
            case EventType.EVENT_TYPE_PAUSED:
                self._roster.paused.add(entry.session_id)
            case EventType.EVENT_TYPE_RESUMED:
                self._roster.paused.discard(entry.session_id)
                self._roster.heard(entry, timedelta())

    async def _on_gap(self) -> None:
        """The service has another history than before: what it does not know is registered again."""
        unknown = dict(self._roster.entries)
        async for agent in self._service.agents():
            entry = self._roster.find(agent.agent_id)
            if entry is None:
                continue
            if agent.state == AgentState.AGENT_STATE_DOWN:
                await self._time_out(entry, agent.state_reason)
            if agent.state != AgentState.AGENT_STATE_LEFT:
                unknown.pop(entry.session_id, None)
        for session_id, entry in unknown.items():
            self._requests.put(SessionRequest(Wish.REGISTER, session_id, entry.agent_type))
            if session_id in self._roster.paused:
                self._requests.put(SessionRequest(Wish.PAUSE, session_id))

    def _left(self, entry: HeartbeatEntry, reason: str) -> None:
        """It has ended. One that was unregistered and registered again has not: that is the first half."""
        if entry.session_id in self._roster.leaving:
            self._roster.leaving.discard(entry.session_id)
            return
        self._roster.remove(entry.session_id)
        _log.info("Session %s left: %s", entry.session_id, reason)

    async def _time_out(self, entry: HeartbeatEntry, reason: str) -> None:
        self._roster.remove(entry.session_id)
        await self._listener.on_timed_out(entry, reason)
