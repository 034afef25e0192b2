use std::time::Duration;

use crate::checks::check_range;
use crate::error::InvalidValue;
use crate::limits;
use crate::v1::{RetryPlacement, RetryPolicy};
use crate::wire;

/// Who may be asked to do a lost task again.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[non_exhaustive]
pub enum Placement {
    /// Any agent of the same type.
    #[default]
    AnyOfType,
    /// The agent that had it, once it is back.
    SameAgent,
}

/// How a task that timed out or lost its agent is handed on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Retry {
    max_attempts: Option<u32>,
    backoff: Option<Duration>,
    max_backoff: Option<Duration>,
    placement: Placement,
}

impl Retry {
    /// Three attempts, a backoff of 1 s to 5 min, any agent of the type.
    pub fn new() -> Self {
        Self::default()
    }

    /// Attempts in all, the first one included. 1 to 100; 1 is none beyond the first. Default: 3.
    pub fn max_attempts(mut self, attempts: u32) -> Self {
        self.max_attempts = Some(attempts);
        self
    }

    /// The wait before the second attempt; each further one waits twice as long. 0 to 24 h. Default: 1 s.
    pub fn backoff(mut self, span: Duration) -> Self {
        self.backoff = Some(span);
        self
    }

    /// The longest wait. 0 to 24 h. Default: 5 min.
    pub fn max_backoff(mut self, span: Duration) -> Self {
        self.max_backoff = Some(span);
        self
    }

    /// Whom to ask. Default: any agent of the type.
    pub fn placement(mut self, placement: Placement) -> Self {
        self.placement = placement;
        self
    }

    /// Checks it and puts it into the wire's form.
    pub(crate) fn settle(&self, option: &str) -> Result<RetryPolicy, InvalidValue> {
        if let Some(attempts) = &self.max_attempts {
            let name = format!("{option}.max_attempts");
            check_range(&name, attempts, &limits::RETRY_ATTEMPTS)?;
        }
        let span = |name: &str, span: Option<Duration>| {
            span.map(|span| {
                check_range(&format!("{option}.{name}"), &span, &limits::RETRY_BACKOFF)?;
                Ok(wire::span(span))
            })
            .transpose()
        };
        let placement = match self.placement {
            Placement::AnyOfType => RetryPlacement::AnyOfType,
            Placement::SameAgent => RetryPlacement::SameAgent,
        };
        Ok(RetryPolicy {
            max_attempts: self.max_attempts.unwrap_or_default(),
            backoff: span("backoff", self.backoff)?,
            max_backoff: span("max_backoff", self.max_backoff)?,
            placement: placement.into(),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_is_told_as_it_was_given() {
        let retry = Retry::new()
            .max_attempts(5)
            .backoff(Duration::ZERO)
            .max_backoff(Duration::from_secs(60))
            .placement(Placement::SameAgent);
        let sent = retry.settle("task_retry").unwrap();
        assert_eq!(sent.max_attempts, 5);
        assert_eq!(sent.backoff, Some(wire::span(Duration::ZERO)));
        assert_eq!(sent.max_backoff, Some(wire::span(Duration::from_secs(60))));
        assert_eq!(sent.placement(), RetryPlacement::SameAgent);
    }

    #[test]
    fn beyond_its_limits_it_is_refused() {
        let day = Duration::from_secs(86_400);
        for (field, retry) in [
            ("retry.max_attempts 0", Retry::new().max_attempts(0)),
            ("retry.max_attempts 101", Retry::new().max_attempts(101)),
            ("retry.backoff", Retry::new().backoff(day * 2)),
            ("retry.max_backoff", Retry::new().max_backoff(day * 2)),
        ] {
            let refused = retry.settle("retry").unwrap_err().to_string();
            assert!(refused.starts_with(field), "{refused}");
        }
    }
}
