"""When an orchestrator ends."""

from enum import Enum


class RunMode(Enum):
    #: When all agents have ended.
    STOP_ON_EMPTY = "stop_on_empty"
    #: When it is told to: by `stop()`, SIGTERM or SIGINT.
    DAEMON = "daemon"
