use std::collections::{BTreeMap, VecDeque};
use std::sync::Weak;

use prost::Message as _;
use tokio_util::sync::CancellationToken;

use crate::limits;
use crate::task::{Handle, Task};
use crate::v1::{TaskState, TaskUpdate};
use crate::voice::Room;

/// Names one start of a task: of two tasks of the same id, one after the other, each has its own.
pub(crate) type Key = u64;

/// What the server is still to be told of tasks.
///
/// A running task is told as it is now, so a hundred changes make one update. An end is told until it has
/// been acknowledged, on as many streams as that takes: the server may hear it twice, never not.
#[derive(Default)]
pub(crate) struct TaskBook {
    last_key: Key,
    running: BTreeMap<Key, Running>,
    ends: VecDeque<End>,
    pub(crate) warnings: Vec<String>,
}

struct Running {
    task: Weak<Handle>,
    canceled: CancellationToken,
    /// The whole of what is to be said: an update that has been lost costs nothing.
    report: TaskUpdate,
    /// The report has changed since it was told.
    is_news: bool,
}

struct End {
    update: TaskUpdate,
    /// The message it went out with on the present stream.
    sent_with: Option<u64>,
}

impl TaskBook {
    pub(crate) fn next_key(&mut self) -> Key {
        self.last_key += 1;
        self.last_key
    }

    /// The task of this name that is in flight.
    pub(crate) fn in_flight(&mut self, id: &str) -> Option<Task> {
        let (key, running) = self.find(id)?;
        let task = Task::upgrade(&running.task);
        if task.is_none() {
            // Its last clone is just being dropped: it has ended, and before another of its name begins.
            self.abandon(key);
        }
        task
    }

    /// Reports a task from now on, if there is room for it.
    pub(crate) fn start(
        &mut self,
        key: Key,
        task: &Task,
        canceled: CancellationToken,
        report: TaskUpdate,
    ) {
        if self.running.len() >= limits::TASKS {
            self.warnings.push(format!(
                "task {} is not reported: {} are in flight already",
                report.task_id,
                limits::TASKS
            ));
            return;
        }
        let running = Running {
            task: task.downgrade(),
            canceled,
            report,
            is_news: true,
        };
        self.running.insert(key, running);
    }

    /// Makes room for a task that is offered; an older attempt at it is to stop, and nothing more is told of
    /// it. False when it was taken up before, or there are too many.
    pub(crate) fn make_room(&mut self, id: &str, epoch: u64) -> bool {
        let older = self
            .find(id)
            .map(|(key, running)| (key, running.report.epoch));
        let is_known = older.is_some_and(|(_, present)| present == epoch)
            || self
                .ends
                .iter()
                .any(|end| end.update.task_id == id && end.update.epoch == epoch);
        if is_known {
            return false;
        }
        if let Some(mut older) = older.and_then(|(key, _)| self.running.remove(&key)) {
            older.stop();
        } else if self.running.len() >= limits::TASKS {
            self.warnings.push(format!(
                "task {id} is not taken up: {} are in flight already",
                limits::TASKS
            ));
            return false;
        }
        true
    }

    pub(crate) fn change(&mut self, key: Key, change: impl FnOnce(&mut TaskUpdate)) {
        if let Some(running) = self.running.get_mut(&key) {
            change(&mut running.report);
            running.is_news = running.is_reported();
        }
    }

    pub(crate) fn end(&mut self, key: Key, last: impl FnOnce(&mut TaskUpdate)) {
        let Some(Running {
            report: mut update, ..
        }) = self.running.remove(&key)
        else {
            return;
        };
        last(&mut update);
        self.ends.push_back(End {
            update,
            sent_with: None,
        });
        if self.ends.len() > limits::TASKS
            && let Some(lost) = self.ends.pop_front()
        {
            self.warnings.push(format!(
                "the end of task {} is forgotten: no ack for {} ends",
                lost.update.task_id,
                limits::TASKS
            ));
        }
    }

    /// Nobody works on it any more, and nobody has told how it ended.
    pub(crate) fn abandon(&mut self, key: Key) {
        let canceled = self
            .running
            .get(&key)
            .is_some_and(|running| running.canceled.is_cancelled());
        self.end(key, |report| {
            if canceled {
                report.state = TaskState::Canceled.into();
            } else {
                report.state = TaskState::Failed.into();
                "left its scope without an end".clone_into(&mut report.error);
            }
        });
    }

