import datetime

from google.protobuf import duration_pb2 as _duration_pb2
from google.protobuf import timestamp_pb2 as _timestamp_pb2
from google.protobuf.internal import containers as _containers
from google.protobuf.internal import enum_type_wrapper as _enum_type_wrapper
from google.protobuf import descriptor as _descriptor
from google.protobuf import message as _message
from collections.abc import Iterable as _Iterable, Mapping as _Mapping
from typing import ClassVar as _ClassVar, Optional as _Optional, Union as _Union

DESCRIPTOR: _descriptor.FileDescriptor

class AgentState(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    AGENT_STATE_UNSPECIFIED: _ClassVar[AgentState]
    AGENT_STATE_EXPECTED: _ClassVar[AgentState]
    AGENT_STATE_ALIVE: _ClassVar[AgentState]
    AGENT_STATE_SUSPECT: _ClassVar[AgentState]
    AGENT_STATE_DOWN: _ClassVar[AgentState]
    AGENT_STATE_LEFT: _ClassVar[AgentState]

class Activity(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    ACTIVITY_UNSPECIFIED: _ClassVar[Activity]
    ACTIVITY_RUNNING: _ClassVar[Activity]
    ACTIVITY_IDLE: _ClassVar[Activity]

class TaskState(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    TASK_STATE_UNSPECIFIED: _ClassVar[TaskState]
    TASK_STATE_RUNNING: _ClassVar[TaskState]
    TASK_STATE_STALE: _ClassVar[TaskState]
    TASK_STATE_SUCCEEDED: _ClassVar[TaskState]
    TASK_STATE_FAILED: _ClassVar[TaskState]
    TASK_STATE_TIMED_OUT: _ClassVar[TaskState]
    TASK_STATE_ORPHANED: _ClassVar[TaskState]
    TASK_STATE_CANCELED: _ClassVar[TaskState]
    TASK_STATE_OFFERED: _ClassVar[TaskState]
    TASK_STATE_GIVEN_UP: _ClassVar[TaskState]

class RetryPlacement(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    RETRY_PLACEMENT_UNSPECIFIED: _ClassVar[RetryPlacement]
    RETRY_PLACEMENT_ANY_OF_TYPE: _ClassVar[RetryPlacement]
    RETRY_PLACEMENT_SAME_AGENT: _ClassVar[RetryPlacement]

class Detector(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    DETECTOR_UNSPECIFIED: _ClassVar[Detector]
    DETECTOR_FIXED: _ClassVar[Detector]
    DETECTOR_ADAPTIVE: _ClassVar[Detector]
    DETECTOR_PHI: _ClassVar[Detector]

class Severity(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    SEVERITY_UNSPECIFIED: _ClassVar[Severity]
    SEVERITY_INFO: _ClassVar[Severity]
    SEVERITY_WARNING: _ClassVar[Severity]
    SEVERITY_ERROR: _ClassVar[Severity]

class EventType(int, metaclass=_enum_type_wrapper.EnumTypeWrapper):
    __slots__ = ()
    EVENT_TYPE_UNSPECIFIED: _ClassVar[EventType]
    EVENT_TYPE_REGISTERED: _ClassVar[EventType]
    EVENT_TYPE_CONNECTED: _ClassVar[EventType]
    EVENT_TYPE_DROPPED: _ClassVar[EventType]
    EVENT_TYPE_MISSED: _ClassVar[EventType]
    EVENT_TYPE_SUSPECTED: _ClassVar[EventType]
    EVENT_TYPE_DOWN: _ClassVar[EventType]
    EVENT_TYPE_RECOVERED: _ClassVar[EventType]
    EVENT_TYPE_LEFT: _ClassVar[EventType]
    EVENT_TYPE_PAUSED: _ClassVar[EventType]
    EVENT_TYPE_RESUMED: _ClassVar[EventType]
    EVENT_TYPE_SUPERSEDED: _ClassVar[EventType]
    EVENT_TYPE_CONFLICT: _ClassVar[EventType]
    EVENT_TYPE_TASK_STARTED: _ClassVar[EventType]
    EVENT_TYPE_TASK_STALE: _ClassVar[EventType]
    EVENT_TYPE_TASK_TIMED_OUT: _ClassVar[EventType]
    EVENT_TYPE_TASK_ORPHANED: _ClassVar[EventType]
    EVENT_TYPE_TASK_FINISHED: _ClassVar[EventType]
    EVENT_TYPE_TASK_CANCELED: _ClassVar[EventType]
    EVENT_TYPE_PROTECTION_STARTED: _ClassVar[EventType]
    EVENT_TYPE_PROTECTION_ENDED: _ClassVar[EventType]
    EVENT_TYPE_MONITOR_STALLED: _ClassVar[EventType]
    EVENT_TYPE_MONITOR_STARTED: _ClassVar[EventType]
    EVENT_TYPE_REMOVED: _ClassVar[EventType]
    EVENT_TYPE_POLICY_UPDATED: _ClassVar[EventType]
    EVENT_TYPE_JOURNAL_RECOVERED: _ClassVar[EventType]
    EVENT_TYPE_JOURNAL_SET_ASIDE: _ClassVar[EventType]
    EVENT_TYPE_MONITOR_DRAINING: _ClassVar[EventType]
    EVENT_TYPE_TASK_RETRIED: _ClassVar[EventType]
    EVENT_TYPE_TASK_GIVEN_UP: _ClassVar[EventType]
AGENT_STATE_UNSPECIFIED: AgentState
AGENT_STATE_EXPECTED: AgentState
AGENT_STATE_ALIVE: AgentState
AGENT_STATE_SUSPECT: AgentState
AGENT_STATE_DOWN: AgentState
AGENT_STATE_LEFT: AgentState
ACTIVITY_UNSPECIFIED: Activity
ACTIVITY_RUNNING: Activity
ACTIVITY_IDLE: Activity
TASK_STATE_UNSPECIFIED: TaskState
TASK_STATE_RUNNING: TaskState
TASK_STATE_STALE: TaskState
TASK_STATE_SUCCEEDED: TaskState
TASK_STATE_FAILED: TaskState
TASK_STATE_TIMED_OUT: TaskState
TASK_STATE_ORPHANED: TaskState
TASK_STATE_CANCELED: TaskState
TASK_STATE_OFFERED: TaskState
TASK_STATE_GIVEN_UP: TaskState
RETRY_PLACEMENT_UNSPECIFIED: RetryPlacement
RETRY_PLACEMENT_ANY_OF_TYPE: RetryPlacement
RETRY_PLACEMENT_SAME_AGENT: RetryPlacement
DETECTOR_UNSPECIFIED: Detector
DETECTOR_FIXED: Detector
DETECTOR_ADAPTIVE: Detector
DETECTOR_PHI: Detector
SEVERITY_UNSPECIFIED: Severity
SEVERITY_INFO: Severity
SEVERITY_WARNING: Severity
SEVERITY_ERROR: Severity
EVENT_TYPE_UNSPECIFIED: EventType
EVENT_TYPE_REGISTERED: EventType
EVENT_TYPE_CONNECTED: EventType
EVENT_TYPE_DROPPED: EventType
EVENT_TYPE_MISSED: EventType
EVENT_TYPE_SUSPECTED: EventType
EVENT_TYPE_DOWN: EventType
EVENT_TYPE_RECOVERED: EventType
EVENT_TYPE_LEFT: EventType
EVENT_TYPE_PAUSED: EventType
EVENT_TYPE_RESUMED: EventType
EVENT_TYPE_SUPERSEDED: EventType
EVENT_TYPE_CONFLICT: EventType
EVENT_TYPE_TASK_STARTED: EventType
EVENT_TYPE_TASK_STALE: EventType
EVENT_TYPE_TASK_TIMED_OUT: EventType
EVENT_TYPE_TASK_ORPHANED: EventType
EVENT_TYPE_TASK_FINISHED: EventType
EVENT_TYPE_TASK_CANCELED: EventType
EVENT_TYPE_PROTECTION_STARTED: EventType
EVENT_TYPE_PROTECTION_ENDED: EventType
EVENT_TYPE_MONITOR_STALLED: EventType
EVENT_TYPE_MONITOR_STARTED: EventType
EVENT_TYPE_REMOVED: EventType
EVENT_TYPE_POLICY_UPDATED: EventType
EVENT_TYPE_JOURNAL_RECOVERED: EventType
EVENT_TYPE_JOURNAL_SET_ASIDE: EventType
EVENT_TYPE_MONITOR_DRAINING: EventType
EVENT_TYPE_TASK_RETRIED: EventType
EVENT_TYPE_TASK_GIVEN_UP: EventType

class Registration(_message.Message):
    __slots__ = ("organization_id", "agent_type", "instance_id", "labels", "policy", "subscriptions", "client")
    class LabelsEntry(_message.Message):
        __slots__ = ("key", "value")
        KEY_FIELD_NUMBER: _ClassVar[int]
        VALUE_FIELD_NUMBER: _ClassVar[int]
        key: str
        value: str
        def __init__(self, key: _Optional[str] = ..., value: _Optional[str] = ...) -> None: ...
    ORGANIZATION_ID_FIELD_NUMBER: _ClassVar[int]
    AGENT_TYPE_FIELD_NUMBER: _ClassVar[int]
    INSTANCE_ID_FIELD_NUMBER: _ClassVar[int]
    LABELS_FIELD_NUMBER: _ClassVar[int]
    POLICY_FIELD_NUMBER: _ClassVar[int]
    SUBSCRIPTIONS_FIELD_NUMBER: _ClassVar[int]
    CLIENT_FIELD_NUMBER: _ClassVar[int]
    organization_id: str
    agent_type: str
    instance_id: str
    labels: _containers.ScalarMap[str, str]
    policy: LivenessPolicy
    subscriptions: _containers.RepeatedScalarFieldContainer[str]
    client: ClientInfo
    def __init__(self, organization_id: _Optional[str] = ..., agent_type: _Optional[str] = ..., instance_id: _Optional[str] = ..., labels: _Optional[_Mapping[str, str]] = ..., policy: _Optional[_Union[LivenessPolicy, _Mapping]] = ..., subscriptions: _Optional[_Iterable[str]] = ..., client: _Optional[_Union[ClientInfo, _Mapping]] = ...) -> None: ...

class LivenessPolicy(_message.Message):
    __slots__ = ("interval", "timeout_multiplier", "max_missed_beats", "grace", "drop_grace", "detector", "task_stale_after", "task_timeout_after", "stale_warning_only_once", "task_retry")
    INTERVAL_FIELD_NUMBER: _ClassVar[int]
    TIMEOUT_MULTIPLIER_FIELD_NUMBER: _ClassVar[int]
    MAX_MISSED_BEATS_FIELD_NUMBER: _ClassVar[int]
    GRACE_FIELD_NUMBER: _ClassVar[int]
    DROP_GRACE_FIELD_NUMBER: _ClassVar[int]
    DETECTOR_FIELD_NUMBER: _ClassVar[int]
    TASK_STALE_AFTER_FIELD_NUMBER: _ClassVar[int]
    TASK_TIMEOUT_AFTER_FIELD_NUMBER: _ClassVar[int]
    STALE_WARNING_ONLY_ONCE_FIELD_NUMBER: _ClassVar[int]
    TASK_RETRY_FIELD_NUMBER: _ClassVar[int]
    interval: _duration_pb2.Duration
    timeout_multiplier: float
    max_missed_beats: int
    grace: _duration_pb2.Duration
    drop_grace: _duration_pb2.Duration
    detector: Detector
    task_stale_after: _duration_pb2.Duration
    task_timeout_after: _duration_pb2.Duration
    stale_warning_only_once: bool
    task_retry: RetryPolicy
    def __init__(self, interval: _Optional[_Union[datetime.timedelta, _duration_pb2.Duration, _Mapping]] = ..., timeout_multiplier: _Optional[float] = ..., max_missed_beats: _Optional[int] = ..., grace: _Optional[_Union[datetime.timedelta, _duration_pb2.Duration, _Mapping]] = ..., drop_grace: _Optional[_Union[datetime.timedelta, _duration_pb2.Duration, _Mapping]] = ..., detector: _Optional[_Union[Detector, str]] = ..., task_stale_after: _Optional[_Union[datetime.timedelta, _duration_pb2.Duration, _Mapping]] = ..., task_timeout_after: _Optional[_Union[datetime.timedelta, _duration_pb2.Duration, _Mapping]] = ..., stale_warning_only_once: _Optional[bool] = ..., task_retry: _Optional[_Union[RetryPolicy, _Mapping]] = ...) -> None: ...

class RetryPolicy(_message.Message):
    __slots__ = ("max_attempts", "backoff", "max_backoff", "placement")
    MAX_ATTEMPTS_FIELD_NUMBER: _ClassVar[int]
    BACKOFF_FIELD_NUMBER: _ClassVar[int]
    MAX_BACKOFF_FIELD_NUMBER: _ClassVar[int]
    PLACEMENT_FIELD_NUMBER: _ClassVar[int]
    max_attempts: int
    backoff: _duration_pb2.Duration
    max_backoff: _duration_pb2.Duration
    placement: RetryPlacement
    def __init__(self, max_attempts: _Optional[int] = ..., backoff: _Optional[_Union[datetime.timedelta, _duration_pb2.Duration, _Mapping]] = ..., max_backoff: _Optional[_Union[datetime.timedelta, _duration_pb2.Duration, _Mapping]] = ..., placement: _Optional[_Union[RetryPlacement, str]] = ...) -> None: ...

class Welcome(_message.Message):
    __slots__ = ("session_id", "epoch", "resumed", "policy", "first_beat_in", "server_id")
    SESSION_ID_FIELD_NUMBER: _ClassVar[int]
    EPOCH_FIELD_NUMBER: _ClassVar[int]
    RESUMED_FIELD_NUMBER: _ClassVar[int]
    POLICY_FIELD_NUMBER: _ClassVar[int]
    FIRST_BEAT_IN_FIELD_NUMBER: _ClassVar[int]
    SERVER_ID_FIELD_NUMBER: _ClassVar[int]
    session_id: str
    epoch: int
    resumed: bool
    policy: LivenessPolicy
    first_beat_in: _duration_pb2.Duration
    server_id: str
    def __init__(self, session_id: _Optional[str] = ..., epoch: _Optional[int] = ..., resumed: _Optional[bool] = ..., policy: _Optional[_Union[LivenessPolicy, _Mapping]] = ..., first_beat_in: _Optional[_Union[datetime.timedelta, _duration_pb2.Duration, _Mapping]] = ..., server_id: _Optional[str] = ...) -> None: ...

class Directive(_message.Message):
    __slots__ = ("set_policy", "pause", "resume", "reconnect", "cancel_task", "superseded")
    SET_POLICY_FIELD_NUMBER: _ClassVar[int]
    PAUSE_FIELD_NUMBER: _ClassVar[int]
    RESUME_FIELD_NUMBER: _ClassVar[int]
    RECONNECT_FIELD_NUMBER: _ClassVar[int]
    CANCEL_TASK_FIELD_NUMBER: _ClassVar[int]
    SUPERSEDED_FIELD_NUMBER: _ClassVar[int]
    set_policy: LivenessPolicy
    pause: Pause
    resume: Resume
    reconnect: Reconnect
    cancel_task: CancelTask
    superseded: Superseded
    def __init__(self, set_policy: _Optional[_Union[LivenessPolicy, _Mapping]] = ..., pause: _Optional[_Union[Pause, _Mapping]] = ..., resume: _Optional[_Union[Resume, _Mapping]] = ..., reconnect: _Optional[_Union[Reconnect, _Mapping]] = ..., cancel_task: _Optional[_Union[CancelTask, _Mapping]] = ..., superseded: _Optional[_Union[Superseded, _Mapping]] = ...) -> None: ...

class Pause(_message.Message):
    __slots__ = ("until", "reason")
    UNTIL_FIELD_NUMBER: _ClassVar[int]
    REASON_FIELD_NUMBER: _ClassVar[int]
    until: _timestamp_pb2.Timestamp
    reason: str
    def __init__(self, until: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., reason: _Optional[str] = ...) -> None: ...

class Resume(_message.Message):
    __slots__ = ()
    def __init__(self) -> None: ...

class Reconnect(_message.Message):
    __slots__ = ("within", "reason")
    WITHIN_FIELD_NUMBER: _ClassVar[int]
    REASON_FIELD_NUMBER: _ClassVar[int]
    within: _duration_pb2.Duration
    reason: str
    def __init__(self, within: _Optional[_Union[datetime.timedelta, _duration_pb2.Duration, _Mapping]] = ..., reason: _Optional[str] = ...) -> None: ...

class CancelTask(_message.Message):
    __slots__ = ("task_id", "reason", "epoch")
    TASK_ID_FIELD_NUMBER: _ClassVar[int]
    REASON_FIELD_NUMBER: _ClassVar[int]
    EPOCH_FIELD_NUMBER: _ClassVar[int]
    task_id: str
    reason: str
    epoch: int
    def __init__(self, task_id: _Optional[str] = ..., reason: _Optional[str] = ..., epoch: _Optional[int] = ...) -> None: ...

class Superseded(_message.Message):
    __slots__ = ("epoch", "instance_id")
    EPOCH_FIELD_NUMBER: _ClassVar[int]
    INSTANCE_ID_FIELD_NUMBER: _ClassVar[int]
    epoch: int
    instance_id: str
    def __init__(self, epoch: _Optional[int] = ..., instance_id: _Optional[str] = ...) -> None: ...

class TaskUpdate(_message.Message):
    __slots__ = ("task_id", "state", "progress", "detail", "stale_after", "timeout_after", "error", "retry", "epoch")
    TASK_ID_FIELD_NUMBER: _ClassVar[int]
    STATE_FIELD_NUMBER: _ClassVar[int]
    PROGRESS_FIELD_NUMBER: _ClassVar[int]
    DETAIL_FIELD_NUMBER: _ClassVar[int]
    STALE_AFTER_FIELD_NUMBER: _ClassVar[int]
    TIMEOUT_AFTER_FIELD_NUMBER: _ClassVar[int]
    ERROR_FIELD_NUMBER: _ClassVar[int]
    RETRY_FIELD_NUMBER: _ClassVar[int]
    EPOCH_FIELD_NUMBER: _ClassVar[int]
    task_id: str
    state: TaskState
    progress: float
    detail: bytes
    stale_after: _duration_pb2.Duration
    timeout_after: _duration_pb2.Duration
    error: str
    retry: RetryPolicy
    epoch: int
    def __init__(self, task_id: _Optional[str] = ..., state: _Optional[_Union[TaskState, str]] = ..., progress: _Optional[float] = ..., detail: _Optional[bytes] = ..., stale_after: _Optional[_Union[datetime.timedelta, _duration_pb2.Duration, _Mapping]] = ..., timeout_after: _Optional[_Union[datetime.timedelta, _duration_pb2.Duration, _Mapping]] = ..., error: _Optional[str] = ..., retry: _Optional[_Union[RetryPolicy, _Mapping]] = ..., epoch: _Optional[int] = ...) -> None: ...

class TaskRetry(_message.Message):
    __slots__ = ("task_id", "organization_id", "from_agent_id", "attempt", "max_attempts", "epoch", "progress", "detail", "reason", "take_up_within")
    TASK_ID_FIELD_NUMBER: _ClassVar[int]
    ORGANIZATION_ID_FIELD_NUMBER: _ClassVar[int]
    FROM_AGENT_ID_FIELD_NUMBER: _ClassVar[int]
    ATTEMPT_FIELD_NUMBER: _ClassVar[int]
    MAX_ATTEMPTS_FIELD_NUMBER: _ClassVar[int]
    EPOCH_FIELD_NUMBER: _ClassVar[int]
    PROGRESS_FIELD_NUMBER: _ClassVar[int]
    DETAIL_FIELD_NUMBER: _ClassVar[int]
    REASON_FIELD_NUMBER: _ClassVar[int]
    TAKE_UP_WITHIN_FIELD_NUMBER: _ClassVar[int]
    task_id: str
    organization_id: str
    from_agent_id: str
    attempt: int
    max_attempts: int
    epoch: int
    progress: float
    detail: bytes
    reason: str
    take_up_within: _duration_pb2.Duration
    def __init__(self, task_id: _Optional[str] = ..., organization_id: _Optional[str] = ..., from_agent_id: _Optional[str] = ..., attempt: _Optional[int] = ..., max_attempts: _Optional[int] = ..., epoch: _Optional[int] = ..., progress: _Optional[float] = ..., detail: _Optional[bytes] = ..., reason: _Optional[str] = ..., take_up_within: _Optional[_Union[datetime.timedelta, _duration_pb2.Duration, _Mapping]] = ...) -> None: ...

class Vitals(_message.Message):
    __slots__ = ("cpu", "rss_bytes", "loop_lag", "custom")
    class CustomEntry(_message.Message):
        __slots__ = ("key", "value")
        KEY_FIELD_NUMBER: _ClassVar[int]
        VALUE_FIELD_NUMBER: _ClassVar[int]
        key: str
        value: float
        def __init__(self, key: _Optional[str] = ..., value: _Optional[float] = ...) -> None: ...
    CPU_FIELD_NUMBER: _ClassVar[int]
    RSS_BYTES_FIELD_NUMBER: _ClassVar[int]
    LOOP_LAG_FIELD_NUMBER: _ClassVar[int]
    CUSTOM_FIELD_NUMBER: _ClassVar[int]
    cpu: float
    rss_bytes: int
    loop_lag: _duration_pb2.Duration
    custom: _containers.ScalarMap[str, float]
    def __init__(self, cpu: _Optional[float] = ..., rss_bytes: _Optional[int] = ..., loop_lag: _Optional[_Union[datetime.timedelta, _duration_pb2.Duration, _Mapping]] = ..., custom: _Optional[_Mapping[str, float]] = ...) -> None: ...

class Goodbye(_message.Message):
    __slots__ = ("reason", "expected_back_in", "failed")
    REASON_FIELD_NUMBER: _ClassVar[int]
    EXPECTED_BACK_IN_FIELD_NUMBER: _ClassVar[int]
    FAILED_FIELD_NUMBER: _ClassVar[int]
    reason: str
    expected_back_in: _duration_pb2.Duration
    failed: bool
    def __init__(self, reason: _Optional[str] = ..., expected_back_in: _Optional[_Union[datetime.timedelta, _duration_pb2.Duration, _Mapping]] = ..., failed: _Optional[bool] = ...) -> None: ...

class Message(_message.Message):
    __slots__ = ("subject", "data", "content_type", "from_agent_id", "reply_to")
    SUBJECT_FIELD_NUMBER: _ClassVar[int]
    DATA_FIELD_NUMBER: _ClassVar[int]
    CONTENT_TYPE_FIELD_NUMBER: _ClassVar[int]
    FROM_AGENT_ID_FIELD_NUMBER: _ClassVar[int]
    REPLY_TO_FIELD_NUMBER: _ClassVar[int]
    subject: str
    data: bytes
    content_type: str
    from_agent_id: str
    reply_to: str
    def __init__(self, subject: _Optional[str] = ..., data: _Optional[bytes] = ..., content_type: _Optional[str] = ..., from_agent_id: _Optional[str] = ..., reply_to: _Optional[str] = ...) -> None: ...

class ClientInfo(_message.Message):
    __slots__ = ("language", "library_version", "host", "pid")
    LANGUAGE_FIELD_NUMBER: _ClassVar[int]
    LIBRARY_VERSION_FIELD_NUMBER: _ClassVar[int]
    HOST_FIELD_NUMBER: _ClassVar[int]
    PID_FIELD_NUMBER: _ClassVar[int]
    language: str
    library_version: str
    host: str
    pid: int
    def __init__(self, language: _Optional[str] = ..., library_version: _Optional[str] = ..., host: _Optional[str] = ..., pid: _Optional[int] = ...) -> None: ...

class Agent(_message.Message):
    __slots__ = ("organization_id", "agent_id", "agent_type", "instance_id", "labels", "state", "state_since", "state_reason", "connected", "paused", "paused_until", "held", "activity", "epoch", "registered_at", "last_beat_at", "since_last_beat", "missed_beats", "beats_received", "reconnects", "jitter", "phi", "policy", "tasks", "vitals", "client", "server_id")
    class LabelsEntry(_message.Message):
        __slots__ = ("key", "value")
        KEY_FIELD_NUMBER: _ClassVar[int]
        VALUE_FIELD_NUMBER: _ClassVar[int]
        key: str
        value: str
        def __init__(self, key: _Optional[str] = ..., value: _Optional[str] = ...) -> None: ...
    ORGANIZATION_ID_FIELD_NUMBER: _ClassVar[int]
    AGENT_ID_FIELD_NUMBER: _ClassVar[int]
    AGENT_TYPE_FIELD_NUMBER: _ClassVar[int]
    INSTANCE_ID_FIELD_NUMBER: _ClassVar[int]
    LABELS_FIELD_NUMBER: _ClassVar[int]
    STATE_FIELD_NUMBER: _ClassVar[int]
    STATE_SINCE_FIELD_NUMBER: _ClassVar[int]
    STATE_REASON_FIELD_NUMBER: _ClassVar[int]
    CONNECTED_FIELD_NUMBER: _ClassVar[int]
    PAUSED_FIELD_NUMBER: _ClassVar[int]
    PAUSED_UNTIL_FIELD_NUMBER: _ClassVar[int]
    HELD_FIELD_NUMBER: _ClassVar[int]
    ACTIVITY_FIELD_NUMBER: _ClassVar[int]
    EPOCH_FIELD_NUMBER: _ClassVar[int]
    REGISTERED_AT_FIELD_NUMBER: _ClassVar[int]
    LAST_BEAT_AT_FIELD_NUMBER: _ClassVar[int]
    SINCE_LAST_BEAT_FIELD_NUMBER: _ClassVar[int]
    MISSED_BEATS_FIELD_NUMBER: _ClassVar[int]
    BEATS_RECEIVED_FIELD_NUMBER: _ClassVar[int]
    RECONNECTS_FIELD_NUMBER: _ClassVar[int]
    JITTER_FIELD_NUMBER: _ClassVar[int]
    PHI_FIELD_NUMBER: _ClassVar[int]
    POLICY_FIELD_NUMBER: _ClassVar[int]
    TASKS_FIELD_NUMBER: _ClassVar[int]
    VITALS_FIELD_NUMBER: _ClassVar[int]
    CLIENT_FIELD_NUMBER: _ClassVar[int]
    SERVER_ID_FIELD_NUMBER: _ClassVar[int]
    organization_id: str
    agent_id: str
    agent_type: str
    instance_id: str
    labels: _containers.ScalarMap[str, str]
    state: AgentState
    state_since: _timestamp_pb2.Timestamp
    state_reason: str
    connected: bool
    paused: bool
    paused_until: _timestamp_pb2.Timestamp
    held: bool
    activity: Activity
    epoch: int
    registered_at: _timestamp_pb2.Timestamp
    last_beat_at: _timestamp_pb2.Timestamp
    since_last_beat: _duration_pb2.Duration
    missed_beats: int
    beats_received: int
    reconnects: int
    jitter: _duration_pb2.Duration
    phi: float
    policy: LivenessPolicy
    tasks: _containers.RepeatedCompositeFieldContainer[Task]
    vitals: Vitals
    client: ClientInfo
    server_id: str
    def __init__(self, organization_id: _Optional[str] = ..., agent_id: _Optional[str] = ..., agent_type: _Optional[str] = ..., instance_id: _Optional[str] = ..., labels: _Optional[_Mapping[str, str]] = ..., state: _Optional[_Union[AgentState, str]] = ..., state_since: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., state_reason: _Optional[str] = ..., connected: _Optional[bool] = ..., paused: _Optional[bool] = ..., paused_until: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., held: _Optional[bool] = ..., activity: _Optional[_Union[Activity, str]] = ..., epoch: _Optional[int] = ..., registered_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., last_beat_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., since_last_beat: _Optional[_Union[datetime.timedelta, _duration_pb2.Duration, _Mapping]] = ..., missed_beats: _Optional[int] = ..., beats_received: _Optional[int] = ..., reconnects: _Optional[int] = ..., jitter: _Optional[_Union[datetime.timedelta, _duration_pb2.Duration, _Mapping]] = ..., phi: _Optional[float] = ..., policy: _Optional[_Union[LivenessPolicy, _Mapping]] = ..., tasks: _Optional[_Iterable[_Union[Task, _Mapping]]] = ..., vitals: _Optional[_Union[Vitals, _Mapping]] = ..., client: _Optional[_Union[ClientInfo, _Mapping]] = ..., server_id: _Optional[str] = ...) -> None: ...

class Task(_message.Message):
    __slots__ = ("task_id", "organization_id", "agent_id", "state", "progress", "detail", "error", "started_at", "last_activity_at", "running_for", "idle_for", "epoch", "attempt", "max_attempts", "next_attempt_at", "from_agent_id")
    TASK_ID_FIELD_NUMBER: _ClassVar[int]
    ORGANIZATION_ID_FIELD_NUMBER: _ClassVar[int]
    AGENT_ID_FIELD_NUMBER: _ClassVar[int]
    STATE_FIELD_NUMBER: _ClassVar[int]
    PROGRESS_FIELD_NUMBER: _ClassVar[int]
    DETAIL_FIELD_NUMBER: _ClassVar[int]
    ERROR_FIELD_NUMBER: _ClassVar[int]
    STARTED_AT_FIELD_NUMBER: _ClassVar[int]
    LAST_ACTIVITY_AT_FIELD_NUMBER: _ClassVar[int]
    RUNNING_FOR_FIELD_NUMBER: _ClassVar[int]
    IDLE_FOR_FIELD_NUMBER: _ClassVar[int]
    EPOCH_FIELD_NUMBER: _ClassVar[int]
    ATTEMPT_FIELD_NUMBER: _ClassVar[int]
    MAX_ATTEMPTS_FIELD_NUMBER: _ClassVar[int]
    NEXT_ATTEMPT_AT_FIELD_NUMBER: _ClassVar[int]
    FROM_AGENT_ID_FIELD_NUMBER: _ClassVar[int]
    task_id: str
    organization_id: str
    agent_id: str
    state: TaskState
    progress: float
    detail: bytes
    error: str
    started_at: _timestamp_pb2.Timestamp
    last_activity_at: _timestamp_pb2.Timestamp
    running_for: _duration_pb2.Duration
    idle_for: _duration_pb2.Duration
    epoch: int
    attempt: int
    max_attempts: int
    next_attempt_at: _timestamp_pb2.Timestamp
    from_agent_id: str
    def __init__(self, task_id: _Optional[str] = ..., organization_id: _Optional[str] = ..., agent_id: _Optional[str] = ..., state: _Optional[_Union[TaskState, str]] = ..., progress: _Optional[float] = ..., detail: _Optional[bytes] = ..., error: _Optional[str] = ..., started_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., last_activity_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., running_for: _Optional[_Union[datetime.timedelta, _duration_pb2.Duration, _Mapping]] = ..., idle_for: _Optional[_Union[datetime.timedelta, _duration_pb2.Duration, _Mapping]] = ..., epoch: _Optional[int] = ..., attempt: _Optional[int] = ..., max_attempts: _Optional[int] = ..., next_attempt_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., from_agent_id: _Optional[str] = ...) -> None: ...

class Event(_message.Message):
    __slots__ = ("sequence", "occurred_at", "type", "severity", "organization_id", "agent_id", "epoch", "to", "missed_beats", "silence", "reason", "task", "last_vitals", "details", "server_id")
    class DetailsEntry(_message.Message):
        __slots__ = ("key", "value")
        KEY_FIELD_NUMBER: _ClassVar[int]
        VALUE_FIELD_NUMBER: _ClassVar[int]
        key: str
        value: str
        def __init__(self, key: _Optional[str] = ..., value: _Optional[str] = ...) -> None: ...
    SEQUENCE_FIELD_NUMBER: _ClassVar[int]
    OCCURRED_AT_FIELD_NUMBER: _ClassVar[int]
    TYPE_FIELD_NUMBER: _ClassVar[int]
    SEVERITY_FIELD_NUMBER: _ClassVar[int]
    ORGANIZATION_ID_FIELD_NUMBER: _ClassVar[int]
    AGENT_ID_FIELD_NUMBER: _ClassVar[int]
    EPOCH_FIELD_NUMBER: _ClassVar[int]
    FROM_FIELD_NUMBER: _ClassVar[int]
    TO_FIELD_NUMBER: _ClassVar[int]
    MISSED_BEATS_FIELD_NUMBER: _ClassVar[int]
    SILENCE_FIELD_NUMBER: _ClassVar[int]
    REASON_FIELD_NUMBER: _ClassVar[int]
    TASK_FIELD_NUMBER: _ClassVar[int]
    LAST_VITALS_FIELD_NUMBER: _ClassVar[int]
    DETAILS_FIELD_NUMBER: _ClassVar[int]
    SERVER_ID_FIELD_NUMBER: _ClassVar[int]
    sequence: int
    occurred_at: _timestamp_pb2.Timestamp
    type: EventType
    severity: Severity
    organization_id: str
    agent_id: str
    epoch: int
    to: AgentState
    missed_beats: int
    silence: _duration_pb2.Duration
    reason: str
    task: Task
    last_vitals: Vitals
    details: _containers.ScalarMap[str, str]
    server_id: str
    def __init__(self, sequence: _Optional[int] = ..., occurred_at: _Optional[_Union[datetime.datetime, _timestamp_pb2.Timestamp, _Mapping]] = ..., type: _Optional[_Union[EventType, str]] = ..., severity: _Optional[_Union[Severity, str]] = ..., organization_id: _Optional[str] = ..., agent_id: _Optional[str] = ..., epoch: _Optional[int] = ..., to: _Optional[_Union[AgentState, str]] = ..., missed_beats: _Optional[int] = ..., silence: _Optional[_Union[datetime.timedelta, _duration_pb2.Duration, _Mapping]] = ..., reason: _Optional[str] = ..., task: _Optional[_Union[Task, _Mapping]] = ..., last_vitals: _Optional[_Union[Vitals, _Mapping]] = ..., details: _Optional[_Mapping[str, str]] = ..., server_id: _Optional[str] = ..., **kwargs) -> None: ...
