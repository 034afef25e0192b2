use std::fmt;
use std::sync::{Arc, Weak};

use tokio::sync::watch;
use tokio::time::Instant;
use tokio_util::task::TaskTracker;

use crate::builder::Builder;
use crate::error::InvalidValue;
use crate::health::{Health, Status};
use crate::lifecycle::Leave;
use crate::message::{Delivery, Message};
use crate::news::News;
use crate::state::AgentState;
use crate::task::{Task, TaskOptions};
use crate::v1::{Activity, TaskRetry};

/// Tells a Heartbeat monitor that this process lives.
///
/// A task of its own on the Tokio runtime holds a stream open, beats on it, and opens it again when it
/// breaks; this is a handle to it, and a clone is another one. Nothing that happens on the network fails or
/// panics in the program: [`on_event`](Builder::on_event) tells it, and `tracing` what is survived.
///
/// End it with [`close`](Self::close). When the last handle is dropped, the agent says Goodbye in the
/// background, as far as the runtime still runs; at the end of `main` it does not, and the monitor sees a
/// dropped connection. A handle that is dropped by a panic tells a failure.
#[derive(Clone)]
pub struct Agent(Arc<Inner>);

/// What all handles have in common.
pub(crate) struct Inner {
    pub(crate) id: String,
    pub(crate) news: Arc<News>,
    pub(crate) status: watch::Receiver<Status>,
    pub(crate) leave: watch::Sender<Option<Leave>>,
    /// Everything that runs for the agent.
    pub(crate) crew: TaskTracker,
}

impl Agent {
    /// Makes an agent: its name is 1 to 128 bytes of `[A-Za-z0-9._:/@-]`, and one process at a time may hold
    /// it.
    pub fn builder(agent_id: impl Into<String>) -> Builder {
        Builder::new(agent_id.into())
    }

    pub(crate) fn new(inner: Arc<Inner>) -> Self {
        Self(inner)
    }

    pub(crate) fn upgrade(inner: &Weak<Inner>) -> Option<Self> {
        inner.upgrade().map(Self)
    }

    /// The agent's name.
    pub fn id(&self) -> &str {
        &self.0.id
    }

    /// Where the agent stands.
    pub fn state(&self) -> AgentState {
        self.0.status.borrow().state
    }

    /// The fencing token from the last Welcome; 0 before the first. Send it along with what you write
    /// elsewhere, and let the other side refuse an older one.
    pub fn epoch(&self) -> u64 {
        self.0.status.borrow().epoch
    }

    /// How the link to the monitor is, at this instant.
    pub fn health(&self) -> Health {
        self.0.status.borrow().health(Instant::now())
    }

    /// Waits until the agent has ended: because it was closed, superseded or refused, or has given up.
    pub async fn ended(&self) {
        let mut status = self.0.status.clone();
        // When the runtime has dropped the agent's task, it has ended as well.
        let _ = status
            .wait_for(|status| status.state == AgentState::Ended)
            .await;
    }

    /// Starts a task, or hands out the one of this name that is in flight: 1 to 128 bytes of
    /// `[A-Za-z0-9._:/@-]`. A task with another name, and the 257th at a time, works as usual and is not
    /// reported; a warning is logged.
    pub fn task(&self, id: &str) -> Task {
        self.task_with(id, TaskOptions::new())
    }

    /// As [`task`](Self::task), with thresholds of its own or a detail.
    pub fn task_with(&self, id: &str, options: TaskOptions) -> Task {
        self.0.news.start_task(id, options)
    }

    pub(crate) fn take_up(&self, offer: &TaskRetry) -> Option<Task> {
        self.0.news.take_up(offer)
    }

    /// Tells that the agent waits for work: the thresholds of its tasks rest. Sent at once.
    pub fn idle(&self) {
        self.0
            .news
            .update(|untold| untold.activity = Activity::Idle);
    }

    /// Tells that the agent is at work. Sent at once.
    pub fn running(&self) {
        self.0
            .news
            .update(|untold| untold.activity = Activity::Running);
    }

