"""Watches the sessions that are registered with it, on a Heartbeat server."""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta, timezone
from typing import Any, Final

from typing_extensions import Unpack

from heartbeat._runtime.errors import in_words
from heartbeat.compat._service.link import Link
from heartbeat.compat._service.options import ServiceOptions, settle_service
from heartbeat.compat.sessions.entry import HeartbeatEntry
from heartbeat.compat.sessions.policy import session_policy
from heartbeat.compat.sessions.requests import SessionRequest, SessionRequests, Wish
from heartbeat.compat.sessions.roster import Roster
from heartbeat.compat.sessions.service import SessionService
from heartbeat.compat.sessions.watch import SessionWatch

_log = logging.getLogger("heartbeat.compat.sessions")


class HeartbeatMonitor:
    """Tells when registered sessions miss beats, and when they have timed out.

        monitor = HeartbeatMonitor(timeout_seconds=30)
        monitor.on_timeout = handle_timeout
        await monitor.start_monitoring()

    The service judges; the monitor hears of it within milliseconds, and asks for the times of the last
    beats once in a check interval. What it is asked to do waits while the server is away. It belongs to
    the event loop that it is started on.
    """

    def __init__(
        self,
        timeout_seconds: float = 30,
        check_interval_seconds: float = 5,
        max_missed_beats: int = 3,
        **service: Unpack[ServiceOptions],
    ) -> None:
        """Checks the options; does nothing else until the start.

        Args:
            timeout_seconds: A session without a beat for longer has missed one.
            check_interval_seconds: It misses another one with every further interval of silence. Its
                client beats once in an interval.
            max_missed_beats: With so many it has timed out.
            **service: See `ServiceOptions`.

        Raises:
            FieldInvalid: An option is outside its limit.
        """
        self.timeout = timedelta(seconds=timeout_seconds)
        self.check_interval = check_interval_seconds
        self.max_missed_beats = max_missed_beats
        self.policy: Final = session_policy(timeout_seconds, check_interval_seconds, max_missed_beats)
        self.service: Final = settle_service(policy=self.policy, **service)
        #: Called with the session and its agent's type once it has timed out.
        self.on_timeout: Callable[[str, str], Awaitable[None]] | None = None
        #: Called with the session and how many beats it has missed, at the first one of each silence.
        self.on_warning: Callable[[str, int], Awaitable[None]] | None = None
        self._roster = Roster()
        self._requests = SessionRequests()
        self._task: asyncio.Task[None] | None = None

    @property
    def sessions(self) -> dict[str, HeartbeatEntry]:
        """The sessions that are watched, by their ids."""
        return self._roster.entries

    async def start_monitoring(self) -> None:
        """Begins to watch, and returns at once. Runs until `stop_monitoring`."""
        if self._task is not None:
            _log.warning("Heartbeat monitor already running")
            return
        self._task = asyncio.create_task(self._run(), name="heartbeat session monitor")
        _log.info(
            "Heartbeat monitor started (timeout=%gs, interval=%gs)",
            self.timeout.total_seconds(),
            self.check_interval,
        )

    async def stop_monitoring(self) -> None:
        """Watches no more. The sessions stay registered with the service."""
        if self._task is None:
            return
        self._task.cancel()
        await asyncio.wait([self._task])
        self._task = None
        _log.info("Heartbeat monitor stopped")

    def register(self, session_id: str, agent_type: str) -> None:
        """Watches a session from now on; it times out like any other when no beat ever comes."""
        self._roster.add(session_id, agent_type)
        self._requests.put(SessionRequest(Wish.REGISTER, session_id, agent_type))

    def beat(self, session_id: str) -> bool:
        """Beats for a session that has no client of its own. False when it is not registered."""
        entry = self._roster.entries.get(session_id)
        if entry is None:
            return False
        self._roster.heard(entry, timedelta())
        self._requests.put(SessionRequest(Wish.BEAT, session_id, entry.agent_type))
        return True

    def unregister(self, session_id: str) -> bool:
        """Watches it no more. False when it was not registered."""
        if not self._roster.remove(session_id):
            return False
        self._roster.leaving.add(session_id)
        self._requests.put(SessionRequest(Wish.UNREGISTER, session_id))
        return True

    def has_left(self, session_id: str) -> None:
        """For the clients of this program: it has said Goodbye, and the event of it follows."""
        if self._roster.remove(session_id):
            self._roster.leaving.add(session_id)

    def pause(self, session_id: str) -> bool:
        """Lets its deadlines rest, 30 days at most: it waits for a person. False as for `unregister`."""
        if session_id not in self._roster.entries:
            return False
        self._roster.paused.add(session_id)
        self._requests.put(SessionRequest(Wish.PAUSE, session_id))
        return True

    def resume(self, session_id: str) -> bool:
        """Its silence starts anew. False when it was not paused."""
        if session_id not in self._roster.paused:
            return False
        self._roster.paused.discard(session_id)
        self._roster.heard(self._roster.entries[session_id], timedelta())
        self._requests.put(SessionRequest(Wish.RESUME, session_id))
        return True

    def get_status(self, session_id: str) -> dict[str, Any] | None:
        """How a session is, as of the last check or event. None when it is not registered."""
        entry = self._roster.entries.get(session_id)
        if entry is None:
            return None
        return {
            "session_id": session_id,
            "agent_type": entry.agent_type,
            "last_beat": entry.last_beat.isoformat(),
            "seconds_since_beat": (datetime.now(timezone.utc) - entry.last_beat).total_seconds(),
            "missed_beats": entry.missed_beats,
            "is_paused": session_id in self._roster.paused,
            "is_healthy": entry.missed_beats == 0,
        }

    def get_all_status(self) -> dict[str, dict[str, Any] | None]:
        """How all registered sessions are, by their ids."""
        return {session_id: self.get_status(session_id) for session_id in self._roster.entries}

    @property
    def registered_count(self) -> int:
        """How many sessions are registered."""
        return len(self._roster.entries)

    @property
    def healthy_count(self) -> int:
        """How many of them have missed no beat."""
        return sum(entry.missed_beats == 0 for entry in self._roster.entries.values())

    async def on_missed(self, entry: HeartbeatEntry, *, is_first: bool) -> None:
        """For the watch."""
        _log.warning(
            "Session %s missed heartbeat (%d/%d)",
            entry.session_id,
            entry.missed_beats,
            self.max_missed_beats,
        )
        if self.on_warning is None or not is_first:
            return
        try:
            await self.on_warning(entry.session_id, entry.missed_beats)
        except Exception as error:
            _log.error("Error in warning handler: %s", in_words(error))

    async def on_timed_out(self, entry: HeartbeatEntry, reason: str) -> None:
        """For the watch."""
        _log.error(
            "Session %s (%s) timed out after %d missed heartbeats: %s",
            entry.session_id,
            entry.agent_type,
            entry.missed_beats,
            reason,
        )
        if self.on_timeout is None:
            return
        try:
            await self.on_timeout(entry.session_id, entry.agent_type)
        except Exception as error:
            _log.error("Error in timeout handler: %s", in_words(error))

    async def _run(self) -> None:
        async with Link(self.service) as link:
            service = SessionService(link, self.policy)
            watch = SessionWatch(link, service, self._requests, self._roster, self)
            await watch.run(self.check_interval)
