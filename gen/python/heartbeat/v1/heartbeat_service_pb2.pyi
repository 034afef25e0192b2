import datetime

from google.protobuf import duration_pb2 as _duration_pb2
from google.protobuf import timestamp_pb2 as _timestamp_pb2
from heartbeat.v1 import heartbeat_pb2 as _heartbeat_pb2
from google.protobuf.internal import containers as _containers
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Iterable as _Iterable, Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class BeatRequest(_message.Message):
    __slots__ = ("agent_id", "sequence", "sent_at", "registration", "activity", "tasks", "messages", "vitals", "goodbye", "epoch")
    AGENT_ID_FIELD_NUMBER: _ClassVar[int]
    SEQUENCE_FIELD_NUMBER: _ClassVar[int]
    SENT_AT_FIELD_NUMBER: _ClassVar[int]
    REGISTRATION_FIELD_NUMBER: _ClassVar[int]
    ACTIVITY_FIELD_NUMBER: _ClassVar[int]
    TASKS_FIELD_NUMBER: _ClassVar[int]
    MESSAGES_FIELD_NUMBER: _ClassVar[int]
    VITALS_FIELD_NUMBER: _ClassVar[int]
    GOODBYE_FIELD_NUMBER: _ClassVar[int]
    EPOCH_FIELD_NUMBER: _ClassVar[int]
    agent_id: str
    sequence: int
    sent_at: _timestamp_pb2.Timestamp
    registration: _heartbeat_pb2.Registration
    activity: _heartbeat_pb2.Activity
    tasks: _containers.RepeatedCompositeFieldContainer[_heartbeat_pb2.TaskUpdate]
    messages: _containers.RepeatedCompositeFieldContainer[_heartbeat_pb2.Message]
    vitals: _heartbeat_pb2.Vitals
    goodbye: _heartbeat_pb2.Goodbye
    epoch: int
    def __init__(self, agent_id: _Optional[str] = ..., sequence: _Optional[int] = ..., sent_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., registration: _Optional[_Union[_heartbeat_pb2.Registration, _Mapping]] = ..., activity: _Optional[_Union[_heartbeat_pb2.Activity, str]] = ..., tasks: _Optional[_Iterable[_Union[_heartbeat_pb2.TaskUpdate, _Mapping]]] = ..., messages: _Optional[_Iterable[_Union[_heartbeat_pb2.Message, _Mapping]]] = ..., vitals: _Optional[_Union[_heartbeat_pb2.Vitals, _Mapping]] = ..., goodbye: _Optional[_Union[_heartbeat_pb2.Goodbye, _Mapping]] = ..., epoch: _Optional[int] = ...) -> None: ...

class BeatResponse(_message.Message):
    __slots__ = ("acked_sequence", "received_at", "welcome", "directives", "messages", "delivered_counts", "skipped_count")
    ACKED_SEQUENCE_FIELD_NUMBER: _ClassVar[int]
    RECEIVED_AT_FIELD_NUMBER: _ClassVar[int]
    WELCOME_FIELD_NUMBER: _ClassVar[int]
    DIRECTIVES_FIELD_NUMBER: _ClassVar[int]
    MESSAGES_FIELD_NUMBER: _ClassVar[int]
    DELIVERED_COUNTS_FIELD_NUMBER: _ClassVar[int]
    SKIPPED_COUNT_FIELD_NUMBER: _ClassVar[int]
    acked_sequence: int
    received_at: _timestamp_pb2.Timestamp
    welcome: _heartbeat_pb2.Welcome
    directives: _containers.RepeatedCompositeFieldContainer[_heartbeat_pb2.Directive]
    messages: _containers.RepeatedCompositeFieldContainer[_heartbeat_pb2.Message]
    delivered_counts: _containers.RepeatedScalarFieldContainer[int]
    skipped_count: int
    def __init__(self, acked_sequence: _Optional[int] = ..., received_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., welcome: _Optional[_Union[_heartbeat_pb2.Welcome, _Mapping]] = ..., directives: _Optional[_Iterable[_Union[_heartbeat_pb2.Directive, _Mapping]]] = ..., messages: _Optional[_Iterable[_Union[_heartbeat_pb2.Message, _Mapping]]] = ..., delivered_counts: _Optional[_Iterable[int]] = ..., skipped_count: _Optional[int] = ...) -> None: ...

class SendBeatRequest(_message.Message):
    __slots__ = ("beat",)
    BEAT_FIELD_NUMBER: _ClassVar[int]
    beat: BeatRequest
    def __init__(self, beat: _Optional[_Union[BeatRequest, _Mapping]] = ...) -> None: ...

class SendBeatResponse(_message.Message):
    __slots__ = ("ack",)
    ACK_FIELD_NUMBER: _ClassVar[int]
    ack: BeatResponse
    def __init__(self, ack: _Optional[_Union[BeatResponse, _Mapping]] = ...) -> None: ...

