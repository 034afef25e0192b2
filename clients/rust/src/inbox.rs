use std::fmt::Display;
use std::pin::Pin;
use std::sync::{Arc, Weak};

use tokio::sync::mpsc;

use crate::agent::{Agent, Inner};
use crate::limits;
use crate::subject::matches;
use crate::v1;

/// A message for one of the agent's subscriptions.
#[derive(Debug, Clone)]
pub struct Incoming {
    message: v1::Message,
    agent: Agent,
}

impl Incoming {
    /// The subject it was published on.
    pub fn subject(&self) -> &str {
        &self.message.subject
    }

    /// Its content.
    pub fn data(&self) -> &[u8] {
        &self.message.data
    }

    /// Its content as text; `None` when it is not UTF-8.
    pub fn text(&self) -> Option<&str> {
        std::str::from_utf8(self.data()).ok()
    }

    /// The media type of its content; empty when the publisher named none.
    pub fn content_type(&self) -> &str {
        &self.message.content_type
    }

    /// The agent that published it; empty when a program did that is no agent.
    pub fn from(&self) -> &str {
        &self.message.from_agent_id
    }

    /// The subject on which an answer is wanted; `None` when none is.
    pub fn reply_to(&self) -> Option<&str> {
        Some(self.message.reply_to.as_str()).filter(|subject| !subject.is_empty())
    }

    /// The agent that received it: to answer, to start a task.
    pub fn agent(&self) -> &Agent {
        &self.agent
    }
}

/// What a handler may return: nothing, or a result. The error of a message's handler is logged, that of a lost
/// task's is told with the task.
pub trait Outcome: Send + 'static {
    /// What went wrong, in words.
    fn problem(self) -> Option<String>;
}

impl Outcome for () {
    fn problem(self) -> Option<String> {
        None
    }
}

impl<E: Display + Send + 'static> Outcome for Result<(), E> {
    fn problem(self) -> Option<String> {
        self.err().map(|error| error.to_string())
    }
}

type Handling = Pin<Box<dyn Future<Output = Option<String>> + Send>>;

/// A subscription, and what is called for its messages.
pub(crate) struct Handler {
    pub(crate) subject: String,
    call: Box<dyn Fn(Incoming) -> Handling + Send + Sync>,
}

impl Handler {
    pub(crate) fn new<F, R>(subject: String, handler: F) -> Self
    where
        F: Fn(Incoming) -> R + Send + Sync + 'static,
        R: Future<Output: Outcome> + Send + 'static,
    {
        let handler = Arc::new(handler);
        let call = move |incoming| {
            let handler = Arc::clone(&handler);
            Box::pin(async move { handler(incoming).await.problem() }) as Handling
        };
        Self {
            subject,
            call: Box::new(call),
        }
    }
}

/// Messages on their way to the handlers.
pub(crate) struct Inbox(mpsc::Sender<v1::Message>);

impl Inbox {
    /// Hands messages to their handlers, one after the other, until the inbox is dropped: what waits then is
    /// not handled.
    pub(crate) fn open(handlers: Vec<Handler>, agent: Weak<Inner>) -> Self {
        let (inbox, mail) = mpsc::channel(limits::WAITING_MESSAGES);
        tokio::spawn(work(handlers, mail, agent));
        Self(inbox)
    }

    /// A message that finds too many waiting is left out.
    pub(crate) fn put(&self, message: v1::Message) {
        if let Err(mpsc::error::TrySendError::Full(message)) = self.0.try_send(message) {
            tracing::warn!(
                "a message on {} is left out: {} wait for their handler",
                message.subject,
                limits::WAITING_MESSAGES
            );
        }
    }
}

async fn work(handlers: Vec<Handler>, mut mail: mpsc::Receiver<v1::Message>, agent: Weak<Inner>) {
    while let Some(message) = mail.recv().await {
        for handler in &handlers {
            if !matches(&handler.subject, &message.subject) {
                continue;
            }
            let Some(agent) = Agent::upgrade(&agent).filter(|_| !mail.is_closed()) else {
                return;
            };
            let message = message.clone();
            handle(handler, Incoming { message, agent }).await;
        }
    }
}

/// In a task of its own, so that a panic is a failure like any other.
async fn handle(handler: &Handler, incoming: Incoming) {
    let problem = match tokio::spawn((handler.call)(incoming)).await {
        Ok(problem) => problem,
        Err(error) => Some(error.to_string()),
    };
    if let Some(problem) = problem {
        tracing::warn!("the handler of {} failed: {problem}", handler.subject);
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Mutex;

    use super::*;
    use crate::agent::tests::idle_agent;

    fn message(subject: &str) -> v1::Message {
        v1::Message {
            subject: subject.to_owned(),
            data: b"text".to_vec(),
            ..v1::Message::default()
        }
    }

    /// The paused clock moves only when nobody has anything to do: then all has been handled.
    async fn drained() {
        tokio::time::sleep(std::time::Duration::from_secs(1)).await;
    }

    #[tokio::test(start_paused = true)]
    async fn handlers_are_called_one_after_the_other_and_in_order() {
        let (agent, _asked) = idle_agent();
        let log = Arc::new(Mutex::new(Vec::new()));
        let logged = Arc::clone(&log);
        let handler = Handler::new("jobs.*".to_owned(), move |message: Incoming| {
            let log = Arc::clone(&logged);
            async move {
                log.lock()
                    .unwrap()
                    .push(format!("{} begins", message.subject()));
                tokio::task::yield_now().await;
                log.lock()
                    .unwrap()
                    .push(format!("{} ends", message.subject()));
            }
        });
        let inbox = Inbox::open(vec![handler], Arc::downgrade(&agent.inner()));
        for subject in ["jobs.1", "elsewhere", "jobs.2"] {
            inbox.put(message(subject));
        }
        drained().await;
        assert_eq!(
            *log.lock().unwrap(),
            [
                "jobs.1 begins",
                "jobs.1 ends",
                "jobs.2 begins",
                "jobs.2 ends"
            ]
        );
    }

    #[tokio::test(start_paused = true)]
    async fn one_that_fails_or_panics_is_harmless() {
        let (agent, _asked) = idle_agent();
        let handled = Arc::new(Mutex::new(0));
        let counted = Arc::clone(&handled);
        let handlers = vec![
            Handler::new("jobs".to_owned(), |_| async { Err("no disk") }),
            Handler::new("jobs".to_owned(), |_| -> std::future::Ready<()> {
                std::panic::resume_unwind(Box::new("before it returned a future"))
            }),
            Handler::new("jobs".to_owned(), move |_| {
                *counted.lock().unwrap() += 1;
                async {}
            }),
        ];
        let inbox = Inbox::open(handlers, Arc::downgrade(&agent.inner()));
        inbox.put(message("jobs"));
        inbox.put(message("jobs"));
        drained().await;
        assert_eq!(*handled.lock().unwrap(), 2);
    }

    #[tokio::test(start_paused = true)]
    async fn no_more_wait_than_the_limit() {
        let (agent, _asked) = idle_agent();
        let inbox = Inbox::open(Vec::new(), Arc::downgrade(&agent.inner()));
        for _ in 0..=limits::WAITING_MESSAGES {
            inbox.put(message("jobs"));
        }
        assert_eq!(inbox.0.capacity(), 0);
    }
}
