use std::collections::VecDeque;

use tokio::time::Instant;

/// Sending times that are remembered; past it, an ack counts for the newest that is.
const REMEMBERED: usize = 64;

/// The messages of a stream that the server has not acknowledged: their sequences, and when they were sent.
#[derive(Debug, Default)]
pub(crate) struct Unacked(VecDeque<(u64, Instant)>);

impl Unacked {
    pub(crate) fn sent(&mut self, sequence: u64, at: Instant) {
        if self.0.len() < REMEMBERED {
            self.0.push_back((sequence, at));
        }
    }

    /// Takes an ack for this message and all before it: when the youngest of them was sent, if that is news.
    pub(crate) fn acked(&mut self, sequence: u64) -> Option<Instant> {
        let mut youngest = None;
        while let Some((_, at)) = self.0.front().filter(|(sent, _)| *sent <= sequence) {
            youngest = Some(*at);
            self.0.pop_front();
        }
        youngest
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    #[test]
    fn an_ack_counts_for_all_before_it_and_once() {
        let start = Instant::now();
        let at = |seconds| start + Duration::from_secs(seconds);
        let mut unacked = Unacked::default();
        for sequence in 1..=3 {
            unacked.sent(sequence, at(sequence));
        }
        assert_eq!(unacked.acked(2), Some(at(2)));
        assert_eq!(unacked.acked(2), None);
        assert_eq!(unacked.acked(9), Some(at(3)));
    }

    #[test]
    fn past_what_is_remembered_an_ack_counts_for_the_newest_that_is() {
        let start = Instant::now();
        let mut unacked = Unacked::default();
        for sequence in 1..=100 {
            unacked.sent(sequence, start + Duration::from_secs(sequence));
        }
        assert_eq!(unacked.acked(100), Some(start + Duration::from_secs(64)));
    }
}
