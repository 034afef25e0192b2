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

class GetStatusRequest(_message.Message):
    __slots__ = ("organization_id",)
    ORGANIZATION_ID_FIELD_NUMBER: _ClassVar[int]
    organization_id: str
    def __init__(self, organization_id: _Optional[str] = ...) -> None: ...

class GetStatusResponse(_message.Message):
    __slots__ = ("server_id", "version", "started_at", "uptime", "registered_count", "healthy_count", "agents_by_state", "tasks_by_state", "open_streams", "beats_per_second", "beats_total", "drops_total", "tick_lag", "held_back_total", "protection_active", "journal_healthy", "default_policy", "last_sequence", "first_sequence", "stalls_total", "held_count", "protections_total", "awaited_count", "journal_backlog", "unkept_events_total", "journal_trouble", "open_watches", "slow_watchers_total", "admissions_deferred_total", "superseded_total", "conflicts_total", "draining", "journal_id", "messages_published_total", "messages_delivered_total", "messages_skipped_total", "open_subscribers")
    class AgentsByStateEntry(_message.Message):
        __slots__ = ("key", "value")
        KEY_FIELD_NUMBER: _ClassVar[int]
        VALUE_FIELD_NUMBER: _ClassVar[int]
        key: str
        value: int
        def __init__(self, key: _Optional[str] = ..., value: _Optional[int] = ...) -> None: ...
    class TasksByStateEntry(_message.Message):
        __slots__ = ("key", "value")
        KEY_FIELD_NUMBER: _ClassVar[int]
        VALUE_FIELD_NUMBER: _ClassVar[int]
        key: str
        value: int
        def __init__(self, key: _Optional[str] = ..., value: _Optional[int] = ...) -> None: ...
    SERVER_ID_FIELD_NUMBER: _ClassVar[int]
    VERSION_FIELD_NUMBER: _ClassVar[int]
    STARTED_AT_FIELD_NUMBER: _ClassVar[int]
    UPTIME_FIELD_NUMBER: _ClassVar[int]
    REGISTERED_COUNT_FIELD_NUMBER: _ClassVar[int]
    HEALTHY_COUNT_FIELD_NUMBER: _ClassVar[int]
    AGENTS_BY_STATE_FIELD_NUMBER: _ClassVar[int]
    TASKS_BY_STATE_FIELD_NUMBER: _ClassVar[int]
    OPEN_STREAMS_FIELD_NUMBER: _ClassVar[int]
    BEATS_PER_SECOND_FIELD_NUMBER: _ClassVar[int]
    BEATS_TOTAL_FIELD_NUMBER: _ClassVar[int]
    DROPS_TOTAL_FIELD_NUMBER: _ClassVar[int]
    TICK_LAG_FIELD_NUMBER: _ClassVar[int]
    HELD_BACK_TOTAL_FIELD_NUMBER: _ClassVar[int]
    PROTECTION_ACTIVE_FIELD_NUMBER: _ClassVar[int]
    JOURNAL_HEALTHY_FIELD_NUMBER: _ClassVar[int]
    DEFAULT_POLICY_FIELD_NUMBER: _ClassVar[int]
    LAST_SEQUENCE_FIELD_NUMBER: _ClassVar[int]
    FIRST_SEQUENCE_FIELD_NUMBER: _ClassVar[int]
    STALLS_TOTAL_FIELD_NUMBER: _ClassVar[int]
    HELD_COUNT_FIELD_NUMBER: _ClassVar[int]
    PROTECTIONS_TOTAL_FIELD_NUMBER: _ClassVar[int]
    AWAITED_COUNT_FIELD_NUMBER: _ClassVar[int]
    JOURNAL_BACKLOG_FIELD_NUMBER: _ClassVar[int]
    UNKEPT_EVENTS_TOTAL_FIELD_NUMBER: _ClassVar[int]
    JOURNAL_TROUBLE_FIELD_NUMBER: _ClassVar[int]
    OPEN_WATCHES_FIELD_NUMBER: _ClassVar[int]
    SLOW_WATCHERS_TOTAL_FIELD_NUMBER: _ClassVar[int]
    ADMISSIONS_DEFERRED_TOTAL_FIELD_NUMBER: _ClassVar[int]
    SUPERSEDED_TOTAL_FIELD_NUMBER: _ClassVar[int]
    CONFLICTS_TOTAL_FIELD_NUMBER: _ClassVar[int]
    DRAINING_FIELD_NUMBER: _ClassVar[int]
    JOURNAL_ID_FIELD_NUMBER: _ClassVar[int]
    MESSAGES_PUBLISHED_TOTAL_FIELD_NUMBER: _ClassVar[int]
    MESSAGES_DELIVERED_TOTAL_FIELD_NUMBER: _ClassVar[int]
    MESSAGES_SKIPPED_TOTAL_FIELD_NUMBER: _ClassVar[int]
    OPEN_SUBSCRIBERS_FIELD_NUMBER: _ClassVar[int]
    server_id: str
    version: str
    started_at: _timestamp_pb2.Timestamp
    uptime: _duration_pb2.Duration
    registered_count: int
    healthy_count: int
    agents_by_state: _containers.ScalarMap[str, int]
    tasks_by_state: _containers.ScalarMap[str, int]
    open_streams: int
    beats_per_second: float
    beats_total: int
    drops_total: int
    tick_lag: _duration_pb2.Duration
    held_back_total: _duration_pb2.Duration
    protection_active: bool
    journal_healthy: bool
    default_policy: _heartbeat_pb2.LivenessPolicy
    last_sequence: int
    first_sequence: int
    stalls_total: int
    held_count: int
    protections_total: int
    awaited_count: int
    journal_backlog: int
    unkept_events_total: int
    journal_trouble: str
    open_watches: int
    slow_watchers_total: int
    admissions_deferred_total: int
    superseded_total: int
    conflicts_total: int
    draining: bool
    journal_id: str
    messages_published_total: int
    messages_delivered_total: int
    messages_skipped_total: int
    open_subscribers: int
    def __init__(self, server_id: _Optional[str] = ..., version: _Optional[str] = ..., started_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., uptime: _Optional[_Union[datetime.timedelta, _duration_pb2.Duration, _Mapping]] = ..., registered_count: _Optional[int] = ..., healthy_count: _Optional[int] = ..., agents_by_state: _Optional[_Mapping[str, int]] = ..., tasks_by_state: _Optional[_Mapping[str, int]] = ..., open_streams: _Optional[int] = ..., beats_per_second: _Optional[float] = ..., beats_total: _Optional[int] = ..., drops_total: _Optional[int] = ..., tick_lag: _Optional[_Union[datetime.timedelta, _duration_pb2.Duration, _Mapping]] = ..., held_back_total: _Optional[_Union[datetime.timedelta, _duration_pb2.Duration, _Mapping]] = ..., protection_active: _Optional[bool] = ..., journal_healthy: _Optional[bool] = ..., default_policy: _Optional[_Union[_heartbeat_pb2.LivenessPolicy, _Mapping]] = ..., last_sequence: _Optional[int] = ..., first_sequence: _Optional[int] = ..., stalls_total: _Optional[int] = ..., held_count: _Optional[int] = ..., protections_total: _Optional[int] = ..., awaited_count: _Optional[int] = ..., journal_backlog: _Optional[int] = ..., unkept_events_total: _Optional[int] = ..., journal_trouble: _Optional[str] = ..., open_watches: _Optional[int] = ..., slow_watchers_total: _Optional[int] = ..., admissions_deferred_total: _Optional[int] = ..., superseded_total: _Optional[int] = ..., conflicts_total: _Optional[int] = ..., draining: _Optional[bool] = ..., journal_id: _Optional[str] = ..., messages_published_total: _Optional[int] = ..., messages_delivered_total: _Optional[int] = ..., messages_skipped_total: _Optional[int] = ..., open_subscribers: _Optional[int] = ...) -> None: ...

