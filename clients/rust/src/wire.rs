//! Between Rust's own types and those of the contract.

use std::time::{Duration, SystemTime};

/// The contract knows whole milliseconds.
pub(crate) fn span(of: Duration) -> prost_types::Duration {
    prost_types::Duration {
        seconds: i64::try_from(of.as_secs()).unwrap_or(i64::MAX),
        // Below a thousand million, which an i32 holds.
        nanos: of.subsec_millis().cast_signed() * 1_000_000,
    }
}

/// What is negative counts as nothing.
pub(crate) fn read_span(sent: prost_types::Duration) -> Duration {
    Duration::try_from(sent).unwrap_or(Duration::ZERO)
}

/// An instant that this platform cannot express counts as untold.
pub(crate) fn read_instant(sent: Option<prost_types::Timestamp>) -> Option<SystemTime> {
    SystemTime::try_from(sent?).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spans_go_there_and_back_in_milliseconds() {
        for ms in [0, 1, 999, 1_000, 86_400_000] {
            let of = Duration::from_millis(ms);
            assert_eq!(read_span(span(of)), of);
        }
        assert_eq!(
            read_span(span(Duration::from_micros(1_999))),
            Duration::from_millis(1)
        );
    }

    #[test]
    fn a_negative_span_is_nothing() {
        let sent = prost_types::Duration {
            seconds: -1,
            nanos: 0,
        };
        assert_eq!(read_span(sent), Duration::ZERO);
    }
}
