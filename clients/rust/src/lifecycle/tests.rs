use std::collections::HashMap;
use std::sync::Mutex;

use tokio::sync::mpsc;
use tokio::task::JoinHandle;
use tokio::time::{advance, sleep, timeout};

use super::*;
use crate::Code;
use crate::link::Link;
use crate::message::Message;
use crate::state::AgentState;
use crate::task::TaskOptions;
use crate::v1::directive::Kind;
use crate::v1::{BeatRequest, BeatResponse, LivenessPolicy, Registration, TaskState};
use crate::wire;

const MS: Duration = Duration::from_millis(1);
const SECOND: Duration = Duration::from_secs(1);

/// The server's side of one stream.
struct Stream {
    beats: mpsc::Receiver<BeatRequest>,
    answers: mpsc::Sender<Result<BeatResponse, End>>,
}

impl Stream {
    async fn beat(&mut self) -> BeatRequest {
        let beat = timeout(3_600 * SECOND, self.beats.recv()).await;
        beat.expect("a beat in time").expect("an open stream")
    }

    async fn is_silent_for(&mut self, span: Duration) -> bool {
        timeout(span, self.beats.recv()).await.is_err()
    }

    async fn answer(&self, answer: BeatResponse) {
        self.answers.send(Ok(answer)).await.expect("a reader");
    }

    async fn ack(&self, beat: &BeatRequest) {
        self.answer(BeatResponse {
            acked_sequence: beat.sequence,
            ..BeatResponse::default()
        })
        .await;
    }

    /// Reads the first message and welcomes the agent, with an interval of a second.
    async fn welcome(&mut self, epoch: u64) -> BeatRequest {
        let first = self.beat().await;
        self.answer(BeatResponse {
            acked_sequence: first.sequence,
            welcome: Some(Welcome {
                epoch,
                resumed: first.epoch == epoch,
                policy: Some(LivenessPolicy {
                    interval: Some(wire::span(SECOND)),
                    ..LivenessPolicy::default()
                }),
                ..Welcome::default()
            }),
            ..BeatResponse::default()
        })
        .await;
        first
    }

    async fn direct(&self, kind: Kind) {
        self.answer(BeatResponse {
            directives: vec![v1::Directive { kind: Some(kind) }],
            ..BeatResponse::default()
        })
        .await;
    }

    async fn end(self, status: Code, code: &str) {
        let end = End::Status {
            status,
            message: "words".to_owned(),
            code: Some(code.to_owned()),
            pushback: None,
        };
        self.answers.send(Err(end)).await.expect("a reader");
    }
}

/// An agent whose server is the test. Its jitter is always the half.
struct House {
    news: Arc<News>,
    streams: mpsc::UnboundedReceiver<Stream>,
    events: Arc<Mutex<Vec<Event>>>,
    status: watch::Receiver<Status>,
    leave: watch::Sender<Option<Leave>>,
    running: JoinHandle<()>,
}

impl House {
    fn open() -> Self {
        Self::with(|_| {})
    }

    fn with(change: impl FnOnce(&mut Parts)) -> Self {
        let news = Arc::new(News::default());
        let events = Arc::new(Mutex::new(Vec::new()));
        let told = Arc::clone(&events);
        let (opened, streams) = mpsc::unbounded_channel();
        let (status, told_status) = watch::channel(Status::INITIAL);
        let (ask_leave, leave) = watch::channel(None);
        let mut parts = Parts {
            open: Box::new(move || {
                let (outgoing, beats) = mpsc::channel(1);
                let (answers, answered) = mpsc::channel(16);
                opened.send(Stream { beats, answers }).unwrap();
                Link::new(outgoing, answered, None)
            }),
            voice: Voice {
                agent_id: "billing-7".to_owned(),
                registration: Registration {
                    labels: HashMap::new(),
                    ..Registration::default()
                },
                news: Arc::clone(&news),
                meter: None,
            },
            backoff: BackoffBounds {
                initial: 250 * MS,
                max: 30 * SECOND,
            },
            max_reconnect_attempts: None,
            connect_timeout: 10 * SECOND,
            random: Box::new(|| 0.5),
            listener: Listener::new(Some(Box::new(move |event| {
                told.lock().unwrap().push(event);
            }))),
            inbox: None,
            farewell: None,
            status,
            leave,
        };
        change(&mut parts);
        Self {
            news,
            streams,
            events,
            status: told_status,
            leave: ask_leave,
            running: tokio::spawn(Lifecycle::begin(parts).run()),
        }
    }

    async fn stream(&mut self) -> Stream {
        let stream = timeout(3_600 * SECOND, self.streams.recv()).await;
        stream.expect("an attempt in time").expect("an agent")
    }

