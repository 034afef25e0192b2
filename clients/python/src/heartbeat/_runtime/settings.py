"""The options, checked and filled in: every default is here, and nowhere else."""

import inspect
import math
import os
import re
import uuid
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final, TypeVar

from heartbeat._runtime import limits
from heartbeat._runtime.authorities import system_authorities
from heartbeat._runtime.backoff import Backoff, Bounds, settle_backoff
from heartbeat._runtime.callbacks import Callback
from heartbeat._runtime.checks import (
    ID,
    LABEL_KEY,
    ORGANIZATION,
    check_kind,
    check_name,
    check_number,
    check_span,
    check_text,
    check_token,
    check_whole,
)
from heartbeat._runtime.directives import Directive
from heartbeat._runtime.errors import FieldInvalid, shown
from heartbeat._runtime.limits import Range
from heartbeat._runtime.notices import (
    GaveUp,
    LeaseLost,
    Reconnected,
    Refused,
    SupersededBy,
    Welcomed,
)
from heartbeat._runtime.policy import Policy, declare_policy
from heartbeat.v1.heartbeat_pb2 import LivenessPolicy

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Tls:
    """An encrypted connection.

    Attributes:
        ca_file: A PEM file of the authorities to trust, read once when the agent is made. Default: the
            system's authorities.
    """

    ca_file: str | os.PathLike[str] | None = None


#: A text, or a function that is asked for a fresh one before each stream, sync or async.
Token = str | Callable[[], str | Awaitable[str]]


@dataclass(frozen=True, slots=True)
class Target:
    """Where the server is and whom to trust there."""

    address: str
    encrypted: bool
    #: Of the authorities, PEM; None leaves the choice to gRPC.
    authorities: bytes | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Listeners:
    """The callbacks."""

    on_welcome: Callback[Welcomed] | None
    on_reconnect: Callback[Reconnected] | None
    on_lease_lost: Callback[LeaseLost] | None
    on_superseded: Callback[SupersededBy] | None
    on_directive: Callback[Directive] | None
    on_error: Callback[Refused] | None
    on_gave_up: Callback[GaveUp] | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    agent_id: str
    target: Target
    token: Callable[[], str | Awaitable[str]] | None
    organization_id: str
    agent_type: str
    labels: Mapping[str, str]
    instance_id: str
    policy: LivenessPolicy | None
    #: Infinite when there is no end.
    max_reconnect_attempts: float
    backoff: Bounds
    connect_timeout_ms: int
    vitals: bool
    handle_signals: bool
    listeners: Listeners


_CONNECT_TIMEOUT: Final = Range(0.01, 600)
_ATTEMPTS: Final = Range(0, math.inf)
_ADDRESS: Final = re.compile(r"(?:\[[0-9A-Fa-f:.%]+\]|[^\s:/\[\]]+):(?P<port>[0-9]{1,5})")