    /// An operator stops one task, or it was handed on. With an epoch, only that attempt at it.
    pub(crate) fn cancel(&mut self, id: &str, epoch: Option<u64>) {
        if let Some((_, running)) = self.find(id)
            && epoch.is_none_or(|epoch| epoch == running.report.epoch)
        {
            running.stop();
        }
    }

    /// All work has to stop.
    pub(crate) fn cancel_all(&mut self) {
        self.running.values_mut().for_each(Running::stop);
    }

    /// The agent has ended: what it took up goes to another one.
    pub(crate) fn let_go(&mut self) {
        let taken_up = |running: &&mut Running| running.report.epoch != 0;
        self.running
            .values_mut()
            .filter(taken_up)
            .for_each(Running::stop);
    }

    pub(crate) fn has_news(&self) -> bool {
        self.running.values().any(|running| running.is_news)
            || self.ends.iter().any(|end| end.sent_with.is_none())
    }

    /// On a new stream everything is news: the server may not have read what the last one carried.
    pub(crate) fn begin_stream(&mut self) {
        for end in &mut self.ends {
            end.sent_with = None;
        }
        for running in self.running.values_mut() {
            running.is_news = running.is_reported();
        }
    }

    /// The news for the message with this sequence, as much of it as there is room for.
    pub(crate) fn take(&mut self, sequence: u64, room: &mut Room) -> Vec<TaskUpdate> {
        let mut updates = Vec::new();
        // Ends first: a name that ended and began anew is told in this order.
        for end in self.ends.iter_mut().filter(|end| end.sent_with.is_none()) {
            if updates.len() == limits::TASKS || !room.take(end.update.encoded_len()) {
                return updates;
            }
            updates.push(end.update.clone());
            end.sent_with = Some(sequence);
        }
        for running in self.running.values_mut().filter(|task| task.is_news) {
            if updates.len() == limits::TASKS || !room.take(running.report.encoded_len()) {
                return updates;
            }
            updates.push(running.report.clone());
            running.is_news = false;
        }
        updates
    }

    /// The server has read this message and those before it.
    pub(crate) fn acked(&mut self, sequence: u64) {
        self.ends
            .retain(|end| end.sent_with.is_none_or(|sent| sent > sequence));
    }

    fn find(&mut self, id: &str) -> Option<(Key, &mut Running)> {
        self.running
            .iter_mut()
            .find(|(_, running)| running.report.task_id == id)
            .map(|(key, running)| (*key, running))
    }
}

impl Running {
    /// Of a task that an operator has canceled only the end is told: it is no longer in flight.
    fn is_reported(&self) -> bool {
        !self.canceled.is_cancelled()
    }

