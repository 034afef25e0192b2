use std::fmt::{self, Display};
use std::sync::Arc;
use std::time::Duration;

use tokio::runtime::Handle;
use tokio::sync::watch;
use tokio_util::task::TaskTracker;
use tracing::Instrument as _;

use crate::agent::{Agent, Inner};
use crate::backoff::BackoffBounds;
use crate::error::StartError;
use crate::event::Event;
use crate::farewell::Farewell;
use crate::grpc::open_grpc;
use crate::health::Status;
use crate::inbox::{Handler, Inbox, Incoming, Outcome};
use crate::lifecycle::{Lifecycle, Parts};
use crate::listener::Listener;
use crate::news::News;
use crate::retried_task::{RetriedTask, taking};
use crate::retry::Retry;
use crate::settings::{Options, Settings};
use crate::tls::Tls;
use crate::token::Token;
use crate::vitals::VitalsMeter;
use crate::voice::Voice;

/// What an agent is told before its start. Only its name is required; see
/// [`Agent::builder`](crate::Agent::builder). Options are checked by [`start`](Self::start).
pub struct Builder {
    options: Options,
    handlers: Vec<Handler>,
    on_retry: Option<Handler>,
    on_event: Option<Box<dyn FnMut(Event) + Send>>,
}

impl Builder {
    pub(crate) fn new(agent_id: String) -> Self {
        Self {
            options: Options::new(agent_id),
            handlers: Vec::new(),
            on_retry: None,
            on_event: None,
        }
    }

    /// The monitor, as `HOST:PORT` or `[IPV6]:PORT`. Default: `127.0.0.1:50051`.
    pub fn server(mut self, server: impl Into<String>) -> Self {
        self.options.server = server.into();
        self
    }

    /// Encrypts the connection. Default: plaintext.
    pub fn tls(mut self, tls: Tls) -> Self {
        self.options.tls = Some(tls);
        self
    }

    /// Proves who the agent is, where the server asks for it; sent as `authorization: Bearer …`. 1 to 16,384
    /// printable ASCII characters. Default: none.
    pub fn token(mut self, token: impl Into<String>) -> Self {
        self.options.token = Some(Token::Text(token.into()));
        self
    }

    /// As [`token`](Self::token), asked for a fresh one before each stream. When it fails, the attempt has
    /// failed.
    pub fn token_source<F, R, E>(mut self, ask: F) -> Self
    where
        F: Fn() -> R + Send + Sync + 'static,
        R: Future<Output = Result<String, E>> + Send + 'static,
        E: Display,
    {
        self.options.token = Some(Token::source(ask));
        self
    }

    /// The tenant: 1 to 128 bytes of `[A-Za-z0-9._:@-]`. Default: the server's, `default`.
    pub fn organization_id(mut self, organization_id: impl Into<String>) -> Self {
        self.options.organization_id = organization_id.into();
        self
    }

    /// What kind of agent this is, for filters; at most 128 bytes. Default: empty.
    pub fn agent_type(mut self, agent_type: impl Into<String>) -> Self {
        self.options.agent_type = agent_type.into();
        self
    }

    /// A name and a value for filters, at most 32 of them: names of 1 to 63 bytes of `[A-Za-z0-9._/-]`,
    /// values of at most 256 bytes. Default: none.
    pub fn label(mut self, name: impl Into<String>, value: impl Into<String>) -> Self {
        self.options.labels.insert(name.into(), value.into());
        self
    }

    /// Names this life of this process; at most 128 bytes. Two lives with one name supersede one another, so
    /// set it only when you persist it yourself. Default: a random UUID for each agent.
    pub fn instance_id(mut self, instance_id: impl Into<String>) -> Self {
        self.options.instance_id = Some(instance_id.into());
        self
    }

