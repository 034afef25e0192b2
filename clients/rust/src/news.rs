use std::sync::{Arc, Mutex, PoisonError};

use tokio::sync::Notify;
use tokio_util::sync::CancellationToken;

use crate::checks::ID;
use crate::outbox::Outbox;
use crate::task::{Task, TaskOptions};
use crate::task_book::TaskBook;
use crate::v1::{Activity, TaskRetry, TaskUpdate};

/// What the program has told and the server has not heard yet. Handles write it from any thread; the
/// agent's own task reads it when it can send. Bounded, because its parts are.
#[derive(Default)]
pub(crate) struct News {
    untold: Mutex<Untold>,
    changed: Notify,
}

#[derive(Default)]
pub(crate) struct Untold {
    pub(crate) tasks: TaskBook,
    pub(crate) outbox: Outbox,
    pub(crate) activity: Activity,
    /// The program wants an extra beat.
    pub(crate) beat_wanted: bool,
}

impl Untold {
    fn take_warnings(&mut self) -> impl Iterator<Item = String> + use<> {
        let tasks = std::mem::take(&mut self.tasks.warnings);
        let outbox = std::mem::take(&mut self.outbox.warnings);
        tasks.into_iter().chain(outbox)
    }
}

impl News {
    /// Reads or changes it, and lets the agent's task look again.
    pub(crate) fn update<R>(&self, change: impl FnOnce(&mut Untold) -> R) -> R {
        let result = self.look(change);
        self.changed.notify_one();
        result
    }

    /// Reads or changes it on the agent's own behalf.
    pub(crate) fn look<R>(&self, change: impl FnOnce(&mut Untold) -> R) -> R {
        let (result, warnings) = {
            let mut untold = self.untold.lock().unwrap_or_else(PoisonError::into_inner);
            let result = change(&mut untold);
            (result, untold.take_warnings())
        };
        // Outside the lock: a subscriber is code of the program, and may call the agent.
        for warning in warnings {
            tracing::warn!("{warning}");
        }
        result
    }

    /// Takes up a task that is offered; none when it was taken up before, or there is no room.
    pub(crate) fn take_up(self: &Arc<Self>, offer: &TaskRetry) -> Option<Task> {
        self.update(|untold| {
            let tasks = &mut untold.tasks;
            if !tasks.make_room(&offer.task_id, offer.epoch) {
                return None;
            }
            let report = TaskUpdate {
                epoch: offer.epoch,
                ..TaskOptions::new().report(&offer.task_id)
            };
            let canceled = CancellationToken::new();
            let key = tasks.next_key();
            let task = Task::new(key, &offer.task_id, canceled.clone(), Arc::clone(self));
            tasks.start(key, &task, canceled, report);
            Some(task)
        })
    }

    /// Waits until somebody has told something since this was last called.
    pub(crate) async fn changed(&self) {
        self.changed.notified().await;
    }

    /// Starts a task, or hands out the one of this name that is in flight.
    pub(crate) fn start_task(self: &Arc<Self>, id: &str, options: TaskOptions) -> Task {
        let report = options.report(id);
        self.update(|untold| {
            let tasks = &mut untold.tasks;
            if let Some(task) = tasks.in_flight(id) {
                return task;
            }
            let key = tasks.next_key();
            let canceled = CancellationToken::new();
            let task = Task::new(key, id, canceled.clone(), Arc::clone(self));
            match ID.problem_of(id) {
                None => tasks.start(key, &task, canceled, report),
                Some(problem) => tasks
                    .warnings
                    .push(format!("task {id:?} is not reported: its id {problem}")),
            }
            task
        })
    }
}
