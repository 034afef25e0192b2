use std::sync::Arc;
use std::time::{Duration, SystemTime};

use prost::Message as _;

use crate::limits;
use crate::news::News;
use crate::outbox::Count;
use crate::v1::{BeatRequest, Goodbye, Registration, Vitals};
use crate::vitals::VitalsMeter;

/// What is kept free in each message for a Goodbye and the last vitals.
const SPARE_BYTES: usize = 2 * 1024;

/// What a message may still carry, in bytes.
pub(crate) struct Room(usize);

impl Room {
    /// What a beat with nothing on it has room for.
    #[cfg(test)]
    pub(crate) fn of_a_beat() -> Self {
        Self::beside(&BeatRequest::default())
    }

    fn beside(beat: &BeatRequest) -> Self {
        Self(limits::BEAT_BYTES - SPARE_BYTES - beat.encoded_len())
    }

    /// Takes what one part of so many bytes needs on the wire; false when that is too much.
    pub(crate) fn take(&mut self, part_bytes: usize) -> bool {
        let needed = 1 + prost::length_delimiter_len(part_bytes) + part_bytes;
        let fits = needed <= self.0;
        if fits {
            self.0 -= needed;
        }
        fits
    }
}

/// Composes what the agent says, on whichever stream.
pub(crate) struct Voice {
    pub(crate) agent_id: String,
    pub(crate) registration: Registration,
    pub(crate) news: Arc<News>,
    /// None when the program wants no vitals sent.
    pub(crate) meter: Option<VitalsMeter>,
}

/// A message, and where to tell the counts of the messages that it publishes.
pub(crate) struct Composed {
    pub(crate) beat: BeatRequest,
    pub(crate) counts: Vec<Count>,
    /// The Goodbye is on it.
    pub(crate) is_last: bool,
}

impl Voice {
    /// The first message of a stream, with the epoch that the agent believes to hold.
    pub(crate) fn greet(&mut self, sequence: u64, epoch: u64) -> BeatRequest {
        let mut beat = BeatRequest {
            agent_id: self.agent_id.clone(),
            registration: Some(self.registration.clone()),
            epoch,
            vitals: self.measure(Duration::ZERO),
            ..plain(sequence)
        };
        self.news.look(|untold| {
            untold.tasks.begin_stream();
            untold.beat_wanted = false;
            beat.activity = untold.activity.into();
            beat.tasks = untold.tasks.take(sequence, &mut Room::beside(&beat));
        });
        beat
    }

    /// A later message, with all there is to tell, or as much of it as fits. The Goodbye rides on the one
    /// that leaves nothing untold.
    pub(crate) fn speak(
        &mut self,
        sequence: u64,
        vitals: Option<Vitals>,
        goodbye: Option<&Goodbye>,
        may_publish: bool,
    ) -> Composed {
        let mut beat = BeatRequest {
            vitals,
            ..plain(sequence)
        };
        let mut room = Room::beside(&beat);
        let (counts, all_told) = self.news.look(|untold| {
            untold.beat_wanted = false;
            beat.activity = untold.activity.into();
            beat.tasks = untold.tasks.take(sequence, &mut room);
            let mut counts = Vec::new();
            if may_publish {
                (beat.messages, counts) = untold.outbox.take(&mut room);
            }
            (counts, !untold.tasks.has_news() && untold.outbox.is_empty())
        });
        let goodbye = goodbye.filter(|_| all_told).cloned();
        let is_last = goodbye.is_some();
        if is_last {
            beat.vitals = beat.vitals.or_else(|| self.measure(Duration::ZERO));
            beat.goodbye = goodbye;
        }
        Composed {
            beat,
            counts,
            is_last,
        }
    }

    /// `lag` is how late the agent's own timer fired: what every timer of the runtime suffers.
    pub(crate) fn measure(&mut self, lag: Duration) -> Option<Vitals> {
        self.meter.as_mut().map(|meter| meter.measure(lag))
    }
}

fn plain(sequence: u64) -> BeatRequest {
    BeatRequest {
        sequence,
        sent_at: Some(SystemTime::now().into()),
        ..BeatRequest::default()
    }
}
