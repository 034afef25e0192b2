use std::mem;
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use tokio::sync::watch;
use tokio::time::Instant;

use crate::backoff::{Backoff, BackoffBounds};
use crate::checks::cut;
use crate::directive::Directive;
use crate::event::Event;
use crate::farewell::Farewell;
use crate::health::Status;
use crate::inbox::Inbox;
use crate::lease::Lease;
use crate::limits;
use crate::link::Open;
use crate::listener::Listener;
use crate::news::News;
use crate::policy::Policy;
use crate::pushback::pushback_wait;
use crate::session::{Answered, Session, SessionEvent, first_beat_in};
use crate::state::{State, Step};
use crate::v1::{self, Goodbye, Welcome};
use crate::verdict::{End, Verdict, judge};
use crate::voice::Voice;

/// How long a Goodbye may take.
const GOODBYE_BOUND: Duration = Duration::from_secs(2);

/// The wish that the agent go.
#[derive(Debug, Clone)]
pub(crate) struct Leave {
    pub(crate) reason: String,
    pub(crate) failed: bool,
}

/// What a lifecycle is made of.
pub(crate) struct Parts {
    pub(crate) open: Open,
    pub(crate) voice: Voice,
    pub(crate) backoff: BackoffBounds,
    pub(crate) max_reconnect_attempts: Option<u32>,
    pub(crate) connect_timeout: Duration,
    /// Numbers of [0, 1) for jitter.
    pub(crate) random: Box<dyn FnMut() -> f64 + Send>,
    pub(crate) listener: Listener,
    /// None when nothing is subscribed to.
    pub(crate) inbox: Option<Inbox>,
    /// None when signals are the program's own affair.
    pub(crate) farewell: Option<Farewell>,
    pub(crate) status: watch::Sender<Status>,
    pub(crate) leave: watch::Receiver<Option<Leave>>,
}

/// From one stream to the next, until the end: the agent's state, and all that changes it.
pub(crate) struct Lifecycle {
    parts: Parts,
    state: State,
    backoff: Backoff,
    lease: Lease,
    policy: Policy,
    was_live: bool,
    /// Who holds the name now, as the server told on the present stream.
    superseded_by: Option<(u64, String)>,
}

enum Happening {
    Leave(Leave),
    Step(Step),
    LeaseLost(Duration),
}

impl Lifecycle {
    /// Begins to connect.
    pub(crate) fn begin(parts: Parts) -> Self {
        let mut lifecycle = Self {
            backoff: Backoff::new(parts.backoff),
            parts,
            state: State::Ended,
            lease: Lease::default(),
            policy: Policy::ASSUMED,
            was_live: false,
            superseded_by: None,
        };
        lifecycle.connect();
        lifecycle
    }

    /// Lives until the agent has ended.
    pub(crate) async fn run(mut self) {
        while !matches!(self.state, State::Ended) {
            match self.happening().await {
                Happening::Leave(leave) => self.on_leave(&leave),
                Happening::LeaseLost(silent) => self.on_lease_lost(silent),
                Happening::Step(Step::Session(SessionEvent::Answered(answered))) => {
                    self.on_answered(*answered);
                }
                Happening::Step(Step::Session(SessionEvent::Ended(end))) => self.on_end(&end),
                Happening::Step(Step::Elapsed) => self.on_elapsed(),
            }
        }
        self.news().look(|untold| {
            untold.outbox.clear();
            untold.tasks.let_go();
        });
    }

    async fn happening(&mut self) -> Happening {
        let Parts {
            voice,
            leave,
            farewell,
            ..
        } = &mut self.parts;
        let stays = !matches!(self.state, State::Closing { .. });
        tokio::select! {
            leave = asked_to_leave(leave, farewell.as_mut()), if stays => Happening::Leave(leave),
            silent = self.lease.lost() => Happening::LeaseLost(silent),
            step = self.state.next(voice) => Happening::Step(step),
        }
    }

    /// The one place where the state changes.
    fn enter(&mut self, change: impl FnOnce(State) -> State) {
        let from = mem::replace(&mut self.state, State::Ended);
        self.state = change(from);
        let name = self.state.name();
        self.parts.status.send_modify(|status| status.state = name);
    }

