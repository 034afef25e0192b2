"""Which sessions are watched, and what is known of each."""

from datetime import datetime, timedelta, timezone

from heartbeat.compat._service.names import wire_name
from heartbeat.compat.sessions.entry import HeartbeatEntry


class Roster:
    """Pure bookkeeping: the service decides, this remembers."""

    def __init__(self) -> None:
        self.entries: dict[str, HeartbeatEntry] = {}
        self.paused: set[str] = set()
        #: The program has ended them, and the event that tells of it is still to come.
        self.leaving: set[str] = set()
        #: Sessions by the names of their agents.
        self._by_agent: dict[str, str] = {}

    def add(self, session_id: str, agent_type: str) -> None:
        now = datetime.now(timezone.utc)
        self.entries[session_id] = HeartbeatEntry(session_id, agent_type, last_beat=now)
        self._by_agent[wire_name(session_id)] = session_id

    def remove(self, session_id: str) -> bool:
        """False when it was not there."""
        self.paused.discard(session_id)
        self._by_agent.pop(wire_name(session_id), None)
        return self.entries.pop(session_id, None) is not None

    def find(self, agent_id: str) -> HeartbeatEntry | None:
        """The session of an agent."""
        session_id = self._by_agent.get(agent_id)
        return None if session_id is None else self.entries.get(session_id)

    def heard(self, entry: HeartbeatEntry, silence: timedelta) -> None:
        """It was heard from so long ago, and has missed nothing."""
        entry.last_beat = datetime.now(timezone.utc) - silence
        entry.missed_beats = 0
