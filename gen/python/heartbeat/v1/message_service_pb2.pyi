from heartbeat.v1 import heartbeat_pb2 as _heartbeat_pb2
from google.protobuf.internal import containers as _containers
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Iterable as _Iterable, Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class PublishRequest(_message.Message):
    __slots__ = ("organization_id", "message")
    ORGANIZATION_ID_FIELD_NUMBER: _ClassVar[int]
    MESSAGE_FIELD_NUMBER: _ClassVar[int]
    organization_id: str
    message: _heartbeat_pb2.Message
    def __init__(self, organization_id: _Optional[str] = ..., message: _Optional[_Union[_heartbeat_pb2.Message, _Mapping]] = ...) -> None: ...

class PublishResponse(_message.Message):
    __slots__ = ("delivered_count",)
    DELIVERED_COUNT_FIELD_NUMBER: _ClassVar[int]
    delivered_count: int
    def __init__(self, delivered_count: _Optional[int] = ...) -> None: ...

class SubscribeRequest(_message.Message):
    __slots__ = ("organization_id", "subjects")
    ORGANIZATION_ID_FIELD_NUMBER: _ClassVar[int]
    SUBJECTS_FIELD_NUMBER: _ClassVar[int]
    organization_id: str
    subjects: _containers.RepeatedScalarFieldContainer[str]
    def __init__(self, organization_id: _Optional[str] = ..., subjects: _Optional[_Iterable[str]] = ...) -> None: ...

class SubscribeResponse(_message.Message):
    __slots__ = ("message", "skipped_count")
    MESSAGE_FIELD_NUMBER: _ClassVar[int]
    SKIPPED_COUNT_FIELD_NUMBER: _ClassVar[int]
    message: _heartbeat_pb2.Message
    skipped_count: int
    def __init__(self, message: _Optional[_Union[_heartbeat_pb2.Message, _Mapping]] = ..., skipped_count: _Optional[int] = ...) -> None: ...