    async fn welcomed(&mut self) -> Stream {
        let mut stream = self.stream().await;
        stream.welcome(1).await;
        self.reaches(AgentState::Live).await;
        stream
    }

    async fn reaches(&mut self, state: AgentState) {
        let reached = self.status.wait_for(|status| status.state == state);
        let reached = timeout(3_600 * SECOND, reached).await;
        reached.expect("the state in time").expect("an agent");
    }

    fn events(&self) -> Vec<Event> {
        mem::take(&mut *self.events.lock().unwrap())
    }

    fn last_event(&self) -> Event {
        self.events().pop().expect("an event")
    }

    fn leave(&self, failed: bool) {
        let reason = "closed".to_owned();
        self.leave.send_replace(Some(Leave { reason, failed }));
    }

    fn publish(&self, text: &str) -> crate::Delivery {
        let message = Message::text("tasks.new", text).settle().unwrap();
        self.news.update(|untold| untold.outbox.put(message))
    }
}

#[tokio::test(start_paused = true)]
async fn the_first_message_says_who_it_is_and_beats_follow_at_a_steady_pace() {
    let mut house = House::open();
    let mut stream = house.stream().await;
    let start = Instant::now();
    let first = stream.welcome(7).await;
    assert_eq!(first.agent_id, "billing-7");
    assert!(first.registration.is_some());
    assert_eq!((first.sequence, first.epoch), (1, 0));
    for second in 1..=3 {
        let beat = stream.beat().await;
        assert_eq!(beat.sequence, 1 + u64::from(second));
        assert_eq!(beat.agent_id, "");
        assert_eq!(start.elapsed(), second * SECOND);
        stream.ack(&beat).await;
    }
    assert_eq!(house.status.borrow().epoch, 7);
    let welcome = house.last_event();
    assert!(
        matches!(welcome, Event::Welcome { epoch: 7, resumed: false, policy } if policy.interval == SECOND)
    );
}

#[tokio::test(start_paused = true)]
async fn while_a_message_is_unwritten_beats_are_skipped() {
    let mut house = House::open();
    let mut stream = house.welcomed().await;
    let start = Instant::now();
    sleep(2_500 * MS).await;
    let unwritten = stream.beat().await;
    assert_eq!(unwritten.sequence, 2);
    stream.ack(&unwritten).await;
    assert_eq!(stream.beat().await.sequence, 3);
    assert_eq!(start.elapsed(), 3 * SECOND);
}

#[tokio::test(start_paused = true)]
async fn a_broken_stream_is_opened_again_after_a_wait_and_with_its_epoch() {
    let mut house = House::open();
    let stream = house.welcomed().await;
    let task = house.news.start_task("import", TaskOptions::new());
    drop(stream);
    house.reaches(AgentState::Waiting).await;
    let lost_at = Instant::now();
    let mut second = house.stream().await;
    assert_eq!(lost_at.elapsed(), 125 * MS);
    let first = second.welcome(1).await;
    assert_eq!((first.sequence, first.epoch), (1, 1));
    assert_eq!(first.tasks[0].task_id, task.id());
    house.reaches(AgentState::Live).await;
    let expected = Event::Reconnect {
        epoch: 1,
        resumed: true,
        attempts: 1,
    };
    assert_eq!(house.last_event(), expected);
}

#[tokio::test(start_paused = true)]
async fn an_attempt_without_a_welcome_fails_and_the_last_one_gives_up() {
    let mut house = House::with(|parts| parts.max_reconnect_attempts = Some(2));
    let start = Instant::now();
    let _first = house.stream().await;
    let _second = house.stream().await;
    assert_eq!(start.elapsed(), 10 * SECOND + 125 * MS);
    house.reaches(AgentState::Ended).await;
    let expected = Event::GaveUp {
        attempts: 2,
        reason: "no Welcome within 10s".to_owned(),
    };
    assert_eq!(house.events(), [expected]);
    house.running.await.unwrap();
}

#[tokio::test(start_paused = true)]
async fn an_attempt_that_is_put_off_has_not_failed() {
    let mut house = House::with(|parts| parts.max_reconnect_attempts = Some(1));
    let stream = house.stream().await;
    let later = End::Status {
        status: Code::ResourceExhausted,
        message: String::new(),
        code: Some("admission_deferred".to_owned()),
        pushback: Some(SECOND),
    };
    stream.answers.send(Err(later)).await.unwrap();
    house.reaches(AgentState::Waiting).await;
    let put_off_at = Instant::now();
    let _again = house.stream().await;
    assert_eq!(put_off_at.elapsed(), 1_050 * MS);
    assert_eq!(house.status.borrow().attempts, 1);
    assert_eq!(house.events(), []);
}

