use std::collections::VecDeque;
use std::future::pending;
use std::time::Duration;

use tokio::time::{Instant, sleep_until};

use crate::link::{Link, LinkStep};
use crate::outbox::Count;
use crate::unacked::Unacked;
use crate::v1::{Activity, BeatResponse, Directive, Goodbye, Message, Vitals, Welcome};
use crate::verdict::End;
use crate::voice::{Composed, Voice};
use crate::wire;

/// How long the server may take to end a stream after this side has.
const FINISH_TIMEOUT: Duration = Duration::from_secs(1);

/// One stream's life: its sequence, its beats, its end.
pub(crate) struct Session {
    link: Link,
    sequence: u64,
    unacked: Unacked,
    /// Where the counts of the messages published on this stream are to be told, in their order.
    counts: VecDeque<Count>,
    told_activity: Activity,
    /// When the last message was sent.
    sent_at: Instant,
    /// Messages wait for the Welcome: a stream that is put off would swallow their counts.
    may_publish: bool,
    /// None before the Welcome.
    beats: Option<Beats>,
    /// When the agent ends this stream and comes back, since the server asked for it.
    leave_at: Option<Instant>,
    speech: Speech,
}

#[derive(Debug, Clone, Copy)]
struct Beats {
    every: Duration,
    next_at: Instant,
}

/// How far this side is with what it has to say.
enum Speech {
    Open,
    /// The Goodbye waits for what is to be told before it.
    Parting(Goodbye),
    /// The Goodbye went out with this sequence.
    Parted(u64),
    /// Half-closed; the server has until then to end the stream.
    Over(Instant),
}

/// What a session tells the lifecycle.
pub(crate) enum SessionEvent {
    Answered(Box<Answered>),
    /// The last event.
    Ended(End),
}

/// What an answer brings that is not the session's own affair.
pub(crate) struct Answered {
    /// When the youngest message that it acknowledges was sent.
    pub(crate) acked: Option<Instant>,
    pub(crate) welcome: Option<Welcome>,
    pub(crate) directives: Vec<Directive>,
    pub(crate) messages: Vec<Message>,
    pub(crate) skipped: u64,
}

enum Wake {
    Link(LinkStep),
    News,
    BeatDue,
    Deadline,
}

impl Session {
    /// Sends the first message at once.
    pub(crate) fn open(link: Link, voice: &mut Voice, epoch: u64) -> Self {
        let now = Instant::now();
        let first = voice.greet(1, epoch);
        let mut unacked = Unacked::default();
        unacked.sent(1, now);
        let told_activity = first.activity();
        link.send(first);
        Self {
            link,
            sequence: 1,
            unacked,
            counts: VecDeque::new(),
            told_activity,
            sent_at: now,
            may_publish: false,
            beats: None,
            leave_at: None,
            speech: Speech::Open,
        }
    }

    pub(crate) fn leave_at(&self) -> Option<Instant> {
        self.leave_at
    }

    /// Beats after `first_in`, then at a steady pace. An answer that took long brings the first beat forward:
    /// the lease counts from the sending of what was answered.
    pub(crate) fn beat_every(&mut self, interval: Duration, first_in: Duration) {
        let now = Instant::now();
        let next_at = (now + first_in).min(self.sent_at + interval).max(now);
        self.beats = Some(Beats {
            every: interval,
            next_at,
        });
    }

    /// The interval has changed: the next beat comes within it, and no later than it was due.
    pub(crate) fn change_interval(&mut self, interval: Duration) {
        if let Some(beats) = &mut self.beats
            && beats.every != interval
        {
            beats.every = interval;
            beats.next_at = beats.next_at.min(Instant::now() + interval);
        }
    }

    /// Ends the stream after `delay` without a Goodbye, because the server asked for it.
    pub(crate) fn leave_in(&mut self, delay: Duration) {
        self.leave_at.get_or_insert(Instant::now() + delay);
    }

    /// Says Goodbye, after all there is to tell and with the last vitals; then ends the stream.
    pub(crate) fn say_goodbye(&mut self, words: Goodbye) {
        if matches!(self.speech, Speech::Open) {
            self.speech = Speech::Parting(words);
        }
    }

