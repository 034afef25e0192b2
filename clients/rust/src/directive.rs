use std::time::{Duration, SystemTime};

use crate::policy::Policy;
use crate::v1;
use crate::v1::directive::Kind;
use crate::wire;

/// What the server asks of the agent. The agent obeys by itself; a program may want to know.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub enum Directive {
    /// Beat by this policy from now on.
    SetPolicy(Policy),
    /// An operator rests the deadlines. Beats go on.
    Pause {
        /// When the pause ends by itself, by the server's clock.
        until: Option<SystemTime>,
        /// Why, in the operator's words.
        reason: String,
    },
    /// The pause is over.
    Resume,
    /// Come back within a span, on another stream.
    Reconnect {
        /// The agent takes a random part of it.
        within: Duration,
        /// Why: `draining`, `rebalancing`.
        reason: String,
    },
    /// Stop one task: its signal has fired.
    CancelTask {
        /// The task, as the program named it.
        task_id: String,
        /// Why, in the operator's words or the server's.
        reason: String,
        /// Only this attempt at it, 0 for a task of the agent's own; `None` for whichever.
        epoch: Option<u64>,
    },
    /// Another process holds the name. [`Event::Superseded`](crate::Event::Superseded) follows.
    Superseded {
        /// Its epoch.
        epoch: u64,
        /// Its instance id.
        instance_id: String,
    },
}

impl Directive {
    /// Reads a directive; none for a kind that this version does not know.
    pub(crate) fn read(sent: v1::Directive, before: &Policy) -> Option<Self> {
        Some(match sent.kind? {
            Kind::SetPolicy(policy) => Self::SetPolicy(Policy::read(&policy, before)),
            Kind::Pause(v1::Pause { until, reason }) => Self::Pause {
                until: wire::read_instant(until),
                reason,
            },
            Kind::Resume(v1::Resume {}) => Self::Resume,
            Kind::Reconnect(v1::Reconnect { within, reason }) => Self::Reconnect {
                within: within.map_or(Duration::ZERO, wire::read_span),
                reason,
            },
            Kind::CancelTask(v1::CancelTask {
                task_id,
                reason,
                epoch,
            }) => Self::CancelTask {
                task_id,
                reason,
                epoch,
            },
            Kind::Superseded(v1::Superseded { epoch, instance_id }) => {
                Self::Superseded { epoch, instance_id }
            }
        })
    }
}
