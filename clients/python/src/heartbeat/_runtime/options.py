"""What an agent is told when it is made, beside its id."""

from collections.abc import Mapping
from typing import TypedDict

from heartbeat._runtime.backoff import Backoff
from heartbeat._runtime.callbacks import Callback
from heartbeat._runtime.directives import Directive
from heartbeat._runtime.notices import (
    GaveUp,
    LeaseLost,
    Reconnected,
    Refused,
    SupersededBy,
    Welcomed,
)
from heartbeat._runtime.policy import Policy
from heartbeat._runtime.settings import Tls, Token


class AgentOptions(TypedDict, total=False):
    """The keyword arguments of `Agent` and `ThreadedAgent`. Spans are seconds.

    Callbacks take one argument and may be async (with `ThreadedAgent`, plain functions only). What one
    raises goes to the logger `heartbeat` and nowhere else.

    Attributes:
        server: The monitor, as `HOST:PORT` or `[IPV6]:PORT`. Default: `127.0.0.1:50051`.
        tls: True encrypts and trusts the system's authorities, `Tls(ca_file=...)` those of a PEM file.
            Default: plaintext.
        token: Sent as `authorization: Bearer ...`. A text, or a function (sync or async) that is asked
            for a fresh one before each stream; a sync one is called on the event loop and must not
            wait. Default: none.
        organization_id: The tenant: 1 to 128 bytes of `[A-Za-z0-9._:@-]`. Default: the server's.
        agent_type: What kind of agent this is, for filters; at most 128 bytes. Default: empty.
        labels: Names and values for filters. At most 32; names of 1 to 63 bytes of
            `[A-Za-z0-9._/-]`, values of at most 256 bytes. Default: none.
        instance_id: Names this life of this process; at most 128 bytes. Two lives with one agent id
            supersede one another, so set it only when you persist it yourself. Default: a random UUID.
        policy: How the monitor is to judge this agent. Default for each field: the server's setting.
        max_reconnect_attempts: After so many failed attempts in a row (the first connect counts) the
            agent gives up. 0 gives up at the first loss. An attempt that the server puts off, because
            too many come at once, is not a failed one. Default: None, without end.
        backoff: How long to wait between attempts.
        connect_timeout: An attempt that has brought no Welcome after so long has failed. 0.01 to 600.
            Default: 10.
        vitals: Whether beats carry processor use, resident memory and timer lag. Default: True.
        handle_signals: Whether SIGTERM and SIGINT say Goodbye (2 s at most) before they have their
            usual effect. Only for agents that are started in the main thread, and only for a signal
            that the program does not handle itself. Default: True.
        on_welcome: The first stream is up.
        on_reconnect: The stream is up again.
        on_lease_lost: No ack for interval x timeout multiplier: by now the monitor may call this agent
            DOWN, and another process may do its work. Once per episode; it ends with the next ack.
        on_superseded: Another process holds the name: stop working. All tasks are canceled as well.
            Once; the agent has ended.
        on_directive: The server asks for something. The agent itself has acted on it already.
        on_error: The server refused this agent for good. The agent has ended.
        on_gave_up: `max_reconnect_attempts` is reached. The agent has ended.
    """

    server: str
    tls: bool | Tls
    token: Token | None
    organization_id: str
    agent_type: str
    labels: Mapping[str, str] | None
    instance_id: str | None
    policy: Policy | None
    max_reconnect_attempts: int | None
    backoff: Backoff | None
    connect_timeout: float
    vitals: bool
    handle_signals: bool
    on_welcome: Callback[Welcomed] | None
    on_reconnect: Callback[Reconnected] | None
    on_lease_lost: Callback[LeaseLost] | None
    on_superseded: Callback[SupersededBy] | None
    on_directive: Callback[Directive] | None
    on_error: Callback[Refused] | None
    on_gave_up: Callback[GaveUp] | None
