"""Spans and instants between Python and the wire."""

from datetime import datetime, timezone

from google.protobuf.duration_pb2 import Duration
from google.protobuf.timestamp_pb2 import Timestamp


def duration(span_ms: int) -> Duration:
    seconds, rest_ms = divmod(span_ms, 1000)
    return Duration(seconds=seconds, nanos=rest_ms * 1_000_000)


def span_ms(span: Duration) -> int:
    return span.seconds * 1000 + span.nanos // 1_000_000


def timestamp(wall_ms: int) -> Timestamp:
    seconds, rest_ms = divmod(wall_ms, 1000)
    return Timestamp(seconds=seconds, nanos=rest_ms * 1_000_000)


def instant(wall_ms: int) -> datetime:
    """An aware datetime, in UTC."""
    return datetime.fromtimestamp(wall_ms / 1000, timezone.utc)


def instant_of(sent: Timestamp) -> datetime:
    return instant(sent.seconds * 1000 + sent.nanos // 1_000_000)