    /// Opens a stream: at the start, after a wait, or at once after one that the server asked back.
    fn connect(&mut self) {
        self.parts.status.send_modify(|status| status.attempts += 1);
        self.superseded_by = None;
        let epoch = self.epoch();
        let Parts { open, voice, .. } = &mut self.parts;
        let session = Session::open(open(), voice, epoch);
        let until = Instant::now() + self.parts.connect_timeout;
        self.enter(|_| State::Connecting { session, until });
    }

    fn wait(&mut self, span: Duration) {
        let until = Instant::now() + span;
        self.enter(|_| State::Waiting { until });
    }

    fn end(&mut self) {
        self.enter(|_| State::Ended);
    }

    fn on_elapsed(&mut self) {
        match self.state {
            State::Waiting { .. } => self.connect(),
            State::Closing { .. } => self.end(),
            _ => {
                let span = self.parts.connect_timeout;
                self.on_end(&End::Broken(format!("no Welcome within {span:?}")));
            }
        }
    }

    /// Says Goodbye, if there is a stream to say it on.
    fn on_leave(&mut self, Leave { reason, failed }: &Leave) {
        let words = Goodbye {
            reason: cut(reason, limits::SENTENCE_BYTES),
            failed: *failed,
            ..Goodbye::default()
        };
        self.news().look(|untold| untold.outbox.seal());
        self.lease.stop();
        self.publish_lease();
        let until = Instant::now() + GOODBYE_BOUND;
        self.enter(|from| from.parting(words, until));
    }

    fn on_answered(&mut self, answered: Answered) {
        if matches!(self.state, State::Closing { .. }) {
            return;
        }
        if let Some(sent_at) = answered.acked {
            self.on_ack(sent_at);
        }
        if let Some(welcome) = answered.welcome {
            self.on_welcome(&welcome);
        }
        for directive in answered.directives {
            self.on_directive(directive);
        }
        self.on_messages(answered.messages, answered.skipped);
    }

    fn on_ack(&mut self, sent_at: Instant) {
        let now = Instant::now();
        self.lease.renew(sent_at, now);
        self.publish_lease();
        let acked = Some((now, SystemTime::now()));
        self.parts.status.send_modify(|status| status.acked = acked);
    }

    fn on_welcome(&mut self, welcome: &Welcome) {
        let State::Connecting { session, .. } = &mut self.state else {
            return;
        };
        let &Welcome { epoch, resumed, .. } = welcome;
        if let Some(sent) = &welcome.policy {
            self.policy = Policy::read(sent, &self.policy);
        }
        let (policy, interval) = (self.policy, self.policy.interval);
        session.beat_every(interval, first_beat_in(welcome, interval));
        let now = Instant::now();
        self.lease.allow(policy.timeout(), now);
        self.publish_lease();
        let attempts = self.parts.status.borrow().attempts;
        self.parts.status.send_modify(|status| {
            status.epoch = epoch;
            status.attempts = 0;
        });
        self.enter(|from| from.welcomed(now));
        let event = if mem::replace(&mut self.was_live, true) {
            Event::Reconnect {
                epoch,
                resumed,
                attempts,
            }
        } else {
            Event::Welcome {
                epoch,
                resumed,
                policy,
            }
        };
        self.parts.listener.tell(event);
    }

    fn on_directive(&mut self, sent: v1::Directive) {
        let State::Live { session, .. } = &mut self.state else {
            return;
        };
        let Some(directive) = Directive::read(sent, &self.policy) else {
            return;
        };
        match &directive {
            Directive::SetPolicy(policy) => {
                self.policy = *policy;
                session.change_interval(policy.interval);
                self.lease.allow(policy.timeout(), Instant::now());
                self.publish_lease();
            }
            Directive::Reconnect { within, .. } => {
                session.leave_in(within.mul_f64((self.parts.random)()));
            }
            Directive::CancelTask { task_id, epoch, .. } => {
                self.news()
                    .look(|untold| untold.tasks.cancel(task_id, *epoch));
            }
            Directive::Superseded { epoch, instance_id } => {
                self.superseded_by = Some((*epoch, instance_id.clone()));
            }
            Directive::Pause { .. } | Directive::Resume => {}
        }
        self.parts.listener.tell(Event::Directive(directive));
    }

    fn on_messages(&mut self, messages: Vec<v1::Message>, skipped: u64) {
        if skipped > 0 {
            tracing::warn!("the server left out {skipped} messages: this agent reads too slowly");
        }
        if let Some(inbox) = &self.parts.inbox {
            for message in messages {
                inbox.put(message);
            }
        }
    }