#[tokio::test(start_paused = true)]
async fn a_refusal_ends_the_agent_with_the_servers_words() {
    let mut house = House::open();
    house
        .stream()
        .await
        .end(Code::InvalidArgument, "field_invalid")
        .await;
    house.reaches(AgentState::Ended).await;
    let expected = Event::Error {
        status: Code::InvalidArgument,
        code: "field_invalid".to_owned(),
        message: "words".to_owned(),
    };
    assert_eq!(house.last_event(), expected);
    assert_eq!(house.publish("too late").await, None);
}

#[tokio::test(start_paused = true)]
async fn a_takeover_fires_the_signals_of_all_tasks() {
    let mut house = House::open();
    let stream = house.welcomed().await;
    let task = house.news.start_task("import", TaskOptions::new());
    let by = v1::Superseded {
        epoch: 2,
        instance_id: "twin".to_owned(),
    };
    stream.direct(Kind::Superseded(by)).await;
    stream.end(Code::Aborted, "superseded").await;
    house.reaches(AgentState::Ended).await;
    task.canceled().await;
    let expected = Event::Superseded {
        epoch: Some(2),
        instance_id: Some("twin".to_owned()),
    };
    assert_eq!(house.last_event(), expected);
}

#[tokio::test(start_paused = true)]
async fn a_silent_server_costs_the_lease_once_and_the_stream() {
    let mut house = House::open();
    let _stream = house.welcomed().await;
    house.reaches(AgentState::Waiting).await;
    let expected = Event::LeaseLost {
        epoch: 1,
        silent: 3 * SECOND,
    };
    assert_eq!(house.last_event(), expected);
    let _silent_as_well = house.stream().await;
    advance(60 * SECOND).await;
    assert_eq!(house.events(), []);
}

#[tokio::test(start_paused = true)]
async fn a_new_interval_holds_from_the_next_beat_on() {
    let mut house = House::open();
    let mut stream = house.welcomed().await;
    let start = Instant::now();
    let policy = LivenessPolicy {
        interval: Some(wire::span(200 * MS)),
        ..LivenessPolicy::default()
    };
    stream.direct(Kind::SetPolicy(policy)).await;
    stream.beat().await;
    stream.beat().await;
    assert_eq!(start.elapsed(), 400 * MS);
    assert!(matches!(
        house.last_event(),
        Event::Directive(Directive::SetPolicy(_))
    ));
}

#[tokio::test(start_paused = true)]
async fn asked_to_reconnect_it_half_closes_without_a_goodbye_and_is_back_at_once() {
    let mut house = House::open();
    let mut stream = house.welcomed().await;
    let asked_at = Instant::now();
    let asked = v1::Reconnect {
        within: Some(wire::span(800 * MS)),
        reason: "draining".to_owned(),
    };
    stream.direct(Kind::Reconnect(asked)).await;
    assert_eq!(stream.beats.recv().await, None);
    assert_eq!(asked_at.elapsed(), 400 * MS);
    stream.end(Code::Ok, "").await;
    house.welcomed().await;
    assert_eq!(asked_at.elapsed(), 400 * MS);
}

#[tokio::test(start_paused = true)]
async fn a_server_that_hangs_up_before_is_met_again_at_the_same_instant() {
    let mut house = House::open();
    let stream = house.welcomed().await;
    let asked_at = Instant::now();
    let asked = v1::Reconnect {
        within: Some(wire::span(800 * MS)),
        reason: "draining".to_owned(),
    };
    stream.direct(Kind::Reconnect(asked)).await;
    stream.end(Code::Unavailable, "draining").await;
    house.welcomed().await;
    assert_eq!(asked_at.elapsed(), 400 * MS);
}

#[tokio::test(start_paused = true)]
async fn a_canceled_task_hears_of_it() {
    let mut house = House::open();
    let stream = house.welcomed().await;
    let task = house.news.start_task("import", TaskOptions::new());
    let cancel = v1::CancelTask {
        task_id: "import".to_owned(),
        reason: "no longer wanted".to_owned(),
        ..v1::CancelTask::default()
    };
    stream.direct(Kind::CancelTask(cancel)).await;
    task.canceled().await;
}

#[tokio::test(start_paused = true)]
async fn the_goodbye_comes_after_all_news_and_waits_for_its_ack() {
    let mut house = House::open();
    let mut stream = house.welcomed().await;
    house
        .news
        .start_task("import", TaskOptions::new())
        .succeed();
    house.leave(false);
    let mut told = Vec::new();
    let last = loop {
        let beat = stream.beat().await;
        told.extend(beat.tasks.iter().map(v1::TaskUpdate::state));
        if beat.goodbye.is_some() {
            break beat;
        }
    };
    assert_eq!(told, [TaskState::Succeeded]);
    let goodbye = last.goodbye.clone().expect("a Goodbye");
    assert_eq!((goodbye.reason.as_str(), goodbye.failed), ("closed", false));
    assert_eq!(house.status.borrow().state, AgentState::Closing);
    assert!(!house.running.is_finished());
    stream.ack(&last).await;
    assert_eq!(stream.beats.recv().await, None);
    stream.end(Code::Ok, "").await;
    house.running.await.unwrap();
}