    /// Lives on until there is something to tell. May be dropped and called again.
    pub(crate) async fn next(&mut self, voice: &mut Voice) -> SessionEvent {
        loop {
            let wants_to_speak = self.wants_to_speak(voice);
            let (beat_at, deadline) = (self.beat_at(), self.deadline());
            let wake = tokio::select! {
                step = self.link.next(wants_to_speak) => Wake::Link(step),
                () = voice.news.changed() => Wake::News,
                () = at(beat_at) => Wake::BeatDue,
                () = at(deadline) => Wake::Deadline,
            };
            match wake {
                Wake::News => {}
                Wake::BeatDue => self.beat(voice),
                Wake::Link(LinkStep::Writable) => self.speak(voice, None),
                Wake::Link(LinkStep::Answer(answer)) => {
                    return SessionEvent::Answered(Box::new(self.read(voice, *answer)));
                }
                Wake::Link(LinkStep::End(end)) => return SessionEvent::Ended(end),
                Wake::Deadline if matches!(self.speech, Speech::Open) => self.finish(),
                Wake::Deadline => {
                    let message = "the server did not end the stream".to_owned();
                    return SessionEvent::Ended(End::Broken(message));
                }
            }
        }
    }

    fn beat_at(&self) -> Option<Instant> {
        match self.speech {
            Speech::Open => self.beats.map(|beats| beats.next_at),
            _ => None,
        }
    }

    fn deadline(&self) -> Option<Instant> {
        match self.speech {
            Speech::Open => self.leave_at,
            Speech::Over(until) => Some(until),
            Speech::Parting(_) | Speech::Parted(_) => None,
        }
    }

    fn wants_to_speak(&self, voice: &Voice) -> bool {
        voice.news.look(|untold| {
            let has_messages = !untold.outbox.is_empty();
            let has_news = untold.beat_wanted
                || untold.activity != self.told_activity
                || untold.tasks.has_news()
                || (has_messages && self.may_publish);
            match self.speech {
                Speech::Open => has_news,
                Speech::Parting(_) => has_news || !has_messages,
                Speech::Parted(_) | Speech::Over(_) => false,
            }
        })
    }

    /// A beat is due. While the message before has not been written, it is skipped.
    fn beat(&mut self, voice: &mut Voice) {
        let Some(beats) = &mut self.beats else { return };
        let now = Instant::now();
        let lag = now.saturating_duration_since(beats.next_at);
        beats.next_at += beats.every;
        if beats.next_at <= now {
            // Late by more than an interval, the beats between are not made up for.
            beats.next_at = now + beats.every;
        }
        if self.link.is_writable() {
            let vitals = voice.measure(lag);
            self.speak(voice, vitals);
        }
    }

    /// Sends one message with all there is to tell.
    fn speak(&mut self, voice: &mut Voice, vitals: Option<Vitals>) {
        self.sequence += 1;
        self.sent_at = Instant::now();
        self.unacked.sent(self.sequence, self.sent_at);
        let goodbye = match &self.speech {
            Speech::Parting(words) => Some(words),
            _ => None,
        };
        let Composed {
            beat,
            counts,
            is_last,
        } = voice.speak(self.sequence, vitals, goodbye, self.may_publish);
        self.counts.extend(counts);
        self.told_activity = beat.activity();
        if is_last {
            self.speech = Speech::Parted(self.sequence);
        }
        self.link.send(beat);
    }

    fn read(&mut self, voice: &Voice, answer: BeatResponse) -> Answered {
        let acked = answer.acked_sequence;
        self.may_publish |= answer.welcome.is_some();
        voice.news.look(|untold| untold.tasks.acked(acked));
        for delivered in answer.delivered_counts {
            // The program may not want to know.
            let _ = self.counts.pop_front().map(|count| count.send(delivered));
        }
        if let Speech::Parted(with) = self.speech
            && acked >= with
        {
            self.finish();
        }
        Answered {
            acked: self.unacked.acked(acked),
            welcome: answer.welcome,
            directives: answer.directives,
            messages: answer.messages,
            skipped: answer.skipped_count,
        }
    }

    /// Half-closes, and does not wait for ever for the other half.
    fn finish(&mut self) {
        self.speech = Speech::Over(Instant::now() + FINISH_TIMEOUT);
        self.link.finish();
    }
}

/// When the server wants the next beat; a Welcome that leaves it out means a whole interval.
pub(crate) fn first_beat_in(welcome: &Welcome, interval: Duration) -> Duration {
    welcome
        .first_beat_in
        .map_or(interval, |sent| wire::read_span(sent).min(interval))
}

async fn at(instant: Option<Instant>) {
    match instant {
        Some(instant) => sleep_until(instant).await,
        None => pending().await,
    }
}