class GetAgentRequest(_message.Message):
    __slots__ = ("organization_id", "agent_id")
    ORGANIZATION_ID_FIELD_NUMBER: _ClassVar[int]
    AGENT_ID_FIELD_NUMBER: _ClassVar[int]
    organization_id: str
    agent_id: str
    def __init__(self, organization_id: _Optional[str] = ..., agent_id: _Optional[str] = ...) -> None: ...

class GetAgentResponse(_message.Message):
    __slots__ = ("agent",)
    AGENT_FIELD_NUMBER: _ClassVar[int]
    agent: _heartbeat_pb2.Agent
    def __init__(self, agent: _Optional[_Union[_heartbeat_pb2.Agent, _Mapping]] = ...) -> None: ...

class ListAgentsRequest(_message.Message):
    __slots__ = ("organization_id", "states", "agent_type", "id_prefix", "labels", "order_by", "page_size", "page_token")
    class LabelsEntry(_message.Message):
        __slots__ = ("key", "value")
        KEY_FIELD_NUMBER: _ClassVar[int]
        VALUE_FIELD_NUMBER: _ClassVar[int]
        key: str
        value: str
        def __init__(self, key: _Optional[str] = ..., value: _Optional[str] = ...) -> None: ...
    ORGANIZATION_ID_FIELD_NUMBER: _ClassVar[int]
    STATES_FIELD_NUMBER: _ClassVar[int]
    AGENT_TYPE_FIELD_NUMBER: _ClassVar[int]
    ID_PREFIX_FIELD_NUMBER: _ClassVar[int]
    LABELS_FIELD_NUMBER: _ClassVar[int]
    ORDER_BY_FIELD_NUMBER: _ClassVar[int]
    PAGE_SIZE_FIELD_NUMBER: _ClassVar[int]
    PAGE_TOKEN_FIELD_NUMBER: _ClassVar[int]
    organization_id: str
    states: _containers.RepeatedScalarFieldContainer[_heartbeat_pb2.AgentState]
    agent_type: str
    id_prefix: str
    labels: _containers.ScalarMap[str, str]
    order_by: str
    page_size: int
    page_token: str
    def __init__(self, organization_id: _Optional[str] = ..., states: _Optional[_Iterable[_Union[_heartbeat_pb2.AgentState, str]]] = ..., agent_type: _Optional[str] = ..., id_prefix: _Optional[str] = ..., labels: _Optional[_Mapping[str, str]] = ..., order_by: _Optional[str] = ..., page_size: _Optional[int] = ..., page_token: _Optional[str] = ...) -> None: ...