    /// How often to beat. 100 ms to 24 h. Default: the server's setting, 30 s. Lower finds a hung process
    /// sooner and costs proportionally more; a killed one is found at once either way.
    pub fn interval(mut self, interval: Duration) -> Self {
        self.options.policy.interval = Some(interval);
        self
    }

    /// DOWN after interval x this of silence. 1.1 to 1000. Default: the server's setting, 3.
    pub fn timeout_multiplier(mut self, multiplier: f64) -> Self {
        self.options.policy.timeout_multiplier = Some(multiplier);
        self
    }

    /// DOWN after this many missed beats. 1 to 1000; 1 makes a lost connection DOWN at once. Default: the
    /// server's setting, 3.
    pub fn max_missed_beats(mut self, beats: u32) -> Self {
        self.options.policy.max_missed_beats = Some(beats);
        self
    }

    /// Slack before a beat counts as missed. 0 to 1 h. Default: the server's setting, the larger of 250 ms
    /// and a tenth of the interval.
    pub fn grace(mut self, grace: Duration) -> Self {
        self.options.policy.grace = Some(grace);
        self
    }

    /// DOWN this long after a lost connection. 0 to 24 h. Default: the server's setting, no such rule.
    pub fn drop_grace(mut self, grace: Duration) -> Self {
        self.options.policy.drop_grace = Some(grace);
        self
    }

    /// A task is STALE after this long without activity. 100 ms to 30 days. Default: the server's setting,
    /// 5 min.
    pub fn task_stale_after(mut self, span: Duration) -> Self {
        self.options.policy.task_stale_after = Some(span);
        self
    }

    /// A task is `TIMED_OUT` after this long of running. 100 ms to 30 days. Default: the server's setting,
    /// 30 min.
    pub fn task_timeout_after(mut self, span: Duration) -> Self {
        self.options.policy.task_timeout_after = Some(span);
        self
    }

    /// Whether a stale task is told once per episode or again and again. Default: the server's setting, once.
    pub fn stale_warning_only_once(mut self, once: bool) -> Self {
        self.options.policy.stale_warning_only_once = Some(once);
        self
    }

    /// What becomes of a task that timed out or lost its agent, unless the task says otherwise. Default: the
    /// server's setting, none: nobody is asked to do it again.
    pub fn task_retry(mut self, retry: Retry) -> Self {
        self.options.policy.task_retry = Some(retry);
        self
    }

    /// After this many failed attempts in a row (the first connect counts) the agent gives up and has ended;
    /// 0 gives up at the first loss. An attempt that the server puts off is not a failed one. Default: it
    /// never does.
    pub fn max_reconnect_attempts(mut self, attempts: u32) -> Self {
        self.options.max_reconnect_attempts = Some(attempts);
        self
    }

    /// The wait before attempt n is random between 0 and min(`max`, `initial` x 2^n). 1 ms to 1 h each, and
    /// `max` not below `initial`. Default: 250 ms and 30 s.
    pub fn backoff(mut self, initial: Duration, max: Duration) -> Self {
        self.options.backoff = BackoffBounds { initial, max };
        self
    }

    /// An attempt that has brought no Welcome after this long has failed. 10 ms to 10 min. Default: 10 s.
    pub fn connect_timeout(mut self, timeout: Duration) -> Self {
        self.options.connect_timeout = timeout;
        self
    }

    /// Whether beats carry processor use, resident memory (on Linux) and timer lag. Default: true.
    pub fn vitals(mut self, vitals: bool) -> Self {
        self.options.vitals = vitals;
        self
    }

    /// Whether SIGTERM and SIGINT say Goodbye (2 s at most) before they have their usual effect: the process
    /// dies of them. A second signal does not wait.
    ///
    /// Default: false, since a program that listens for signals itself cannot be told from one that does
    /// not. It leaves this off and calls [`Agent::close`] on its way out.
    pub fn handle_signals(mut self, handle: bool) -> Self {
        self.options.handle_signals = handle;
        self
    }

