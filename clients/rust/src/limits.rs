//! What the wire takes: part of the contract, each is in the comment of its field there.

use std::time::Duration;

const SECOND: Duration = Duration::from_secs(1);
const HOUR: Duration = Duration::from_secs(3_600);
const DAY: Duration = Duration::from_secs(86_400);

pub(crate) const ID_BYTES: usize = 128;
pub(crate) const AGENT_TYPE_BYTES: usize = 128;
pub(crate) const CLIENT_INFO_BYTES: usize = 128;
pub(crate) const LABELS: usize = 32;
pub(crate) const LABEL_NAME_BYTES: usize = 63;
pub(crate) const LABEL_VALUE_BYTES: usize = 256;
pub(crate) const SUBSCRIPTIONS: usize = 64;
pub(crate) const SUBJECT_BYTES: usize = 256;
pub(crate) const SUBJECT_TOKENS: usize = 16;
pub(crate) const MESSAGE_BYTES: usize = 32 * 1024;
pub(crate) const CONTENT_TYPE_BYTES: usize = 128;
/// Messages that wait, on their way out or for their handler.
pub(crate) const WAITING_MESSAGES: usize = 256;
/// Bytes of messages that wait on their way out.
pub(crate) const WAITING_BYTES: usize = 1024 * 1024;
/// Tasks in flight; also updates on one beat, and ends that are remembered.
pub(crate) const TASKS: usize = 256;
pub(crate) const TASK_DETAIL_BYTES: usize = 4 * 1024;
/// Reasons and errors: sentences for people.
pub(crate) const SENTENCE_BYTES: usize = 1024;
/// One beat, encoded.
pub(crate) const BEAT_BYTES: usize = 64 * 1024;
/// The largest answer that is read.
pub(crate) const ANSWER_BYTES: usize = 1024 * 1024;
pub(crate) const TOKEN_BYTES: usize = 16 * 1024;

/// The least and the most of something.
#[derive(Clone, Copy)]
pub(crate) struct Range<T> {
    pub(crate) min: T,
    pub(crate) max: T,
}

pub(crate) const INTERVAL: Range<Duration> = Range {
    min: Duration::from_millis(100),
    max: DAY,
};
pub(crate) const TIMEOUT_MULTIPLIER: Range<f64> = Range {
    min: 1.1,
    max: 1000.0,
};
pub(crate) const MAX_MISSED_BEATS: Range<u32> = Range { min: 1, max: 1000 };
pub(crate) const GRACE: Range<Duration> = Range {
    min: Duration::ZERO,
    max: HOUR,
};
pub(crate) const DROP_GRACE: Range<Duration> = Range {
    min: Duration::ZERO,
    max: DAY,
};
pub(crate) const TASK_THRESHOLD: Range<Duration> = Range {
    min: Duration::from_millis(100),
    max: Duration::from_secs(30 * 86_400),
};
pub(crate) const RETRY_ATTEMPTS: Range<u32> = Range { min: 1, max: 100 };
pub(crate) const RETRY_BACKOFF: Range<Duration> = Range {
    min: Duration::ZERO,
    max: DAY,
};
pub(crate) const BACKOFF: Range<Duration> = Range {
    min: Duration::from_millis(1),
    max: HOUR,
};
pub(crate) const CONNECT_TIMEOUT: Range<Duration> = Range {
    min: Duration::from_millis(10),
    max: Duration::from_secs(600),
};
/// What is believed of a delay that a server asks for.
pub(crate) const PUSHBACK: Range<Duration> = Range {
    min: Duration::from_millis(10),
    max: Duration::from_secs(300),
};
/// How much longer than asked is waited at most.
pub(crate) const PUSHBACK_JITTER: Duration = SECOND;
