use std::time::Duration;

/// The bounds of the wait between attempts.
#[derive(Debug, Clone, Copy)]
pub(crate) struct BackoffBounds {
    pub(crate) initial: Duration,
    pub(crate) max: Duration,
}

impl BackoffBounds {
    /// The longest wait before attempt `step`, counted from 0: initial x 2^step, up to the maximum.
    fn ceiling(&self, step: u32) -> Duration {
        let grown = self.initial.saturating_mul(2_u32.saturating_pow(step));
        grown.min(self.max)
    }
}

/// Anything from nothing to the ceiling, so that a fleet that lost its server spreads out.
fn full_jitter(ceiling: Duration, random: f64) -> Duration {
    Duration::from_millis(
        ceiling
            .mul_f64(random)
            .as_millis()
            .try_into()
            .unwrap_or(u64::MAX),
    )
}

/// How far the waits have grown.
///
/// They start anew only after a stream that was up for as long as the present ceiling: a server that
/// welcomes everybody and then hangs up is not asked eight times a second.
#[derive(Debug)]
pub(crate) struct Backoff {
    bounds: BackoffBounds,
    step: u32,
}

impl Backoff {
    pub(crate) fn new(bounds: BackoffBounds) -> Self {
        Self { bounds, step: 0 }
    }

    /// How long to wait after a stream that was up for `up` (nothing when it never was); `random` is of
    /// [0, 1).
    pub(crate) fn after_loss(&mut self, up: Duration, random: f64) -> Duration {
        self.forgive(up);
        let ceiling = self.bounds.ceiling(self.step);
        self.step = self.step.saturating_add(1);
        full_jitter(ceiling, random)
    }

    /// The same after a stream that the server asked to be moved: nothing, unless it asks in a circle.
    pub(crate) fn after_request(&mut self, up: Duration, random: f64) -> Duration {
        self.forgive(up);
        if self.step > 0 {
            return self.after_loss(up, random);
        }
        self.step = 1;
        Duration::ZERO
    }

    fn forgive(&mut self, up: Duration) {
        if up >= self.bounds.ceiling(self.step) {
            self.step = 0;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const BOUNDS: BackoffBounds = BackoffBounds {
        initial: Duration::from_millis(250),
        max: Duration::from_secs(30),
    };
    const NEVER_UP: Duration = Duration::ZERO;

    fn ms(span: Duration) -> u128 {
        span.as_millis()
    }

    #[test]
    fn ceilings_double_up_to_the_maximum() {
        let ceilings: Vec<u128> = (0..9).map(|step| ms(BOUNDS.ceiling(step))).collect();
        assert_eq!(
            ceilings,
            [250, 500, 1_000, 2_000, 4_000, 8_000, 16_000, 30_000, 30_000]
        );
        assert_eq!(ms(BOUNDS.ceiling(u32::MAX)), 30_000);
    }

    #[test]
    fn jitter_is_full_and_in_whole_milliseconds() {
        assert_eq!(ms(full_jitter(Duration::from_millis(250), 0.0)), 0);
        assert_eq!(ms(full_jitter(Duration::from_millis(250), 0.999)), 249);
        let wait = full_jitter(Duration::from_millis(333), 0.5);
        assert_eq!(wait, Duration::from_millis(166));
    }

    #[test]
    fn waits_grow_until_a_stream_was_up_for_the_present_ceiling() {
        let mut backoff = Backoff::new(BOUNDS);
        assert_eq!(ms(backoff.after_loss(NEVER_UP, 0.5)), 125);
        assert_eq!(ms(backoff.after_loss(NEVER_UP, 0.5)), 250);
        assert_eq!(ms(backoff.after_loss(Duration::from_millis(999), 0.5)), 500);
        assert_eq!(ms(backoff.after_loss(Duration::from_secs(2), 0.5)), 125);
    }

    #[test]
    fn the_first_request_to_move_costs_no_wait_and_a_circle_does() {
        let mut backoff = Backoff::new(BOUNDS);
        assert_eq!(ms(backoff.after_request(NEVER_UP, 0.5)), 0);
        assert_eq!(ms(backoff.after_request(NEVER_UP, 0.5)), 250);
        assert_eq!(ms(backoff.after_request(Duration::from_secs(60), 0.5)), 0);
    }
}
