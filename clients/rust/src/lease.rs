use std::future::pending;
use std::time::Duration;

use tokio::time::{Instant, sleep_until};

/// What the agent knows by itself: whether the monitor can still take it for alive.
///
/// The lease runs from the sending of the youngest message that was acknowledged, not from the ack: an ack
/// that a frozen machine finds in its socket an hour later renews nothing.
#[derive(Debug, Default)]
pub(crate) struct Lease {
    timeout: Duration,
    renewed_at: Option<Instant>,
    /// It does not end before, whatever the policy says by now.
    least_until: Option<Instant>,
    /// The loss of the present episode has been told.
    told: bool,
}

impl Lease {
    /// A message that was sent at `sent_at` is acknowledged.
    pub(crate) fn renew(&mut self, sent_at: Instant, now: Instant) {
        if self.renewed_at.is_none_or(|before| sent_at >= before) {
            self.renewed_at = Some(sent_at);
        }
        self.begin_episode(now);
    }

    /// The policy in force says how long silence may last. A shorter span counts from now on, since the
    /// monitor does not judge by it the silence before; what was allowed already is not exceeded.
    pub(crate) fn allow(&mut self, timeout: Duration, now: Instant) {
        if timeout == self.timeout {
            return;
        }
        self.least_until = self.until().map(|until| until.min(now + timeout));
        self.timeout = timeout;
        self.begin_episode(now);
    }

    /// Nobody waits for its end any more.
    pub(crate) fn stop(&mut self) {
        *self = Self::default();
    }

    /// When it ends, or has ended; none before the first ack.
    pub(crate) fn until(&self) -> Option<Instant> {
        let until = self.renewed_at? + self.timeout;
        Some(self.least_until.map_or(until, |least| least.max(until)))
    }

    /// Waits until it is lost, once per episode: for how long nothing that was sent has been acknowledged.
    pub(crate) async fn lost(&mut self) -> Duration {
        match (self.renewed_at, self.until()) {
            (Some(renewed_at), Some(until)) if !self.told => {
                sleep_until(until).await;
                self.told = true;
                renewed_at.elapsed()
            }
            _ => pending().await,
        }
    }

    fn begin_episode(&mut self, now: Instant) {
        if self.until().is_some_and(|until| now < until) {
            self.told = false;
        }
    }
}

#[cfg(test)]
mod tests {
    use tokio::time::{advance, timeout};

    use super::*;

    const SECOND: Duration = Duration::from_secs(1);

    fn lease_of(seconds: u32) -> Lease {
        let mut lease = Lease::default();
        lease.allow(seconds * SECOND, Instant::now());
        lease.renew(Instant::now(), Instant::now());
        lease
    }

    async fn is_lost_within(lease: &mut Lease, span: Duration) -> bool {
        timeout(span, lease.lost()).await.is_ok()
    }

    #[tokio::test(start_paused = true)]
    async fn it_runs_from_the_sending_of_what_was_acknowledged() {
        let mut lease = lease_of(3);
        let sent_at = Instant::now();
        advance(2 * SECOND).await;
        lease.renew(sent_at, Instant::now());
        assert_eq!(lease.lost().await, 3 * SECOND);
        assert_eq!(sent_at.elapsed(), 3 * SECOND);
    }

    #[tokio::test(start_paused = true)]
    async fn a_loss_is_told_once_until_an_ack_begins_another_episode() {
        let mut lease = lease_of(3);
        lease.lost().await;
        assert!(!is_lost_within(&mut lease, 60 * SECOND).await);

        let long_ago = Instant::now() - 10 * SECOND;
        lease.renew(long_ago, Instant::now());
        assert!(!is_lost_within(&mut lease, 60 * SECOND).await);

        lease.renew(Instant::now(), Instant::now());
        assert_eq!(lease.lost().await, 3 * SECOND);
    }

    #[tokio::test(start_paused = true)]
    async fn before_the_first_ack_there_is_nothing_to_lose() {
        let mut lease = Lease::default();
        lease.allow(SECOND, Instant::now());
        assert_eq!(lease.until(), None);
        assert!(!is_lost_within(&mut lease, 60 * SECOND).await);
    }

    #[tokio::test(start_paused = true)]
    async fn a_shorter_span_counts_from_its_coming_and_a_longer_one_at_once() {
        let mut lease = lease_of(30);
        let start = Instant::now();
        advance(20 * SECOND).await;
        lease.allow(3 * SECOND, Instant::now());
        assert_eq!(lease.until(), Some(start + 23 * SECOND));

        lease.allow(60 * SECOND, Instant::now());
        assert_eq!(lease.until(), Some(start + 60 * SECOND));
    }

    #[tokio::test(start_paused = true)]
    async fn a_shorter_span_does_not_prolong_what_was_allowed() {
        let mut lease = lease_of(30);
        let start = Instant::now();
        advance(29 * SECOND).await;
        lease.allow(3 * SECOND, Instant::now());
        assert_eq!(lease.until(), Some(start + 30 * SECOND));
    }
}
