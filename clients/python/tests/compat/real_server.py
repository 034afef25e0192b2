"""The server of this checkout, as a process, and what it knows."""

import asyncio
import json
import os
import socket
import subprocess
import time
from collections.abc import Callable
from pathlib import Path
from types import TracebackType

import grpc
from typing_extensions import Self

from heartbeat.v1.control_service_pb2_grpc import ControlServiceStub
from heartbeat.v1.heartbeat_pb2 import Agent, AgentState, EventType
from heartbeat.v1.heartbeat_service_pb2_grpc import HeartbeatServiceStub
from heartbeat.v1.status_service_pb2 import GetAgentRequest, ListEventsRequest
from heartbeat.v1.status_service_pb2_grpc import StatusServiceStub

_ROOT = Path(__file__).resolve().parents[4]
_NODE = _ROOT / "node_modules" / ".bin" / "node"
DEADLINE_S = 20.0


def node_is_here() -> bool:
    return _NODE.exists()


class RealServer:
    def __init__(self, folder: Path, *settings: str, port: int = 0) -> None:
        """Starts it, and waits until it listens."""
        self._log = folder / "server.log"
        with self._log.open("wb") as log:
            self._process = subprocess.Popen(
                [
                    str(_NODE),
                    str(_ROOT / "src" / "main.ts"),
                    "serve",
                    "--ephemeral",
                    "--grpc-address",
                    f"127.0.0.1:{port}",
                    "--http-address",
                    "127.0.0.1:0",
                    *settings,
                ],
                stdout=log,
                stderr=subprocess.STDOUT,
                env={"PATH": os.environ["PATH"]},
            )
        self.address = self._wait_for_address()
        self._channel = grpc.insecure_channel(self.address)
        self.status = StatusServiceStub(self._channel)
        self.control = ControlServiceStub(self._channel)
        self.beats = HeartbeatServiceStub(self._channel)

    def events(self, agent_id: str, organization_id: str = "default") -> list[str]:
        """What is recorded of an agent: `DOWN`, `LEFT` and so on, oldest first."""
        request = ListEventsRequest(agent_id=agent_id, organization_id=organization_id, page_size=1000)
        page = self.status.ListEvents(request, timeout=5)
        return [EventType.Name(event.type).removeprefix("EVENT_TYPE_") for event in page.events]

    def reasons(self, agent_id: str) -> list[str]:
        request = ListEventsRequest(agent_id=agent_id, page_size=1000)
        return [event.reason for event in self.status.ListEvents(request, timeout=5).events]

    def agent(self, agent_id: str) -> Agent | None:
        try:
            return self.status.GetAgent(GetAgentRequest(agent_id=agent_id), timeout=5).agent
        except grpc.RpcError as error:
            if isinstance(error, grpc.Call) and error.code() is grpc.StatusCode.NOT_FOUND:
                return None
            raise

    def state(self, agent_id: str) -> str:
        agent = self.agent(agent_id)
        return "" if agent is None else AgentState.Name(agent.state).removeprefix("AGENT_STATE_")

    def kill(self) -> None:
        self._process.kill()
        self._process.wait()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._channel.close()
        self.kill()

    def _wait_for_address(self) -> str:
        end = time.monotonic() + 2 * DEADLINE_S
        while time.monotonic() < end and self._process.poll() is None:
            for line in self._log.read_text().splitlines():
                if '"msg":"listening"' in line:
                    return str(json.loads(line)["grpcAddress"])
            time.sleep(0.02)
        self._process.kill()
        raise AssertionError(f"the server does not listen: {self._log.read_text()}")


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


async def eventually(condition: Callable[[], bool]) -> None:
    """Returns once it holds. Waits for the condition, not for a span."""
    end = time.monotonic() + DEADLINE_S
    while not condition():
        assert time.monotonic() < end, "it did not come to pass in time"
        await asyncio.sleep(0.01)


def eventually_blocking(condition: Callable[[], bool]) -> None:
    """As `eventually`, without asyncio."""
    end = time.monotonic() + DEADLINE_S
    while not condition():
        assert time.monotonic() < end, "it did not come to pass in time"
        time.sleep(0.01)
