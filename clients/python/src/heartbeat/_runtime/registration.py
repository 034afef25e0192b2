"""What every stream begins with."""

import os
import platform
from collections.abc import Sequence
from importlib.metadata import PackageNotFoundError, version

from heartbeat._runtime.checks import cut
from heartbeat._runtime.limits import CLIENT_INFO_BYTES
from heartbeat._runtime.settings import Settings
from heartbeat.v1.heartbeat_pb2 import ClientInfo, Registration


def registration_of(settings: Settings, subscriptions: Sequence[str]) -> Registration:
    return Registration(
        organization_id=settings.organization_id,
        agent_type=settings.agent_type,
        instance_id=settings.instance_id,
        labels=settings.labels,
        policy=settings.policy,
        subscriptions=subscriptions,
        client=ClientInfo(
            language="python",
            library_version=library_version(),
            host=cut(platform.node(), CLIENT_INFO_BYTES),
            pid=os.getpid(),
        ),
    )


def library_version() -> str:
    try:
        return version("heartbeat-agent")
    except PackageNotFoundError:
        # Run from its sources without an installation.
        return "unknown"
