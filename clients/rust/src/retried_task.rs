use std::ops::Deref;
use std::sync::Arc;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use serde::Deserialize;

use crate::agent::Agent;
use crate::inbox::{Handler, Incoming, Outcome};
use crate::task::Task;
use crate::v1::TaskRetry;

/// Where the server offers lost tasks.
const RETRY_SUBJECT: &str = "tasks.retry";

/// A task that another agent, or an earlier life of this one, lost: taken up already. It is used as the
/// [`Task`] that it derefs to.
#[derive(Debug, Clone)]
pub struct RetriedTask {
    task: Task,
    offer: TaskRetry,
    agent: Agent,
}

impl RetriedTask {
    /// Which attempt this is: 2 is the first after the first failed.
    pub fn attempt(&self) -> u32 {
        self.offer.attempt
    }

    /// How many there may be in all.
    pub fn max_attempts(&self) -> u32 {
        self.offer.max_attempts
    }

    /// The fencing token of this attempt, greater than that of each before: send it along with what the task
    /// writes elsewhere, and let the other side refuse an older one.
    pub fn epoch(&self) -> u64 {
        self.offer.epoch
    }

    /// How far it was, 0 to 1, as last told.
    pub fn progress_before(&self) -> f64 {
        self.offer.progress
    }

    /// What the attempt before told of it for this one; empty when it told nothing.
    pub fn detail_before(&self) -> &[u8] {
        &self.offer.detail
    }

    /// The agent that had it last.
    pub fn from_agent_id(&self) -> &str {
        &self.offer.from_agent_id
    }

    /// Why it is handed on.
    pub fn reason(&self) -> &str {
        &self.offer.reason
    }

    /// The agent that took it up.
    pub fn agent(&self) -> &Agent {
        &self.agent
    }
}

impl Deref for RetriedTask {
    type Target = Task;

    fn deref(&self) -> &Task {
        &self.task
    }
}

/// Takes up what is offered, and has the program work on it beside its messages.
pub(crate) fn taking<F, R>(work: F) -> Handler
where
    F: Fn(RetriedTask) -> R + Send + Sync + 'static,
    R: Future<Output: Outcome> + Send + 'static,
{
    let work = Arc::new(work);
    Handler::new(RETRY_SUBJECT.to_owned(), move |offered: Incoming| {
        let work = Arc::clone(&work);
        async move {
            let offer = read(offered.data())
                .map_err(|error| format!("the offer of a task cannot be read: {error}"))?;
            let agent = offered.agent().clone();
            if let Some(task) = agent.take_up(&offer) {
                let told = task.clone();
                let task = RetriedTask { task, offer, agent };
                tokio::spawn(see_through(told, async move { work(task).await.problem() }));
            }
            Ok::<(), String>(())
        }
    })
}

/// In a task of its own, so that a panic is a failure like any other.
async fn see_through(task: Task, work: impl Future<Output = Option<String>> + Send + 'static) {
    let worked = tokio::spawn(work).await;
    match worked.unwrap_or_else(|error| Some(error.to_string())) {
        Some(problem) if !task.is_canceled() => task.fail(problem),
        _ => task.abandon(),
    }
}

/// An offer as JSON: a number of 64 bits is a string there, bytes are base64, and what is nothing is left out.
#[derive(Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
struct Offer {
    task_id: String,
    from_agent_id: String,
    attempt: u32,
    max_attempts: u32,
    epoch: String,
    progress: f64,
    detail: String,
    reason: String,
}

fn read(data: &[u8]) -> Result<TaskRetry, Box<dyn std::error::Error>> {
    let offer: Offer = serde_json::from_slice(data)?;
    Ok(TaskRetry {
        task_id: offer.task_id,
        from_agent_id: offer.from_agent_id,
        attempt: offer.attempt,
        max_attempts: offer.max_attempts,
        epoch: offer.epoch.parse()?,
        progress: offer.progress,
        detail: BASE64.decode(offer.detail)?,
        reason: offer.reason,
        ..TaskRetry::default()
    })
}

#[cfg(test)]
mod tests {
    use std::sync::Mutex;

    use tokio::sync::watch;

    use super::*;
    use crate::agent::tests::idle_agent;
    use crate::inbox::Inbox;
    use crate::lifecycle::Leave;
    use crate::limits;
    use crate::v1::{Message, TaskUpdate};
    use crate::voice::Room;

    /// An agent that takes tasks, and what its handler was called with.
    struct House {
        agent: Agent,
        inbox: Inbox,
        handed: Arc<Mutex<Vec<RetriedTask>>>,
        _asked: watch::Receiver<Option<Leave>>,
    }

    impl House {
        fn with<F, R>(work: F) -> Self
        where
            F: Fn(RetriedTask) -> R + Send + Sync + 'static,
            R: Future<Output: Outcome> + Send + 'static,
        {
            let (agent, asked) = idle_agent();
            let handed = Arc::new(Mutex::new(Vec::new()));
            let seen = Arc::clone(&handed);
            let handler = taking(move |task| {
                seen.lock().unwrap().push(task.clone());
                work(task)
            });
            let inbox = Inbox::open(vec![handler], Arc::downgrade(&agent.inner()));
            Self {
                agent,
                inbox,
                handed,
                _asked: asked,
            }
        }

