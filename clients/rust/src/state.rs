use std::fmt;
use std::future::pending;

use tokio::time::{Instant, sleep_until};

use crate::session::{Session, SessionEvent};
use crate::v1::Goodbye;
use crate::voice::Voice;

/// Where an agent stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum AgentState {
    /// A stream is being opened; no Welcome yet.
    Connecting,
    /// A stream is open and welcomed.
    Live,
    /// Between two attempts.
    Waiting,
    /// Saying Goodbye.
    Closing,
    /// Over, for good.
    Ended,
}

impl fmt::Display for AgentState {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::Connecting => "connecting",
            Self::Live => "live",
            Self::Waiting => "waiting",
            Self::Closing => "closing",
            Self::Ended => "ended",
        })
    }
}

/// Where an agent stands, with all that it holds there. What a state holds and the next does not is let go
/// with the change. One function of the lifecycle changes it.
pub(crate) enum State {
    /// The attempt has until then.
    Connecting {
        session: Session,
        until: Instant,
    },
    Live {
        session: Session,
        since: Instant,
    },
    Waiting {
        until: Instant,
    },
    /// The Goodbye has until then.
    Closing {
        session: Session,
        until: Instant,
    },
    Ended,
}

/// What happens in a state.
pub(crate) enum Step {
    Session(SessionEvent),
    /// The time of the state is up.
    Elapsed,
}

impl State {
    pub(crate) fn name(&self) -> AgentState {
        match self {
            Self::Connecting { .. } => AgentState::Connecting,
            Self::Live { .. } => AgentState::Live,
            Self::Waiting { .. } => AgentState::Waiting,
            Self::Closing { .. } => AgentState::Closing,
            Self::Ended => AgentState::Ended,
        }
    }

    /// The Welcome has come.
    pub(crate) fn welcomed(self, since: Instant) -> Self {
        match self {
            Self::Connecting { session, .. } => Self::Live { session, since },
            other => other,
        }
    }

    /// The agent leaves: with a Goodbye where there is a stream to say it on.
    pub(crate) fn parting(self, words: Goodbye, until: Instant) -> Self {
        match self {
            Self::Connecting { mut session, .. } | Self::Live { mut session, .. } => {
                session.say_goodbye(words);
                Self::Closing { session, until }
            }
            Self::Waiting { .. } => Self::Ended,
            closing_or_ended => closing_or_ended,
        }
    }

    /// Lives on until something happens. May be dropped and called again.
    pub(crate) async fn next(&mut self, voice: &mut Voice) -> Step {
        match self {
            Self::Connecting { session, until } | Self::Closing { session, until } => {
                tokio::select! {
                    event = session.next(voice) => Step::Session(event),
                    () = sleep_until(*until) => Step::Elapsed,
                }
            }
            Self::Live { session, .. } => Step::Session(session.next(voice).await),
            Self::Waiting { until } => {
                sleep_until(*until).await;
                Step::Elapsed
            }
            Self::Ended => pending().await,
        }
    }
}
