"""The Python agent of Heartbeat: tells a monitor over gRPC that this process lives.

    import heartbeat

    async with heartbeat.Agent("billing-7") as agent:
        await work()

`Agent` is for programs with asyncio, `ThreadedAgent` for those without. `heartbeat.v1` is the generated
code of the contract, `heartbeat.auth` makes tokens. Warnings go to the logger `heartbeat`.
"""

from heartbeat._runtime.agent import Agent
from heartbeat._runtime.backoff import Backoff
from heartbeat._runtime.directives import (
    CancelTask,
    Directive,
    Pause,
    Reconnect,
    Resume,
    SetPolicy,
    Superseded,
)
from heartbeat._runtime.errors import FieldInvalid
from heartbeat._runtime.message import Message
from heartbeat._runtime.notices import (
    ConnectionHealth,
    GaveUp,
    LeaseLost,
    Reconnected,
    Refused,
    SupersededBy,
    Welcomed,
)
from heartbeat._runtime.options import AgentOptions
from heartbeat._runtime.policy import Policy, PolicyInForce
from heartbeat._runtime.registration import library_version
from heartbeat._runtime.retried_task import RetriedTask, ThreadedRetriedTask
from heartbeat._runtime.retry import Retry
from heartbeat._runtime.settings import Tls
from heartbeat._runtime.state import State
from heartbeat._runtime.task import Task
from heartbeat._runtime.threaded import ThreadedAgent
from heartbeat._runtime.threaded_message import ThreadedMessage
from heartbeat._runtime.threaded_task import ThreadedTask

__all__ = [
    "Agent",
    "AgentOptions",
    "Backoff",
    "CancelTask",
    "ConnectionHealth",
    "Directive",
    "FieldInvalid",
    "GaveUp",
    "LeaseLost",
    "Message",
    "Pause",
    "Policy",
    "PolicyInForce",
    "Reconnect",
    "Reconnected",
    "Refused",
    "Resume",
    "RetriedTask",
    "Retry",
    "SetPolicy",
    "State",
    "Superseded",
    "SupersededBy",
    "Task",
    "ThreadedAgent",
    "ThreadedMessage",
    "ThreadedRetriedTask",
    "ThreadedTask",
    "Tls",
    "Welcomed",
]

__version__ = library_version()