    fn stop(&mut self) {
        self.is_news = false;
        self.canceled.cancel();
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::news::News;
    use crate::task::TaskOptions;

    fn take(news: &News, sequence: u64) -> Vec<(String, TaskState)> {
        let updates = news.update(|untold| untold.tasks.take(sequence, &mut Room::of_a_beat()));
        let told = |update: TaskUpdate| (update.task_id.clone(), update.state());
        updates.into_iter().map(told).collect()
    }

    fn running(id: &str) -> (String, TaskState) {
        (id.to_owned(), TaskState::Running)
    }

    #[test]
    fn a_hundred_changes_make_one_update() {
        let news = Arc::new(News::default());
        let task = news.start_task("import", TaskOptions::new());
        for percent in 0..100 {
            task.progress(f64::from(percent) / 100.0);
        }
        assert_eq!(take(&news, 1), [running("import")]);
        assert_eq!(take(&news, 2), []);
    }

    #[test]
    fn a_name_in_flight_is_handed_out_again() {
        let news = Arc::new(News::default());
        let first = news.start_task("import", TaskOptions::new());
        let again = news.start_task("import", TaskOptions::new());
        assert_eq!(take(&news, 1), [running("import")]);
        drop(again);
        assert_eq!(take(&news, 2), []);
        first.succeed();
        assert_eq!(
            take(&news, 3),
            [("import".to_owned(), TaskState::Succeeded)]
        );
    }

    #[test]
    fn an_end_is_told_on_each_stream_until_it_is_acknowledged() {
        let news = Arc::new(News::default());
        news.start_task("import", TaskOptions::new())
            .fail("no disk");
        let failed = [("import".to_owned(), TaskState::Failed)];
        assert_eq!(take(&news, 1), failed);
        news.update(|untold| untold.tasks.begin_stream());
        assert_eq!(take(&news, 1), failed);
        news.update(|untold| untold.tasks.acked(1));
        news.update(|untold| untold.tasks.begin_stream());
        assert_eq!(take(&news, 1), []);
    }

    #[test]
    fn an_end_is_told_before_the_next_of_its_name() {
        let news = Arc::new(News::default());
        news.start_task("import", TaskOptions::new()).succeed();
        let _second = news.start_task("import", TaskOptions::new());
        assert_eq!(
            take(&news, 1),
            [
                ("import".to_owned(), TaskState::Succeeded),
                running("import")
            ]
        );
    }

    #[test]
    fn what_leaves_its_scope_has_failed_or_is_canceled() {
        let news = Arc::new(News::default());
        drop(news.start_task("lost", TaskOptions::new()));
        let canceled = news.start_task("canceled", TaskOptions::new());
        assert!(!canceled.is_canceled());
        news.update(|untold| untold.tasks.cancel("canceled", None));
        assert!(canceled.is_canceled());
        drop(canceled);
        assert_eq!(
            take(&news, 1),
            [
                ("lost".to_owned(), TaskState::Failed),
                ("canceled".to_owned(), TaskState::Canceled)
            ]
        );
    }

    #[test]
    fn of_a_canceled_task_only_the_end_is_told() {
        let news = Arc::new(News::default());
        let task = news.start_task("import", TaskOptions::new());
        news.update(|untold| untold.tasks.cancel_all());
        task.progress(0.5);
        news.update(|untold| untold.tasks.begin_stream());
        assert_eq!(take(&news, 1), []);
        task.succeed();
        task.fail("too late");
        assert_eq!(
            take(&news, 2),
            [("import".to_owned(), TaskState::Succeeded)]
        );
    }

    #[test]
    fn the_two_hundred_and_fifty_seventh_is_not_reported() {
        let news = Arc::new(News::default());
        let start = |index: usize| news.start_task(&format!("t{index}"), TaskOptions::new());
        let tasks: Vec<Task> = (0..=limits::TASKS).map(start).collect();
        assert_eq!(take(&news, 1).len(), limits::TASKS);
        tasks[limits::TASKS].succeed();
        assert_eq!(take(&news, 2), []);
    }

    #[test]
    fn no_more_ends_are_remembered_than_the_limit() {
        let news = Arc::new(News::default());
        for index in 0..=limits::TASKS {
            news.start_task(&format!("t{index}"), TaskOptions::new())
                .succeed();
        }
        let told = take(&news, 1);
        assert_eq!(told.len(), limits::TASKS);
        assert_eq!(told[0].0, "t1");
    }

    #[test]
    fn what_does_not_fit_waits_for_the_next_message() {
        let news = Arc::new(News::default());
        let start = |index: usize| {
            let options = TaskOptions::new().detail(vec![0; limits::TASK_DETAIL_BYTES]);
            news.start_task(&format!("t{index}"), options)
        };
        let _tasks: Vec<Task> = (0..20).map(start).collect();
        let first = take(&news, 1).len();
        assert!((10..20).contains(&first), "{first}");
        assert_eq!(first + take(&news, 2).len(), 20);
    }

    #[test]
    fn what_is_out_of_bounds_is_left_out() {
        let news = Arc::new(News::default());
        let task = news.start_task(
            "import",
            TaskOptions::new().stale_after(std::time::Duration::ZERO),
        );
        task.progress_with(7.0, "kept");
        task.progress_with(f64::NAN, vec![0; 5_000]);
        let told = news.update(|untold| untold.tasks.take(1, &mut Room::of_a_beat()));
        assert_eq!(told[0].stale_after, None);
        assert!((told[0].progress - 1.0).abs() < f64::EPSILON);
        assert_eq!(told[0].detail, b"kept");
        let _nameless = news.start_task("no name", TaskOptions::new());
        assert_eq!(take(&news, 2), []);
    }
}