    /// Called with everything that happens to the agent, in order, and from the very first Welcome on. A
    /// second one replaces the first.
    ///
    /// It is called on the agent's own task and holds up its beats, so it must not block: send the event
    /// through a channel, or spawn a task, for whatever takes long. A panic in it is logged and harmless.
    pub fn on_event(mut self, callback: impl FnMut(Event) + Send + 'static) -> Self {
        self.on_event = Some(Box::new(callback));
        self
    }

    /// Calls `handler` with every message on a subject: `*` stands for one token, `>` for one or more at the
    /// end. At most 64 subjects of at most 256 bytes.
    ///
    /// Handlers of one agent are called one after the other, in the order of the messages. One that returns
    /// an error or panics is logged and harmless. At most 256 messages wait for their handlers; what comes
    /// then is left out, with a warning.
    pub fn on_message<F, R>(mut self, subject: impl Into<String>, handler: F) -> Self
    where
        F: Fn(Incoming) -> R + Send + Sync + 'static,
        R: Future<Output: Outcome> + Send + 'static,
    {
        self.handlers.push(Handler::new(subject.into(), handler));
        self
    }

    /// Takes up tasks that agents of this type lost, and calls `handler` with each. It works on the task from
    /// where it was and ends it. One that returns an error, panics, or returns without an end has failed, or
    /// is canceled if it was to stop. Several may be at work at once, each in a Tokio task of its own; all are
    /// to stop when the agent ends.
    ///
    /// Counts as a subject of [`on_message`](Self::on_message). A second one replaces the first. Default: no
    /// lost task is taken up.
    pub fn on_retry<F, R>(mut self, handler: F) -> Self
    where
        F: Fn(RetriedTask) -> R + Send + Sync + 'static,
        R: Future<Output: Outcome> + Send + 'static,
    {
        self.on_retry = Some(taking(handler));
        self
    }

    /// Checks every option, begins to connect, and returns at once.
    pub fn start(mut self) -> Result<Agent, StartError> {
        self.handlers.extend(self.on_retry);
        let subjects: Vec<&str> = self.handlers.iter().map(|h| h.subject.as_str()).collect();
        let settings = Settings::settle(self.options, &subjects)?;
        let runtime = Handle::try_current().map_err(|_| StartError::NoRuntime)?;
        let farewell = if settings.handle_signals {
            Some(Farewell::listen().map_err(StartError::Signals)?)
        } else {
            None
        };
        let (status, told_status) = watch::channel(Status::INITIAL);
        let (ask_leave, leave) = watch::channel(None);
        let news = Arc::new(News::default());
        let crew = TaskTracker::new();
        let span = tracing::info_span!("heartbeat", agent = settings.agent_id);
        let inner = Arc::new(Inner {
            id: settings.agent_id.clone(),
            news: Arc::clone(&news),
            status: told_status,
            leave: ask_leave,
            crew: crew.clone(),
        });
        let inbox =
            (!self.handlers.is_empty()).then(|| Inbox::open(self.handlers, Arc::downgrade(&inner)));
        let lifecycle = Lifecycle::begin(Parts {
            open: open_grpc(settings.endpoint, settings.token, crew.clone()),
            voice: Voice {
                agent_id: settings.agent_id,
                registration: settings.registration,
                news,
                meter: settings.vitals.then(VitalsMeter::new),
            },
            backoff: settings.backoff,
            max_reconnect_attempts: settings.max_reconnect_attempts,
            connect_timeout: settings.connect_timeout,
            random: Box::new(fastrand::f64),
            listener: Listener::new(self.on_event),
            inbox,
            farewell,
            status,
            leave,
        });
        crew.spawn_on(lifecycle.run().instrument(span), &runtime);
        crew.close();
        Ok(Agent::new(inner))
    }
}

impl fmt::Debug for Builder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Builder")
            .field("agent_id", &self.options.agent_id)
            .field("server", &self.options.server)
            .finish_non_exhaustive()
    }
}
