"""How the monitor judges an agent: as it is declared, and as it is in force."""

import math
from dataclasses import dataclass

from google.protobuf.duration_pb2 import Duration

from heartbeat._runtime import limits
from heartbeat._runtime.checks import check_number, check_span, check_whole
from heartbeat._runtime.limits import Range
from heartbeat._runtime.retry import Retry, declare_retry
from heartbeat._runtime.wire import duration, span_ms
from heartbeat.v1.heartbeat_pb2 import LivenessPolicy


@dataclass(frozen=True, slots=True, kw_only=True)
class Policy:
    """How the monitor is to judge this agent. None takes the server's setting; spans are seconds.

    Attributes:
        interval: How often to beat. 0.1 to 86,400. The server's default: 30.
        timeout_multiplier: DOWN after interval x this of silence. 1.1 to 1000. Default: 3.
        max_missed_beats: DOWN after so many missed beats. 1 to 1000; with 1 a lost connection is DOWN
            at once. Default: 3.
        grace: Slack before a beat counts as missed. 0 to 3,600. Default: the larger of 0.25 and a tenth
            of the interval.
        drop_grace: DOWN so long after a lost connection. 0 to 86,400. Default: no such rule.
        task_stale_after: A task is STALE after so long without activity. 0.1 to 30 days. Default: 300.
        task_timeout_after: A task is TIMED_OUT after so long. 0.1 to 30 days. Default: 1,800.
        stale_warning_only_once: Whether a stale task is told once per episode, or again and again.
            Default: True.
        task_retry: What becomes of a task that timed out or lost this agent. Default: it is told, and no
            more.
    """

    interval: float | None = None
    timeout_multiplier: float | None = None
    max_missed_beats: int | None = None
    grace: float | None = None
    drop_grace: float | None = None
    task_stale_after: float | None = None
    task_timeout_after: float | None = None
    stale_warning_only_once: bool | None = None
    task_retry: Retry | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class PolicyInForce:
    """How the server judges the agent, every field filled in. Spans are seconds.

    `drop_grace` is None when there is no such rule.
    """

    interval: float
    timeout_multiplier: float
    max_missed_beats: int
    grace: float
    drop_grace: float | None
    task_stale_after: float
    task_timeout_after: float
    stale_warning_only_once: bool

    @property
    def interval_ms(self) -> int:
        return round(self.interval * 1000)

    @property
    def timeout_ms(self) -> int:
        """Without an ack for this long, the agent must take its lease for lost."""
        return round(self.interval_ms * self.timeout_multiplier)


#: What holds before the first Welcome: the contract's defaults.
ASSUMED = PolicyInForce(
    interval=30.0,
    timeout_multiplier=3.0,
    max_missed_beats=3,
    grace=3.0,
    drop_grace=None,
    task_stale_after=300.0,
    task_timeout_after=1_800.0,
    stale_warning_only_once=True,
)


def declare_policy(policy: Policy) -> LivenessPolicy:
    """Checks what a caller declares and puts it into the wire's form."""
    multiplier = policy.timeout_multiplier
    missed = policy.max_missed_beats
    return LivenessPolicy(
        interval=_span("interval", policy.interval, limits.INTERVAL),
        timeout_multiplier=0.0
        if multiplier is None
        else check_number("policy.timeout_multiplier", multiplier, limits.TIMEOUT_MULTIPLIER),
        max_missed_beats=0
        if missed is None
        else check_whole("policy.max_missed_beats", missed, limits.MAX_MISSED_BEATS),
        grace=_span("grace", policy.grace, limits.GRACE),
        drop_grace=_span("drop_grace", policy.drop_grace, limits.DROP_GRACE),
        task_stale_after=_span("task_stale_after", policy.task_stale_after, limits.TASK_THRESHOLD),
        task_timeout_after=_span("task_timeout_after", policy.task_timeout_after, limits.TASK_THRESHOLD),
        stale_warning_only_once=policy.stale_warning_only_once,
        task_retry=declare_retry("policy.task_retry", policy.task_retry),
    )


def _span(name: str, seconds: float | None, limit: Range) -> Duration | None:
    return None if seconds is None else duration(check_span(f"policy.{name}", seconds, limit))


def read_policy(sent: LivenessPolicy, before: PolicyInForce) -> PolicyInForce:
    """Reads what the server sends.

    What it leaves out stays as it was, and what no server should send (an interval of nothing would
    make the agent spin) is held to the contract's limits.
    """

    def seconds(name: str, otherwise: float) -> float:
        return span_ms(getattr(sent, name)) / 1000 if sent.HasField(name) else otherwise

    return PolicyInForce(
        interval=_within(limits.INTERVAL, seconds("interval", before.interval)),
        timeout_multiplier=_within(
            limits.TIMEOUT_MULTIPLIER, sent.timeout_multiplier or before.timeout_multiplier
        ),
        max_missed_beats=sent.max_missed_beats or before.max_missed_beats,
        grace=seconds("grace", before.grace),
        drop_grace=seconds("drop_grace", 0.0) if sent.HasField("drop_grace") else None,
        task_stale_after=seconds("task_stale_after", before.task_stale_after),
        task_timeout_after=seconds("task_timeout_after", before.task_timeout_after),
        stale_warning_only_once=sent.stale_warning_only_once
        if sent.HasField("stale_warning_only_once")
        else before.stale_warning_only_once,
    )


def _within(limit: Range, value: float) -> float:
    return limit.least if math.isnan(value) else min(limit.most, max(limit.least, value))
