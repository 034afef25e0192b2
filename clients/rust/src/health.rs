use std::time::{Duration, SystemTime};

use tokio::time::Instant;

use crate::state::AgentState;

/// How the link to the monitor is, at one instant.
#[derive(Debug, Clone, Copy, PartialEq)]
#[non_exhaustive]
pub struct Health {
    /// Connected, and the lease holds.
    pub healthy: bool,
    /// Whether a stream is open and welcomed.
    pub connected: bool,
    /// When the last ack came, by this machine's wall clock; `None` before the first.
    pub last_heartbeat_ack: Option<SystemTime>,
    /// Since the last ack, by the monotonic clock; `None` before the first.
    pub seconds_since_ack: Option<f64>,
    /// Attempts since the stream was last up, without those that the server put off; 0 while it is.
    pub reconnect_attempts: u32,
}

/// What the agent's task lets its handles know.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Status {
    pub(crate) state: AgentState,
    pub(crate) epoch: u64,
    /// Attempts since the stream was last up, without those that the server put off.
    pub(crate) attempts: u32,
    /// When the last ack came.
    pub(crate) acked: Option<(Instant, SystemTime)>,
    /// When the lease ends, or has ended.
    pub(crate) lease_until: Option<Instant>,
}

impl Status {
    pub(crate) const INITIAL: Self = Self {
        state: AgentState::Connecting,
        epoch: 0,
        attempts: 0,
        acked: None,
        lease_until: None,
    };

    pub(crate) fn health(&self, now: Instant) -> Health {
        let connected = self.state == AgentState::Live;
        Health {
            healthy: connected && self.lease_until.is_some_and(|until| now < until),
            connected,
            last_heartbeat_ack: self.acked.map(|(_, wall)| wall),
            seconds_since_ack: self
                .acked
                .map(|(at, _)| now.saturating_duration_since(at))
                .as_ref()
                .map(Duration::as_secs_f64),
            reconnect_attempts: self.attempts,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn before_the_first_ack_nothing_is_known() {
        let health = Status::INITIAL.health(Instant::now());
        assert!(!health.healthy && !health.connected);
        assert_eq!(health.last_heartbeat_ack, None);
        assert_eq!(health.seconds_since_ack, None);
    }

    #[test]
    fn healthy_is_connected_and_within_the_lease() {
        let now = Instant::now();
        let wall = SystemTime::now();
        let live = Status {
            state: AgentState::Live,
            acked: Some((now, wall)),
            lease_until: Some(now + Duration::from_secs(3)),
            ..Status::INITIAL
        };
        let health = live.health(now + Duration::from_secs(2));
        assert!(health.healthy && health.connected);
        assert_eq!(health.last_heartbeat_ack, Some(wall));
        assert_eq!(health.seconds_since_ack, Some(2.0));
        assert!(!live.health(now + Duration::from_secs(3)).healthy);

        let waiting = Status {
            state: AgentState::Waiting,
            ..live
        };
        assert!(!waiting.health(now).healthy);
    }
}
