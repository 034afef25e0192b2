import os
import time
from collections.abc import Iterator

import grpc

from heartbeat.v1.heartbeat_service_pb2 import BeatRequest
from heartbeat.v1.heartbeat_service_pb2_grpc import HeartbeatServiceStub


def beats() -> Iterator[BeatRequest]:
    yield BeatRequest(agent_id="raw-python")
    for _ in range(5):
        time.sleep(0.2)
        yield BeatRequest()
    yield BeatRequest(goodbye={"reason": "that was all"})


with grpc.insecure_channel(os.environ.get("HEARTBEAT_SERVER", "127.0.0.1:50051")) as channel:
    for answer in HeartbeatServiceStub(channel).Beat(beats()):
        if answer.HasField("welcome"):
            print(f"connected, epoch {answer.welcome.epoch}")
