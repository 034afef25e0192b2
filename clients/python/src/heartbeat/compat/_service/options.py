"""Where the service is, and how one proves who one is."""

import os
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Final, TypedDict

from typing_extensions import Unpack

from heartbeat._runtime.options import AgentOptions
from heartbeat._runtime.policy import Policy
from heartbeat._runtime.settings import Target, Tls, Token, settle

#: Where the address is looked for when the program does not name it.
SERVER_VARIABLE: Final = "HEARTBEAT_SERVER"
_USUAL_SERVER: Final = "127.0.0.1:50051"


class ServiceOptions(TypedDict, total=False):
    """What the older systems had no need of: their monitor was in the program itself.

    Attributes:
        server: `HOST:PORT`. Default: the environment's `HEARTBEAT_SERVER`, or `127.0.0.1:50051`.
        organization_id: The tenant. Default: the server's.
        token: As for `heartbeat.Agent`. Default: none.
        tls: As for `heartbeat.Agent`. Default: plaintext.
    """

    server: str | None
    organization_id: str
    token: Token | None
    tls: bool | Tls


@dataclass(frozen=True, slots=True)
class Service:
    """The checked form."""

    target: Target
    organization_id: str
    token: Callable[[], str | Awaitable[str]] | None
    #: The same, as an agent is told it.
    for_agents: AgentOptions


def server_address(given: str | None) -> str:
    """The address as the program or the environment names it."""
    return given or os.environ.get(SERVER_VARIABLE) or _USUAL_SERVER


def settle_service(policy: Policy | None = None, **options: Unpack[ServiceOptions]) -> Service:
    """Checks the options, and a policy that goes with them.

    Raises:
        FieldInvalid: One of them is outside its limit.
        TypeError: There is no such option.
    """
    unknown = options.keys() - ServiceOptions.__annotations__.keys()
    if unknown:
        raise TypeError(f"there is no option {', '.join(sorted(unknown))}")
    for_agents: AgentOptions = {
        "server": server_address(options.get("server")),
        "organization_id": options.get("organization_id", ""),
        "token": options.get("token"),
        "tls": options.get("tls", False),
    }
    whole: AgentOptions = {**for_agents, "policy": policy}
    checked = settle("unnamed", **whole)
    return Service(checked.target, checked.organization_id, checked.token, for_agents)
