"""A monitor over real gRPC, in this process: it welcomes, acknowledges, and says what a test wants said."""

import queue
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from types import TracebackType
from typing import Any

import grpc
from typing_extensions import Self

from heartbeat._runtime.wire import duration
from heartbeat.v1 import heartbeat_pb2 as wire
from heartbeat.v1.heartbeat_service_pb2 import BeatRequest, BeatResponse
from heartbeat.v1.heartbeat_service_pb2_grpc import (
    HeartbeatServiceServicer,
    add_HeartbeatServiceServicer_to_server,
)

DEADLINE_S = 20.0


def eventually(condition: Callable[[], bool]) -> None:
    """Returns once it holds. Waits for the condition, not for a span."""
    end = time.monotonic() + DEADLINE_S
    while not condition():
        assert time.monotonic() < end, "it did not come to pass in time"
        time.sleep(0.005)


class Monitor(HeartbeatServiceServicer):
    def __init__(self, credentials: grpc.ServerCredentials | None = None) -> None:
        self.beats: list[BeatRequest] = []
        self.headers: list[dict[str, str]] = []
        #: The other ends of the connections, one for each stream.
        self.peers: list[str] = []
        #: Answers that are sent with the next ack.
        self.answers: queue.SimpleQueue[BeatResponse] = queue.SimpleQueue()
        #: Ends every stream with this status and these trailers, once.
        self.refusal: tuple[grpc.StatusCode, tuple[tuple[str, str], ...]] | None = None
        self.ended = threading.Event()
        self._server = grpc.server(ThreadPoolExecutor(8))
        add_HeartbeatServiceServicer_to_server(self, self._server)
        if credentials is None:
            port = self._server.add_insecure_port("127.0.0.1:0")
        else:
            port = self._server.add_secure_port("localhost:0", credentials)
        self.address = f"{'127.0.0.1' if credentials is None else 'localhost'}:{port}"

    def __enter__(self) -> Self:
        self._server.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._server.stop(None).wait()

    @property
    def goodbye(self) -> wire.Goodbye | None:
        said = [beat.goodbye for beat in self.beats if beat.HasField("goodbye")]
        return said[0] if said else None

    def Beat(self, request_iterator: Any, context: Any) -> Iterator[BeatResponse]:
        self.peers.append(context.peer())
        self.headers.append(dict(context.invocation_metadata()))
        for beat in request_iterator:
            self.beats.append(beat)
            if self.refusal is not None:
                (code, trailers), self.refusal = self.refusal, None
                context.set_trailing_metadata(trailers)
                context.abort(code, "why")
            yield self._answer(beat)
        self.ended.set()

    def SendBeat(self, request: Any, context: Any) -> Any:
        raise NotImplementedError

    def RelayBeats(self, request_iterator: Any, context: Any) -> Any:
        raise NotImplementedError

    def _answer(self, beat: BeatRequest) -> BeatResponse:
        try:
            answer = self.answers.get_nowait()
        except queue.Empty:
            answer = BeatResponse()
        answer.acked_sequence = beat.sequence
        answer.delivered_counts.extend(7 for _ in beat.messages)
        if beat.HasField("registration"):
            policy = wire.LivenessPolicy(interval=duration(100), timeout_multiplier=100.0, max_missed_beats=3)
            answer.welcome.CopyFrom(wire.Welcome(epoch=5, policy=policy, first_beat_in=duration(10)))
        return answer