class ListAgentsResponse(_message.Message):
    __slots__ = ("agents", "next_page_token", "total_size")
    AGENTS_FIELD_NUMBER: _ClassVar[int]
    NEXT_PAGE_TOKEN_FIELD_NUMBER: _ClassVar[int]
    TOTAL_SIZE_FIELD_NUMBER: _ClassVar[int]
    agents: _containers.RepeatedCompositeFieldContainer[_heartbeat_pb2.Agent]
    next_page_token: str
    total_size: int
    def __init__(self, agents: _Optional[_Iterable[_Union[_heartbeat_pb2.Agent, _Mapping]]] = ..., next_page_token: _Optional[str] = ..., total_size: _Optional[int] = ...) -> None: ...

class WatchAgentsRequest(_message.Message):
    __slots__ = ("organization_id", "states", "agent_type", "id_prefix", "labels")
    class LabelsEntry(_message.Message):
        __slots__ = ("key", "value")
        KEY_FIELD_NUMBER: _ClassVar[int]
        VALUE_FIELD_NUMBER: _ClassVar[int]
        key: str
        value: str
        def __init__(self, key: _Optional[str] = ..., value: _Optional[str] = ...) -> None: ...
    ORGANIZATION_ID_FIELD_NUMBER: _ClassVar[int]
    STATES_FIELD_NUMBER: _ClassVar[int]
    AGENT_TYPE_FIELD_NUMBER: _ClassVar[int]
    ID_PREFIX_FIELD_NUMBER: _ClassVar[int]
    LABELS_FIELD_NUMBER: _ClassVar[int]
    organization_id: str
    states: _containers.RepeatedScalarFieldContainer[_heartbeat_pb2.AgentState]
    agent_type: str
    id_prefix: str
    labels: _containers.ScalarMap[str, str]
    def __init__(self, organization_id: _Optional[str] = ..., states: _Optional[_Iterable[_Union[_heartbeat_pb2.AgentState, str]]] = ..., agent_type: _Optional[str] = ..., id_prefix: _Optional[str] = ..., labels: _Optional[_Mapping[str, str]] = ...) -> None: ...