    /// The program is told. A stream that is open all the same is half-open, and is given up.
    fn on_lease_lost(&mut self, silent: Duration) {
        let epoch = self.epoch();
        self.parts.listener.tell(Event::LeaseLost { epoch, silent });
        if matches!(self.state, State::Live { .. }) {
            self.on_lost(&format!("no ack for {silent:?}"));
        }
    }

    /// The present stream, or the attempt at one, is over.
    fn on_end(&mut self, end: &End) {
        if matches!(self.state, State::Closing { .. }) {
            return self.end();
        }
        match judge(end, self.superseded_by.is_some()) {
            Verdict::Reconnect => self.on_lost(&end.to_string()),
            Verdict::Deferred(asked) => self.on_deferred(asked),
            Verdict::Superseded => self.on_superseded(),
            Verdict::Refused {
                status,
                code,
                message,
            } => {
                self.end();
                tracing::warn!("this agent was refused and has ended ({status:?}: {message})");
                self.parts.listener.tell(Event::Error {
                    status,
                    code,
                    message,
                });
            }
        }
    }

    fn on_superseded(&mut self) {
        self.end();
        self.news().look(|untold| untold.tasks.cancel_all());
        let (epoch, instance_id) = self.superseded_by.take().unzip();
        tracing::warn!("this agent has ended: another process took its name");
        self.parts
            .listener
            .tell(Event::Superseded { epoch, instance_id });
    }

    /// The server asks to come back later: no failure, and no reason to wait longer and longer.
    fn on_deferred(&mut self, asked: Duration) {
        if matches!(self.state, State::Connecting { .. }) {
            self.parts.status.send_modify(|status| status.attempts -= 1);
        }
        tracing::info!("the server asks to come back in {asked:?}");
        let span = pushback_wait(asked, (self.parts.random)());
        self.wait(span);
    }

    fn on_lost(&mut self, reason: &str) {
        let attempts = self.parts.status.borrow().attempts;
        if self
            .parts
            .max_reconnect_attempts
            .is_some_and(|max| attempts >= max)
        {
            self.end();
            tracing::warn!("this agent has given up after {attempts} attempts ({reason})");
            let reason = reason.to_owned();
            return self.parts.listener.tell(Event::GaveUp { attempts, reason });
        }
        let span = self.span_until_next();
        tracing::warn!("the stream is lost ({reason}); next attempt in {span:?}");
        if span.is_zero() {
            self.connect();
        } else {
            self.wait(span);
        }
    }

    /// Until the next attempt. A stream that the server asked back ends at an instant already drawn.
    fn span_until_next(&mut self) -> Duration {
        let now = Instant::now();
        let random = (self.parts.random)();
        let State::Live { since, session } = &self.state else {
            return self.backoff.after_loss(Duration::ZERO, random);
        };
        let up = now - *since;
        match session.leave_at() {
            None => self.backoff.after_loss(up, random),
            Some(at) => self
                .backoff
                .after_request(up, random)
                .max(at.saturating_duration_since(now)),
        }
    }

    fn publish_lease(&self) {
        let until = self.lease.until();
        self.parts
            .status
            .send_modify(|status| status.lease_until = until);
    }

    fn epoch(&self) -> u64 {
        self.parts.status.borrow().epoch
    }

    fn news(&self) -> &Arc<News> {
        &self.parts.voice.news
    }
}

/// By the program, by the last of its handles, or by a signal.
async fn asked_to_leave(
    leave: &mut watch::Receiver<Option<Leave>>,
    farewell: Option<&mut Farewell>,
) -> Leave {
    let by_program = async {
        match leave.wait_for(Option::is_some).await {
            Ok(leave) => leave.clone().unwrap_or_else(gone),
            Err(_) => gone(),
        }
    };
    let Some(farewell) = farewell else {
        return by_program.await;
    };
    tokio::select! {
        leave = by_program => leave,
        signal = farewell.heard() => Leave { reason: signal.to_owned(), failed: false },
    }
}

/// Nobody is left who could ask.
fn gone() -> Leave {
    Leave {
        reason: "the program let the agent go".to_owned(),
        failed: false,
    }
}

#[cfg(test)]
mod tests;
