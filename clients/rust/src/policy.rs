use std::time::Duration;

use crate::checks::check_range;
use crate::error::InvalidValue;
use crate::limits::{self, Range};
use crate::retry::Retry;
use crate::v1::LivenessPolicy;
use crate::wire;

/// How the server judges the agent: every field filled in, by the agent, an operator or the server.
#[derive(Debug, Clone, Copy, PartialEq)]
#[non_exhaustive]
pub struct Policy {
    /// How often the agent beats.
    pub interval: Duration,
    /// DOWN after interval x this of silence.
    pub timeout_multiplier: f64,
    /// DOWN after this many missed beats.
    pub max_missed_beats: u32,
    /// Slack before a beat counts as missed.
    pub grace: Duration,
    /// DOWN this long after a lost connection; `None` when there is no such rule.
    pub drop_grace: Option<Duration>,
    /// A task is STALE after this long without activity.
    pub task_stale_after: Duration,
    /// A task is `TIMED_OUT` after this long of running.
    pub task_timeout_after: Duration,
    /// Whether a stale task is told once per episode or again and again.
    pub stale_warning_only_once: bool,
}

impl Policy {
    /// What holds before the first Welcome: the contract's defaults.
    pub(crate) const ASSUMED: Self = Self {
        interval: Duration::from_secs(30),
        timeout_multiplier: 3.0,
        max_missed_beats: 3,
        grace: Duration::from_secs(3),
        drop_grace: None,
        task_stale_after: Duration::from_secs(300),
        task_timeout_after: Duration::from_secs(1_800),
        stale_warning_only_once: true,
    };

    /// Without an ack for this long, the agent must take its lease for lost.
    pub(crate) fn timeout(&self) -> Duration {
        self.interval.mul_f64(self.timeout_multiplier)
    }

    /// Reads what the server sends. What it leaves out stays as it was, and what no server should send (an
    /// interval of nothing would make the agent spin) is held to the contract's limits.
    pub(crate) fn read(sent: &LivenessPolicy, before: &Self) -> Self {
        let span = |sent: Option<prost_types::Duration>, otherwise| {
            sent.map_or(otherwise, wire::read_span)
        };
        Self {
            interval: span(sent.interval, before.interval)
                .clamp(limits::INTERVAL.min, limits::INTERVAL.max),
            timeout_multiplier: read_multiplier(sent.timeout_multiplier, before),
            max_missed_beats: match sent.max_missed_beats {
                0 => before.max_missed_beats,
                told => told,
            },
            grace: span(sent.grace, before.grace),
            drop_grace: sent.drop_grace.map(wire::read_span),
            task_stale_after: span(sent.task_stale_after, before.task_stale_after),
            task_timeout_after: span(sent.task_timeout_after, before.task_timeout_after),
            stale_warning_only_once: sent
                .stale_warning_only_once
                .unwrap_or(before.stale_warning_only_once),
        }
    }
}

/// 0 says nothing, and NaN is no number to multiply with.
fn read_multiplier(sent: f64, before: &Policy) -> f64 {
    let Range { min, max } = limits::TIMEOUT_MULTIPLIER;
    if sent == 0.0 {
        before.timeout_multiplier
    } else if sent.is_nan() {
        min
    } else {
        sent.clamp(min, max)
    }
}

/// What a program declares; what is left out is the server's to fill in.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub(crate) struct DeclaredPolicy {
    pub(crate) interval: Option<Duration>,
    pub(crate) timeout_multiplier: Option<f64>,
    pub(crate) max_missed_beats: Option<u32>,
    pub(crate) grace: Option<Duration>,
    pub(crate) drop_grace: Option<Duration>,
    pub(crate) task_stale_after: Option<Duration>,
    pub(crate) task_timeout_after: Option<Duration>,
    pub(crate) stale_warning_only_once: Option<bool>,
    pub(crate) task_retry: Option<Retry>,
}

impl DeclaredPolicy {
    /// Checks it and puts it into the wire's form; nothing when nothing is declared.
    pub(crate) fn settle(&self) -> Result<Option<LivenessPolicy>, InvalidValue> {
        if *self == Self::default() {
            return Ok(None);
        }
        let span = |option, value: Option<Duration>, range| {
            check(option, value, &range).map(|value| value.map(wire::span))
        };
        Ok(Some(LivenessPolicy {
            interval: span("interval", self.interval, limits::INTERVAL)?,
            timeout_multiplier: check(
                "timeout_multiplier",
                self.timeout_multiplier,
                &limits::TIMEOUT_MULTIPLIER,
            )?
            .unwrap_or_default(),
            max_missed_beats: check(
                "max_missed_beats",
                self.max_missed_beats,
                &limits::MAX_MISSED_BEATS,
            )?
            .unwrap_or_default(),
            grace: span("grace", self.grace, limits::GRACE)?,
            drop_grace: span("drop_grace", self.drop_grace, limits::DROP_GRACE)?,
            task_stale_after: span(
                "task_stale_after",
                self.task_stale_after,
                limits::TASK_THRESHOLD,
            )?,
            task_timeout_after: span(
                "task_timeout_after",
                self.task_timeout_after,
                limits::TASK_THRESHOLD,
            )?,
            stale_warning_only_once: self.stale_warning_only_once,
            task_retry: self
                .task_retry
                .map(|retry| retry.settle("task_retry"))
                .transpose()?,
            ..LivenessPolicy::default()
        }))
    }
}

fn check<T: PartialOrd + std::fmt::Debug>(
    option: &str,
    value: Option<T>,
    range: &Range<T>,
) -> Result<Option<T>, InvalidValue> {
    value
        .map(|value| check_range(option, &value, range).map(|()| value))
        .transpose()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_the_server_leaves_out_stays_as_it_was() {
        let sent = LivenessPolicy {
            interval: Some(wire::span(Duration::from_secs(5))),
            ..LivenessPolicy::default()
        };
        let read = Policy::read(&sent, &Policy::ASSUMED);
        let expected = Policy {
            interval: Duration::from_secs(5),
            ..Policy::ASSUMED
        };
        assert_eq!(read, expected);
        assert_eq!(read.timeout(), Duration::from_secs(15));
    }

    #[test]
    fn what_no_server_should_send_is_held_to_the_limits() {
        let sent = LivenessPolicy {
            interval: Some(wire::span(Duration::ZERO)),
            timeout_multiplier: f64::NAN,
            ..LivenessPolicy::default()
        };
        let read = Policy::read(&sent, &Policy::ASSUMED);
        assert_eq!(read.interval, Duration::from_millis(100));
        assert!((read.timeout_multiplier - 1.1).abs() < f64::EPSILON);
    }

    #[test]
    fn nothing_declared_is_nothing_sent() {
        assert_eq!(DeclaredPolicy::default().settle().unwrap(), None);
    }

    #[test]
    fn how_tasks_are_handed_on_is_declared() {
        let declared = DeclaredPolicy {
            task_retry: Some(Retry::new()),
            ..DeclaredPolicy::default()
        };
        let sent = declared.settle().unwrap().unwrap();
        assert!(sent.task_retry.is_some());
    }

    #[test]
    fn a_field_outside_its_limits_is_refused_by_name() {
        let declared = DeclaredPolicy {
            interval: Some(Duration::from_millis(50)),
            ..DeclaredPolicy::default()
        };
        assert_eq!(
            declared.settle().unwrap_err().to_string(),
            "interval 50ms is out of range (limit: 100ms to 86400s)"
        );
    }
}