    /// Sends an extra beat now. Does nothing while there is no stream.
    pub fn beat(&self) {
        if self.state() == AgentState::Live {
            self.0.news.update(|untold| untold.beat_wanted = true);
        }
    }

    /// Publishes a message, at most once, to whoever subscribes to its subject in this organization. What
    /// cannot be sent yet waits: at most 256 messages and 1 MiB; one more is not sent, and a warning is
    /// logged.
    ///
    /// Refuses a message that is outside its limits, which are those of [`Message`].
    pub fn publish(&self, message: Message) -> Result<Delivery, InvalidValue> {
        let message = message.settle()?;
        Ok(self.0.news.update(|untold| untold.outbox.put(message)))
    }

    /// Says Goodbye after all there is to tell, waits for its ack (2 s at most) and lets everything go. May
    /// be called again, and by several at once.
    ///
    /// The reason is for people; cut after 1 KiB.
    pub async fn close(&self, reason: impl Into<String>) {
        self.leave(reason.into(), false).await;
    }

    /// As [`close`](Self::close), but tells the agent's own death: the monitor calls it DOWN at once.
    pub async fn fail(&self, reason: impl Into<String>) {
        self.leave(reason.into(), true).await;
    }

    async fn leave(&self, reason: String, failed: bool) {
        self.0.ask_to_leave(reason, failed);
        self.0.crew.wait().await;
    }
}

impl Inner {
    /// The first who asks is heard.
    fn ask_to_leave(&self, reason: String, failed: bool) {
        self.leave.send_if_modified(|leave| {
            let first = leave.is_none();
            if first {
                *leave = Some(Leave { reason, failed });
            }
            first
        });
    }
}

impl Drop for Inner {
    fn drop(&mut self) {
        if std::thread::panicking() {
            self.ask_to_leave("the program panicked".to_owned(), true);
        } else {
            self.ask_to_leave("the program let the agent go".to_owned(), false);
        }
    }
}

impl fmt::Debug for Agent {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Agent")
            .field("id", &self.id())
            .field("state", &self.state())
            .field("epoch", &self.epoch())
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use std::{panic, thread};

    use super::*;

    /// The handle of an agent of which nothing runs, and what it is asked.
    pub(crate) fn idle_agent() -> (Agent, watch::Receiver<Option<Leave>>) {
        let (leave, asked) = watch::channel(None);
        let crew = TaskTracker::new();
        crew.close();
        let inner = Inner {
            id: "billing-7".to_owned(),
            news: Arc::new(News::default()),
            status: watch::channel(Status::INITIAL).1,
            leave,
            crew,
        };
        (Agent::new(Arc::new(inner)), asked)
    }

    impl Agent {
        pub(crate) fn inner(&self) -> Arc<Inner> {
            Arc::clone(&self.0)
        }
    }

    #[test]
    fn the_last_handle_that_is_dropped_lets_the_agent_go() {
        let (agent, asked) = idle_agent();
        drop(agent.clone());
        assert!(asked.borrow().is_none());
        drop(agent);
        assert!(asked.borrow().as_ref().is_some_and(|leave| !leave.failed));
    }

    #[test]
    fn a_panic_tells_a_failure() {
        let (agent, asked) = idle_agent();
        let worker = thread::spawn(move || {
            let _agent = agent;
            panic::resume_unwind(Box::new("the work has failed"));
        });
        assert!(worker.join().is_err());
        assert!(asked.borrow().as_ref().is_some_and(|leave| leave.failed));
    }

    #[tokio::test]
    async fn the_first_who_asks_is_heard() {
        let (agent, asked) = idle_agent();
        agent.fail("no disk").await;
        agent.close("later").await;
        let leave = asked.borrow().clone().unwrap();
        assert_eq!((leave.reason.as_str(), leave.failed), ("no disk", true));
    }

    #[tokio::test]
    async fn an_agent_whose_task_is_gone_has_ended() {
        let (agent, _asked) = idle_agent();
        agent.ended().await;
    }
}