class WatchAgentsResponse(_message.Message):
    __slots__ = ("agent", "removed_agent_id", "snapshot_complete")
    AGENT_FIELD_NUMBER: _ClassVar[int]
    REMOVED_AGENT_ID_FIELD_NUMBER: _ClassVar[int]
    SNAPSHOT_COMPLETE_FIELD_NUMBER: _ClassVar[int]
    agent: _heartbeat_pb2.Agent
    removed_agent_id: str
    snapshot_complete: bool
    def __init__(self, agent: _Optional[_Union[_heartbeat_pb2.Agent, _Mapping]] = ..., removed_agent_id: _Optional[str] = ..., snapshot_complete: _Optional[bool] = ...) -> None: ...

class ListTasksRequest(_message.Message):
    __slots__ = ("organization_id", "agent_id", "states", "page_size", "page_token")
    ORGANIZATION_ID_FIELD_NUMBER: _ClassVar[int]
    AGENT_ID_FIELD_NUMBER: _ClassVar[int]
    STATES_FIELD_NUMBER: _ClassVar[int]
    PAGE_SIZE_FIELD_NUMBER: _ClassVar[int]
    PAGE_TOKEN_FIELD_NUMBER: _ClassVar[int]
    organization_id: str
    agent_id: str
    states: _containers.RepeatedScalarFieldContainer[_heartbeat_pb2.TaskState]
    page_size: int
    page_token: str
    def __init__(self, organization_id: _Optional[str] = ..., agent_id: _Optional[str] = ..., states: _Optional[_Iterable[_Union[_heartbeat_pb2.TaskState, str]]] = ..., page_size: _Optional[int] = ..., page_token: _Optional[str] = ...) -> None: ...

class ListTasksResponse(_message.Message):
    __slots__ = ("tasks", "next_page_token", "total_size")
    TASKS_FIELD_NUMBER: _ClassVar[int]
    NEXT_PAGE_TOKEN_FIELD_NUMBER: _ClassVar[int]
    TOTAL_SIZE_FIELD_NUMBER: _ClassVar[int]
    tasks: _containers.RepeatedCompositeFieldContainer[_heartbeat_pb2.Task]
    next_page_token: str
    total_size: int
    def __init__(self, tasks: _Optional[_Iterable[_Union[_heartbeat_pb2.Task, _Mapping]]] = ..., next_page_token: _Optional[str] = ..., total_size: _Optional[int] = ...) -> None: ...

class ListEventsRequest(_message.Message):
    __slots__ = ("organization_id", "agent_id", "types", "min_severity", "since", "until", "after_sequence", "newest_first", "page_size", "page_token")
    ORGANIZATION_ID_FIELD_NUMBER: _ClassVar[int]
    AGENT_ID_FIELD_NUMBER: _ClassVar[int]
    TYPES_FIELD_NUMBER: _ClassVar[int]
    MIN_SEVERITY_FIELD_NUMBER: _ClassVar[int]
    SINCE_FIELD_NUMBER: _ClassVar[int]
    UNTIL_FIELD_NUMBER: _ClassVar[int]
    AFTER_SEQUENCE_FIELD_NUMBER: _ClassVar[int]
    NEWEST_FIRST_FIELD_NUMBER: _ClassVar[int]
    PAGE_SIZE_FIELD_NUMBER: _ClassVar[int]
    PAGE_TOKEN_FIELD_NUMBER: _ClassVar[int]
    organization_id: str
    agent_id: str
    types: _containers.RepeatedScalarFieldContainer[_heartbeat_pb2.EventType]
    min_severity: _heartbeat_pb2.Severity
    since: _timestamp_pb2.Timestamp
    until: _timestamp_pb2.Timestamp
    after_sequence: int
    newest_first: bool
    page_size: int
    page_token: str
    def __init__(self, organization_id: _Optional[str] = ..., agent_id: _Optional[str] = ..., types: _Optional[_Iterable[_Union[_heartbeat_pb2.EventType, str]]] = ..., min_severity: _Optional[_Union[_heartbeat_pb2.Severity, str]] = ..., since: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., until: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., after_sequence: _Optional[int] = ..., newest_first: _Optional[bool] = ..., page_size: _Optional[int] = ..., page_token: _Optional[str] = ...) -> None: ...

