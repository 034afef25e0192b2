use std::time::Duration;

use crate::limits::{PUSHBACK, PUSHBACK_JITTER};

/// Reads `grpc-retry-pushback-ms`: how long the server asks to stay away, brought within bounds. None when
/// it makes no sense.
pub(crate) fn read_pushback(text: &str) -> Option<Duration> {
    if text.is_empty() || !text.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    // Digits that no u64 holds are as good as for ever.
    let asked = Duration::from_millis(text.parse().unwrap_or(u64::MAX));
    Some(asked.clamp(PUSHBACK.min, PUSHBACK.max))
}

/// The wait that comes of it: never shorter, so that nobody comes before its turn.
pub(crate) fn pushback_wait(asked: Duration, random: f64) -> Duration {
    asked + (asked / 10).min(PUSHBACK_JITTER).mul_f64(random)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_the_server_asks_for_is_held_within_bounds() {
        let read = |text| read_pushback(text).map(|asked| asked.as_millis());
        assert_eq!(read("1500"), Some(1_500));
        assert_eq!(read("0"), Some(10));
        assert_eq!(read("99999999999999999999999"), Some(300_000));
        for nonsense in ["", "-1", "+5", "1.5", "soon", " 1"] {
            assert_eq!(read(nonsense), None, "{nonsense:?}");
        }
    }

    #[test]
    fn the_wait_is_up_to_a_tenth_longer_and_no_more_than_a_second() {
        let wait = |ms, random| pushback_wait(Duration::from_millis(ms), random).as_millis();
        assert_eq!(wait(1_000, 0.0), 1_000);
        assert_eq!(wait(1_000, 0.5), 1_050);
        assert_eq!(wait(60_000, 0.5), 60_500);
    }
}