#[tokio::test(start_paused = true)]
async fn a_goodbye_that_nobody_acknowledges_takes_two_seconds() {
    let mut house = House::open();
    let mut stream = house.welcomed().await;
    let start = Instant::now();
    house.leave(true);
    assert!(stream.beat().await.goodbye.expect("a Goodbye").failed);
    house.running.await.unwrap();
    assert_eq!(start.elapsed(), 2 * SECOND);
}

#[tokio::test(start_paused = true)]
async fn between_two_attempts_there_is_nobody_to_say_goodbye_to() {
    let mut house = House::open();
    drop(house.stream().await);
    house.reaches(AgentState::Waiting).await;
    let undelivered = house.publish("never sent");
    house.leave(false);
    house.running.await.unwrap();
    assert_eq!(undelivered.await, None);
}

#[tokio::test(start_paused = true)]
async fn messages_wait_for_the_welcome_and_their_counts_come_in_order() {
    let mut house = House::open();
    let (one, two) = (house.publish("one"), house.publish("two"));
    let mut stream = house.stream().await;
    let first = stream.welcome(1).await;
    assert_eq!(first.messages, []);
    let beat = stream.beat().await;
    assert_eq!(beat.messages.len(), 2);
    stream
        .answer(BeatResponse {
            acked_sequence: beat.sequence,
            delivered_counts: vec![3, 0],
            ..BeatResponse::default()
        })
        .await;
    assert_eq!((one.await, two.await), (Some(3), Some(0)));
}

#[tokio::test(start_paused = true)]
async fn a_message_goes_out_before_the_goodbye_even_when_the_welcome_comes_last() {
    let mut house = House::open();
    let mut stream = house.stream().await;
    let _sent = house.publish("one");
    house.leave(false);
    house.reaches(AgentState::Closing).await;
    stream.welcome(1).await;
    let last = stream.beat().await;
    assert_eq!(last.messages.len(), 1);
    assert!(last.goodbye.is_some());
}

#[tokio::test(start_paused = true)]
async fn of_a_message_that_was_written_when_the_stream_broke_nobody_knows() {
    let mut house = House::open();
    let mut stream = house.welcomed().await;
    let lost = house.publish("lost");
    assert_eq!(stream.beat().await.messages.len(), 1);
    drop(stream);
    assert_eq!(lost.await, None);
    let mut second = house.welcomed().await;
    assert!(second.is_silent_for(900 * MS).await);
}

#[tokio::test(start_paused = true)]
async fn what_panics_in_the_program_is_harmless() {
    let mut house = House::with(|parts| {
        parts.listener = Listener::new(Some(Box::new(|_| panic!("in on_event"))));
    });
    let mut stream = house.welcomed().await;
    stream.beat().await;
}

#[tokio::test(start_paused = true)]
async fn what_was_taken_up_is_to_stop_when_the_agent_ends() {
    let mut house = House::open();
    let stream = house.welcomed().await;
    let offer = v1::TaskRetry {
        task_id: "import-42".to_owned(),
        epoch: 9,
        ..v1::TaskRetry::default()
    };
    let taken_up = house.news.take_up(&offer).unwrap();
    let own = house.news.start_task("t", TaskOptions::new());
    house.leave(false);
    drop(stream);
    house.running.await.unwrap();
    assert!(taken_up.is_canceled());
    assert!(!own.is_canceled());
}

#[tokio::test(start_paused = true)]
async fn only_the_attempt_that_is_named_is_canceled() {
    let mut house = House::open();
    let stream = house.welcomed().await;
    let own = house.news.start_task("import-42", TaskOptions::new());
    let cancel = |epoch| {
        Kind::CancelTask(v1::CancelTask {
            task_id: "import-42".to_owned(),
            epoch: Some(epoch),
            ..v1::CancelTask::default()
        })
    };
    stream.direct(cancel(9)).await;
    stream.direct(cancel(0)).await;
    timeout(SECOND, own.canceled()).await.unwrap();
    let epochs = house.events().into_iter().filter_map(|event| match event {
        Event::Directive(Directive::CancelTask { epoch, .. }) => epoch,
        _ => None,
    });
    assert_eq!(epochs.collect::<Vec<_>>(), [9, 0]);
}