def settle(
    agent_id: str,
    *,
    server: str = "127.0.0.1:50051",
    tls: bool | Tls = False,
    token: Token | None = None,
    organization_id: str = "",
    agent_type: str = "",
    labels: Mapping[str, str] | None = None,
    instance_id: str | None = None,
    policy: Policy | None = None,
    max_reconnect_attempts: int | None = None,
    backoff: Backoff | None = None,
    connect_timeout: float = 10.0,
    vitals: bool = True,
    handle_signals: bool = True,
    on_welcome: Callback[Welcomed] | None = None,
    on_reconnect: Callback[Reconnected] | None = None,
    on_lease_lost: Callback[LeaseLost] | None = None,
    on_superseded: Callback[SupersededBy] | None = None,
    on_directive: Callback[Directive] | None = None,
    on_error: Callback[Refused] | None = None,
    on_gave_up: Callback[GaveUp] | None = None,
) -> Settings:
    """Checks every option. Raises FieldInvalid."""
    attempts = max_reconnect_attempts
    return Settings(
        agent_id=check_name("agent_id", agent_id, ID, limits.ID_BYTES),
        target=_settle_target(server, tls),
        token=_settle_token(token),
        organization_id=organization_id
        and check_name("organization_id", organization_id, ORGANIZATION, limits.ID_BYTES),
        agent_type=check_text("agent_type", agent_type, limits.AGENT_TYPE_BYTES),
        labels=_settle_labels({} if labels is None else check_kind("labels", labels, Mapping)),
        instance_id=_settle_instance(instance_id),
        policy=None if policy is None else declare_policy(check_kind("policy", policy, Policy)),
        max_reconnect_attempts=math.inf
        if attempts is None
        else check_whole("max_reconnect_attempts", attempts, _ATTEMPTS),
        backoff=settle_backoff(Backoff() if backoff is None else check_kind("backoff", backoff, Backoff)),
        connect_timeout_ms=check_span("connect_timeout", connect_timeout, _CONNECT_TIMEOUT),
        vitals=check_kind("vitals", vitals, bool),
        handle_signals=check_kind("handle_signals", handle_signals, bool),
        listeners=Listeners(
            on_welcome=_check_callback("on_welcome", on_welcome),
            on_reconnect=_check_callback("on_reconnect", on_reconnect),
            on_lease_lost=_check_callback("on_lease_lost", on_lease_lost),
            on_superseded=_check_callback("on_superseded", on_superseded),
            on_directive=_check_callback("on_directive", on_directive),
            on_error=_check_callback("on_error", on_error),
            on_gave_up=_check_callback("on_gave_up", on_gave_up),
        ),
    )


def check_plain_function(field: str, function: object) -> None:
    """Refuses a coroutine function, where there is no event loop of the program's to run it on."""
    if inspect.iscoroutinefunction(function):
        raise FieldInvalid(field, shown(function), "is async", "a plain function")


def _settle_target(server: object, tls: object) -> Target:
    text = server if isinstance(server, str) else ""
    address = _ADDRESS.fullmatch(text)
    if address is None or not 1 <= int(address["port"]) <= 65_535:
        raise FieldInvalid(
            "server",
            shown(server),
            "is not an address",
            "HOST:PORT or [IPV6]:PORT without http://, a port of 1 to 65535",
        )
    if tls is False:
        return Target(text, encrypted=False, authorities=None)
    if tls is True:
        return Target(text, encrypted=True, authorities=system_authorities())
    if not isinstance(tls, Tls):
        raise FieldInvalid("tls", shown(tls), "is neither", "True, False or a Tls")
    return Target(text, encrypted=True, authorities=_read_authorities(tls))


def _read_authorities(tls: Tls) -> bytes | None:
    if tls.ca_file is None:
        return system_authorities()
    try:
        return Path(tls.ca_file).read_bytes()
    except OSError as error:
        raise FieldInvalid(
            "tls.ca_file",
            shown(os.fspath(tls.ca_file)),
            f"cannot be read ({error.strerror})",
            "a file of PEM certificates that this process may read",
        ) from error


def _settle_token(token: Token | None) -> Callable[[], str | Awaitable[str]] | None:
    if token is None or callable(token):
        return token
    text = check_token(token)
    return lambda: text


def _settle_labels(labels: Mapping[str, str]) -> dict[str, str]:
    check_number("labels (their number)", len(labels), Range(0, limits.LABELS))
    return {
        check_name("labels (a name)", key, LABEL_KEY, limits.LABEL_KEY_BYTES): check_text(
            f"labels[{shown(key)}]", value, limits.LABEL_VALUE_BYTES
        )
        for key, value in labels.items()
    }


def _settle_instance(instance_id: str | None) -> str:
    if instance_id is None:
        return str(uuid.uuid4())
    if check_text("instance_id", instance_id, limits.ID_BYTES) == "":
        raise FieldInvalid(
            "instance_id",
            '""',
            "is empty, so every reconnect would count as a new life",
            f"1 to {limits.ID_BYTES} bytes",
        )
    return instance_id


def _check_callback(field: str, callback: Callback[T] | None) -> Callback[T] | None:
    if callback is not None and not callable(callback):
        raise FieldInvalid(field, shown(callback), "cannot be called", "a function of one argument")
    return callback