        async fn offer(&self, epoch: u64) {
            let data = format!(
                r#"{{"taskId": "import-42", "organizationId": "default", "fromAgentId": "billing-3",
                    "attempt": 2, "maxAttempts": 3, "epoch": "{epoch}", "progress": 0.4,
                    "detail": "cm93IDE3", "reason": "its agent is down", "takeUpWithin": "10s"}}"#
            );
            self.send(data).await;
        }

        async fn send(&self, data: impl Into<Vec<u8>>) {
            self.inbox.put(Message {
                subject: RETRY_SUBJECT.to_owned(),
                data: data.into(),
                ..Message::default()
            });
            // The paused clock moves only when nobody has anything to do.
            tokio::time::sleep(std::time::Duration::from_secs(1)).await;
        }

        fn told(&self) -> Vec<String> {
            let news = &self.agent.inner().news;
            let updates = news.look(|untold| untold.tasks.take(1, &mut Room::of_a_beat()));
            updates.iter().map(words).collect()
        }

        fn cancel(&self, epoch: u64) {
            let news = &self.agent.inner().news;
            news.look(|untold| untold.tasks.cancel("import-42", Some(epoch)));
        }

        fn handed(&self) -> usize {
            self.handed.lock().unwrap().len()
        }

        fn last(&self) -> RetriedTask {
            self.handed.lock().unwrap().last().unwrap().clone()
        }
    }

    fn words(update: &TaskUpdate) -> String {
        let TaskUpdate {
            task_id,
            epoch,
            error,
            ..
        } = update;
        format!("{task_id} {:?} {epoch} {error}", update.state())
            .trim_end()
            .to_owned()
    }

    #[tokio::test(start_paused = true)]
    async fn a_task_is_taken_up_at_once_with_all_that_was_told_of_it() {
        let house = House::with(|_| std::future::pending::<()>());
        house.offer(9).await;
        assert_eq!(house.told(), ["import-42 Running 9"]);
        let task = house.last();
        assert_eq!(
            (task.id(), task.attempt(), task.max_attempts()),
            ("import-42", 2, 3)
        );
        assert_eq!(task.epoch(), 9);
        assert!((task.progress_before() - 0.4).abs() < f64::EPSILON);
        assert_eq!(task.detail_before(), b"row 17");
        assert_eq!(
            (task.from_agent_id(), task.reason()),
            ("billing-3", "its agent is down")
        );
        assert_eq!(task.agent().id(), house.agent.id());
    }

    async fn is_told_to_its_end(house: House, end: &str) {
        house.offer(9).await;
        assert_eq!(house.told(), [end]);
        house.offer(9).await;
        assert_eq!(house.handed(), 1, "the same offer again");
        house.offer(12).await;
        assert_eq!(house.handed(), 2, "the next attempt");
    }

    #[tokio::test(start_paused = true)]
    async fn one_that_succeeds_has_succeeded() {
        let house = House::with(|task: RetriedTask| async move { task.succeed() });
        is_told_to_its_end(house, "import-42 Succeeded 9").await;
    }

    #[tokio::test(start_paused = true)]
    async fn one_whose_handler_fails_has_failed() {
        let house = House::with(|_| async { Err("no disk") });
        is_told_to_its_end(house, "import-42 Failed 9 no disk").await;
    }

    #[tokio::test(start_paused = true)]
    async fn one_whose_handler_comes_back_without_an_end_has_failed() {
        let house = House::with(|_| async {});
        is_told_to_its_end(house, "import-42 Failed 9 left its scope without an end").await;
    }

    #[tokio::test(start_paused = true)]
    async fn one_whose_handler_panics_has_failed() {
        let house = House::with(|_| async { std::panic::resume_unwind(Box::new("oh")) as () });
        house.offer(9).await;
        let told = house.told();
        assert!(told[0].starts_with("import-42 Failed 9 task"), "{told:?}");
        assert!(told[0].contains("panicked"), "{told:?}");
    }

    #[tokio::test(start_paused = true)]
    async fn only_the_attempt_that_is_named_is_canceled() {
        let house = House::with(|task: RetriedTask| async move {
            task.canceled().await;
            Err("stopped")
        });
        house.offer(9).await;
        for other in [0, 8] {
            house.cancel(other);
            assert!(!house.last().is_canceled(), "{other}");
        }
        house.cancel(9);
        tokio::time::sleep(std::time::Duration::from_secs(1)).await;
        assert_eq!(house.told(), ["import-42 Canceled 9"]);
    }

    #[tokio::test(start_paused = true)]
    async fn it_takes_the_place_of_an_older_attempt() {
        let house = House::with(|_| std::future::pending::<()>());
        let own = house.agent.task("import-42");
        house.offer(9).await;
        assert!(own.is_canceled());
        own.cancel();
        assert_eq!(house.told(), ["import-42 Running 9"]);
        house.offer(9).await;
        assert_eq!(house.handed(), 1);
        assert!(!house.last().is_canceled());
    }

    #[tokio::test(start_paused = true)]
    async fn it_is_left_to_others_when_there_is_no_room() {
        let house = House::with(|_| std::future::pending::<()>());
        let start = |n: usize| house.agent.task(&format!("t{n}"));
        let _tasks: Vec<Task> = (0..limits::TASKS).map(start).collect();
        house.offer(9).await;
        assert_eq!(house.handed(), 0);
    }

    #[tokio::test(start_paused = true)]
    async fn what_cannot_be_read_is_harmless() {
        let house = House::with(|_| std::future::pending::<()>());
        for data in [
            "{",
            r#"{"taskId": "t"}"#,
            r#"{"epoch": "9", "detail": "?"}"#,
        ] {
            house.send(data).await;
        }
        assert_eq!(house.handed(), 0);
        house.offer(9).await;
        assert_eq!(house.handed(), 1);
    }
}
