"""What the monitor knows of a session."""

from dataclasses import dataclass
from datetime import datetime


@dataclass
class HeartbeatEntry:
    """One session, as the service told of it last.

    Attributes:
        session_id: Its name, and the name of its agent.
        agent_type: What kind of agent it is.
        last_beat: When it was last heard from, as of the last check. In UTC.
        missed_beats: Beats missed in a row.
    """

    session_id: str
    agent_type: str
    last_beat: datetime
    missed_beats: int = 0