class RelayBeatsRequest(_message.Message):
    __slots__ = ("sequence", "open", "beats", "messages", "dropped")
    SEQUENCE_FIELD_NUMBER: _ClassVar[int]
    OPEN_FIELD_NUMBER: _ClassVar[int]
    BEATS_FIELD_NUMBER: _ClassVar[int]
    MESSAGES_FIELD_NUMBER: _ClassVar[int]
    DROPPED_FIELD_NUMBER: _ClassVar[int]
    sequence: int
    open: _containers.RepeatedCompositeFieldContainer[RelayedAgent]
    beats: _containers.RepeatedScalarFieldContainer[int]
    messages: _containers.RepeatedCompositeFieldContainer[RelayedBeat]
    dropped: _containers.RepeatedScalarFieldContainer[int]
    def __init__(self, sequence: _Optional[int] = ..., open: _Optional[_Iterable[_Union[RelayedAgent, _Mapping]]] = ..., beats: _Optional[_Iterable[int]] = ..., messages: _Optional[_Iterable[_Union[RelayedBeat, _Mapping]]] = ..., dropped: _Optional[_Iterable[int]] = ...) -> None: ...

class RelayedAgent(_message.Message):
    __slots__ = ("request_id", "first")
    REQUEST_ID_FIELD_NUMBER: _ClassVar[int]
    FIRST_FIELD_NUMBER: _ClassVar[int]
    request_id: int
    first: BeatRequest
    def __init__(self, request_id: _Optional[int] = ..., first: _Optional[_Union[BeatRequest, _Mapping]] = ...) -> None: ...

class RelayedBeat(_message.Message):
    __slots__ = ("handle", "beat")
    HANDLE_FIELD_NUMBER: _ClassVar[int]
    BEAT_FIELD_NUMBER: _ClassVar[int]
    handle: int
    beat: BeatRequest
    def __init__(self, handle: _Optional[int] = ..., beat: _Optional[_Union[BeatRequest, _Mapping]] = ...) -> None: ...

class RelayBeatsResponse(_message.Message):
    __slots__ = ("acked_sequence", "received_at", "granted", "answers", "refused")
    ACKED_SEQUENCE_FIELD_NUMBER: _ClassVar[int]
    RECEIVED_AT_FIELD_NUMBER: _ClassVar[int]
    GRANTED_FIELD_NUMBER: _ClassVar[int]
    ANSWERS_FIELD_NUMBER: _ClassVar[int]
    REFUSED_FIELD_NUMBER: _ClassVar[int]
    acked_sequence: int
    received_at: _timestamp_pb2.Timestamp
    granted: _containers.RepeatedCompositeFieldContainer[RelayGrant]
    answers: _containers.RepeatedCompositeFieldContainer[RelayedAnswer]
    refused: _containers.RepeatedCompositeFieldContainer[RelayRefusal]
    def __init__(self, acked_sequence: _Optional[int] = ..., received_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., granted: _Optional[_Iterable[_Union[RelayGrant, _Mapping]]] = ..., answers: _Optional[_Iterable[_Union[RelayedAnswer, _Mapping]]] = ..., refused: _Optional[_Iterable[_Union[RelayRefusal, _Mapping]]] = ...) -> None: ...

class RelayGrant(_message.Message):
    __slots__ = ("request_id", "handle", "welcome")
    REQUEST_ID_FIELD_NUMBER: _ClassVar[int]
    HANDLE_FIELD_NUMBER: _ClassVar[int]
    WELCOME_FIELD_NUMBER: _ClassVar[int]
    request_id: int
    handle: int
    welcome: _heartbeat_pb2.Welcome
    def __init__(self, request_id: _Optional[int] = ..., handle: _Optional[int] = ..., welcome: _Optional[_Union[_heartbeat_pb2.Welcome, _Mapping]] = ...) -> None: ...

class RelayedAnswer(_message.Message):
    __slots__ = ("handle", "answer")
    HANDLE_FIELD_NUMBER: _ClassVar[int]
    ANSWER_FIELD_NUMBER: _ClassVar[int]
    handle: int
    answer: BeatResponse
    def __init__(self, handle: _Optional[int] = ..., answer: _Optional[_Union[BeatResponse, _Mapping]] = ...) -> None: ...

class RelayRefusal(_message.Message):
    __slots__ = ("request_id", "handle", "code", "message", "retry_after")
    REQUEST_ID_FIELD_NUMBER: _ClassVar[int]
    HANDLE_FIELD_NUMBER: _ClassVar[int]
    CODE_FIELD_NUMBER: _ClassVar[int]
    MESSAGE_FIELD_NUMBER: _ClassVar[int]
    RETRY_AFTER_FIELD_NUMBER: _ClassVar[int]
    request_id: int
    handle: int
    code: int
    message: str
    retry_after: _duration_pb2.Duration
    def __init__(self, request_id: _Optional[int] = ..., handle: _Optional[int] = ..., code: _Optional[int] = ..., message: _Optional[str] = ..., retry_after: _Optional[_Union[datetime.timedelta, _duration_pb2.Duration, _Mapping]] = ...) -> None: ...