class ListEventsResponse(_message.Message):
    __slots__ = ("events", "next_page_token")
    EVENTS_FIELD_NUMBER: _ClassVar[int]
    NEXT_PAGE_TOKEN_FIELD_NUMBER: _ClassVar[int]
    events: _containers.RepeatedCompositeFieldContainer[_heartbeat_pb2.Event]
    next_page_token: str
    def __init__(self, events: _Optional[_Iterable[_Union[_heartbeat_pb2.Event, _Mapping]]] = ..., next_page_token: _Optional[str] = ...) -> None: ...

class WatchEventsRequest(_message.Message):
    __slots__ = ("organization_id", "agent_id", "types", "min_severity", "after_sequence")
    ORGANIZATION_ID_FIELD_NUMBER: _ClassVar[int]
    AGENT_ID_FIELD_NUMBER: _ClassVar[int]
    TYPES_FIELD_NUMBER: _ClassVar[int]
    MIN_SEVERITY_FIELD_NUMBER: _ClassVar[int]
    AFTER_SEQUENCE_FIELD_NUMBER: _ClassVar[int]
    organization_id: str
    agent_id: str
    types: _containers.RepeatedScalarFieldContainer[_heartbeat_pb2.EventType]
    min_severity: _heartbeat_pb2.Severity
    after_sequence: int
    def __init__(self, organization_id: _Optional[str] = ..., agent_id: _Optional[str] = ..., types: _Optional[_Iterable[_Union[_heartbeat_pb2.EventType, str]]] = ..., min_severity: _Optional[_Union[_heartbeat_pb2.Severity, str]] = ..., after_sequence: _Optional[int] = ...) -> None: ...

class WatchEventsResponse(_message.Message):
    __slots__ = ("event",)
    EVENT_FIELD_NUMBER: _ClassVar[int]
    event: _heartbeat_pb2.Event
    def __init__(self, event: _Optional[_Union[_heartbeat_pb2.Event, _Mapping]] = ...) -> None: ...

class WatchBeatsRequest(_message.Message):
    __slots__ = ("organization_id", "agent_id")
    ORGANIZATION_ID_FIELD_NUMBER: _ClassVar[int]
    AGENT_ID_FIELD_NUMBER: _ClassVar[int]
    organization_id: str
    agent_id: str
    def __init__(self, organization_id: _Optional[str] = ..., agent_id: _Optional[str] = ...) -> None: ...

class WatchBeatsResponse(_message.Message):
    __slots__ = ("beats", "arrived_at", "gap", "silence")
    BEATS_FIELD_NUMBER: _ClassVar[int]
    ARRIVED_AT_FIELD_NUMBER: _ClassVar[int]
    GAP_FIELD_NUMBER: _ClassVar[int]
    SILENCE_FIELD_NUMBER: _ClassVar[int]
    beats: int
    arrived_at: _timestamp_pb2.Timestamp
    gap: _duration_pb2.Duration
    silence: _duration_pb2.Duration
    def __init__(self, beats: _Optional[int] = ..., arrived_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., gap: _Optional[_Union[datetime.timedelta, _duration_pb2.Duration, _Mapping]] = ..., silence: _Optional[_Union[datetime.timedelta, _duration_pb2.Duration, _Mapping]] = ...) -> None: ...
