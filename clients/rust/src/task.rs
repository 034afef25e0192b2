use std::fmt::{self, Display};
use std::sync::{Arc, Weak};
use std::time::Duration;

use tokio_util::sync::CancellationToken;

use crate::checks::{check_range, cut};
use crate::limits;
use crate::news::News;
use crate::retry::Retry;
use crate::task_book::Key;
use crate::v1::{RetryPolicy, TaskState, TaskUpdate};
use crate::wire;

/// What a task is told at its start.
#[derive(Debug, Clone, Default)]
pub struct TaskOptions {
    stale_after: Option<Duration>,
    timeout_after: Option<Duration>,
    detail: Vec<u8>,
    retry: Option<Retry>,
}

impl TaskOptions {
    /// What the policy says, and no detail.
    pub fn new() -> Self {
        Self::default()
    }

    /// STALE after this long without activity. 100 ms to 30 days; outside of it the policy's holds, and a
    /// warning is logged.
    pub fn stale_after(mut self, span: Duration) -> Self {
        self.stale_after = Some(span);
        self
    }

    /// `TIMED_OUT` after this long of running. Limits as of [`stale_after`](Self::stale_after).
    pub fn timeout_after(mut self, span: Duration) -> Self {
        self.timeout_after = Some(span);
        self
    }

    /// What the next attempt would need; more than 4 KiB are left out, and a warning is logged.
    pub fn detail(mut self, detail: impl Into<Vec<u8>>) -> Self {
        self.detail = detail.into();
        self
    }

    /// How it is handed on when it is lost; outside of its limits the policy's holds, and a warning is
    /// logged. Default: as the policy says.
    pub fn retry(mut self, retry: Retry) -> Self {
        self.retry = Some(retry);
        self
    }

    /// The first report of a task.
    pub(crate) fn report(self, id: &str) -> TaskUpdate {
        TaskUpdate {
            task_id: id.to_owned(),
            state: TaskState::Running.into(),
            detail: fitting_detail(id, self.detail).unwrap_or_default(),
            stale_after: threshold(id, "stale_after", self.stale_after),
            timeout_after: threshold(id, "timeout_after", self.timeout_after),
            retry: self.retry.and_then(|retry| fitting_retry(id, retry)),
            ..TaskUpdate::default()
        }
    }
}

fn threshold(id: &str, option: &str, span: Option<Duration>) -> Option<prost_types::Duration> {
    let span = span?;
    match check_range(option, &span, &limits::TASK_THRESHOLD) {
        Ok(()) => Some(wire::span(span)),
        Err(refused) => {
            tracing::warn!("task {id}: {refused}; the policy's holds");
            None
        }
    }
}

fn fitting_retry(id: &str, retry: Retry) -> Option<RetryPolicy> {
    retry
        .settle("retry")
        .inspect_err(|refused| tracing::warn!("task {id}: {refused}; the policy's holds"))
        .ok()
}

fn fitting_detail(id: &str, detail: Vec<u8>) -> Option<Vec<u8>> {
    if detail.len() <= limits::TASK_DETAIL_BYTES {
        return Some(detail);
    }
    tracing::warn!(
        "task {id}: a detail of {} bytes is left out, more than {} are not kept",
        detail.len(),
        limits::TASK_DETAIL_BYTES
    );
    None
}

/// One piece of work, watched apart from its agent: an agent that beats while its task hangs is found.
///
/// Clones are one task. Every call is sent at once, together with the others that have not been sent yet;
/// after a reconnect, tasks in flight are told again. None of the calls blocks, fails or panics; after the
/// end, all do nothing.
///
/// A task whose last clone is dropped without an end has failed: that is what an early return and a panic
/// mean. When an operator had canceled it, it is canceled. So call [`succeed`](Self::succeed) last.
#[derive(Clone)]
pub struct Task(Arc<Handle>);

/// What all clones of a task have in common.
pub(crate) struct Handle {
    key: Key,
    id: String,
    canceled: CancellationToken,
    news: Arc<News>,
}

impl Task {
    pub(crate) fn new(key: Key, id: &str, canceled: CancellationToken, news: Arc<News>) -> Self {
        Self(Arc::new(Handle {
            key,
            id: id.to_owned(),
            canceled,
            news,
        }))
    }

    pub(crate) fn downgrade(&self) -> Weak<Handle> {
        Arc::downgrade(&self.0)
    }

    pub(crate) fn upgrade(handle: &Weak<Handle>) -> Option<Self> {
        handle.upgrade().map(Self)
    }

    /// As it was given to [`Agent::task`](crate::Agent::task).
    pub fn id(&self) -> &str {
        &self.0.id
    }

    /// Tells how far it is, 0 to 1 (held to these bounds; NaN keeps what was).
    pub fn progress(&self, fraction: f64) {
        self.update(|report| set_progress(report, fraction));
    }

    /// Tells how far it is, and what the next attempt would need: at most 4 KiB, more is left out and a
    /// warning is logged.
    pub fn progress_with(&self, fraction: f64, detail: impl Into<Vec<u8>>) {
        let detail = fitting_detail(self.id(), detail.into());
        self.update(|report| {
            set_progress(report, fraction);
            if let Some(detail) = detail {
                report.detail = detail;
            }
        });
    }

    /// Tells that it moves, where there is no progress to tell.
    pub fn activity(&self) {
        self.update(|_| {});
    }

    /// It ended well.
    pub fn succeed(&self) {
        self.end(|report| {
            report.state = TaskState::Succeeded.into();
            report.progress = 1.0;
        });
    }

    /// It ended badly; the error is cut after 1 KiB.
    pub fn fail(&self, error: impl Display) {
        let error = cut(&error.to_string(), limits::SENTENCE_BYTES);
        self.end(|report| {
            report.state = TaskState::Failed.into();
            report.error = error;
        });
    }

    /// It was given up.
    pub fn cancel(&self) {
        self.end(|report| report.state = TaskState::Canceled.into());
    }

    /// Whether to stop working on it: an operator has canceled it, it was handed on, or another process has
    /// taken the agent's name.
    pub fn is_canceled(&self) -> bool {
        self.0.canceled.is_cancelled()
    }

    /// Waits until the work is to be stopped; see [`is_canceled`](Self::is_canceled). Then call
    /// [`cancel`](Self::cancel), or drop the task.
    pub async fn canceled(&self) {
        self.0.canceled.cancelled().await;
    }

    /// Nobody works on it any more: it has ended, or has failed, or is canceled when it was to stop.
    pub(crate) fn abandon(&self) {
        self.0
            .news
            .update(|untold| untold.tasks.abandon(self.0.key));
    }

    fn update(&self, change: impl FnOnce(&mut TaskUpdate)) {
        self.0
            .news
            .update(|untold| untold.tasks.change(self.0.key, change));
    }

    fn end(&self, last: impl FnOnce(&mut TaskUpdate)) {
        self.0
            .news
            .update(|untold| untold.tasks.end(self.0.key, last));
    }
}

impl Drop for Handle {
    fn drop(&mut self) {
        self.news.update(|untold| untold.tasks.abandon(self.key));
    }
}

impl fmt::Debug for Task {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Task")
            .field("id", &self.id())
            .field("canceled", &self.is_canceled())
            .finish_non_exhaustive()
    }
}

fn set_progress(report: &mut TaskUpdate, fraction: f64) {
    if !fraction.is_nan() {
        report.progress = fraction.clamp(0.0, 1.0);
    }
}
