//! The testee of `npm run conformance`; its protocol is in test/conformance/README.md.

use std::collections::HashMap;
use std::io::Write;
use std::panic;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, SystemTime};

use heartbeat_agent::{
    Agent, Builder, Code, Directive, Event, Incoming, Message, RetriedTask, Retry, Task,
    TaskOptions, Tls,
};
use serde_json::{Value, json};
use tokio::io::{AsyncBufReadExt, BufReader, stdin};
use tokio::sync::Notify;

type Failure = Box<dyn std::error::Error>;

#[tokio::main]
async fn main() -> Result<(), Failure> {
    let print_panic = panic::take_hook();
    panic::set_hook(Box::new(move |info| {
        say(&json!({ "saw": "crash", "error": info.to_string() }));
        print_panic(info);
    }));
    say(&json!({ "saw": "ready" }));
    if let Err(error) = Testee::default().obey_all().await {
        say(&json!({ "saw": "crash", "error": error.to_string() }));
        return Err(error);
    }
    Ok(())
}

#[derive(Default)]
struct Testee {
    agent: Option<Agent>,
    tasks: Tasks,
}

/// By their names, written by orders and by what is handed on.
#[derive(Default, Clone)]
struct Tasks(Arc<Mutex<HashMap<String, Kept>>>);

struct Kept {
    task: Task,
    /// Lets the handler of a lost task go.
    release: Arc<Notify>,
}

impl Tasks {
    fn with<R>(&self, act: impl FnOnce(&mut HashMap<String, Kept>) -> R) -> R {
        act(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }

    /// Of a task that is in flight already, the end is reported once.
    fn keep(&self, task: Task) -> Arc<Notify> {
        let release = Arc::new(Notify::new());
        let (id, heard) = (task.id().to_owned(), task.clone());
        let kept = Kept {
            task,
            release: Arc::clone(&release),
        };
        if self.with(|tasks| tasks.insert(id, kept)).is_none() {
            tokio::spawn(async move {
                heard.canceled().await;
                say(&json!({ "saw": "taskCanceled", "id": heard.id() }));
            });
        }
        release
    }

    /// Works until an order ends the task, or it is canceled.
    async fn take_up(self, task: RetriedTask) {
        let over = self.keep((*task).clone());
        say(&json!({
            "saw": "retried", "id": task.id(), "attempt": task.attempt(),
            "maxAttempts": task.max_attempts(), "epoch": task.epoch().to_string(),
            "progress": task.progress_before(),
            "detail": String::from_utf8_lossy(task.detail_before()),
            "from": task.from_agent_id(), "reason": task.reason(),
        }));
        tokio::select! {
            () = over.notified() => {}
            () = task.canceled() => {}
        }
    }
}

impl Testee {
    async fn obey_all(mut self) -> Result<(), Failure> {
        let mut lines = BufReader::new(stdin()).lines();
        while let Some(line) = lines.next_line().await? {
            self.obey(&serde_json::from_str(&line)?).await?;
        }
        if let Some(agent) = &self.agent {
            agent.close("the end of standard input").await;
        }
        Ok(())
    }

    async fn obey(&mut self, order: &Value) -> Result<(), Failure> {
        let what = text(order, "do").ok_or("an order without \"do\"")?;
        if what == "start" {
            self.start(&order["options"]);
            return Ok(());
        }
        let agent = self.agent.clone().ok_or("no agent")?;
        match what {
            "task" => self.start_task(&agent, order)?,
            "progress" | "activity" | "succeed" | "fail" | "cancel" => {
                self.work(what, order)?;
            }
            "idle" => agent.idle(),
            "running" => agent.running(),
            "beat" => agent.beat(),
            "publish" => publish(&agent, order)?,
            "health" => say_health(&agent),
            "state" => say(&json!({ "saw": "state", "state": agent.state().to_string() })),
            "close" => {
                agent.close(text(order, "reason").unwrap_or("closed")).await;
                say(&json!({ "saw": "closed" }));
            }
            "failAgent" => {
                agent.fail(text(order, "reason").unwrap_or("failed")).await;
                say(&json!({ "saw": "closed" }));
            }
            other => return Err(format!("no order is called {other}").into()),
        }
        Ok(())
    }

    fn start(&mut self, options: &Value) {
        let started = builder(options).and_then(|mut builder| {
            if options["takesTasks"] == true {
                let tasks = self.tasks.clone();
                builder = builder.on_retry(move |task| tasks.clone().take_up(task));
            }
            let agent = builder.on_event(say_event).start();
            agent.map_err(|refused| refused.to_string())
        });
        match started {
            Ok(agent) => self.agent = Some(agent),
            Err(refused) => say(&json!({ "saw": "refused", "message": refused })),
        }
    }

    fn start_task(&mut self, agent: &Agent, order: &Value) -> Result<(), Failure> {
        let id = text(order, "id").ok_or("a task without id")?;
        let mut options = TaskOptions::new();
        if let Some(span) = span(order, "staleAfterMs") {
            options = options.stale_after(span);
        }
        if let Some(span) = span(order, "timeoutAfterMs") {
            options = options.timeout_after(span);
        }
        if let Some(detail) = text(order, "detail") {
            options = options.detail(detail);
        }
        if let Some(attempts) = order["retry"]["maxAttempts"].as_i64() {
            let backoff = span(&order["retry"], "backoffMs").unwrap_or_default();
            let retry = Retry::new().max_attempts(whole("max_attempts", attempts)?);
            options = options.retry(retry.backoff(backoff));
        }
        self.tasks.keep(agent.task_with(id, options));
        Ok(())
    }

    fn work(&mut self, what: &str, order: &Value) -> Result<(), Failure> {
        let id = text(order, "id").ok_or("work without id")?;
        let known = |tasks: &mut HashMap<String, Kept>| tasks.get(id).map(|kept| kept.task.clone());
        let task = self.tasks.with(known).ok_or("no such task")?;
        let fraction = order["fraction"].as_f64().unwrap_or_default();
        match (what, text(order, "detail")) {
            ("progress", Some(detail)) => task.progress_with(fraction, detail),
            ("progress", None) => task.progress(fraction),
            ("activity", _) => task.activity(),
            ("succeed", _) => task.succeed(),
            ("cancel", _) => task.cancel(),
            _ => task.fail(text(order, "error").unwrap_or_default()),
        }
        if !matches!(what, "progress" | "activity")
            && let Some(kept) = self.tasks.with(|tasks| tasks.remove(id))
        {
            kept.release.notify_one();
        }
        Ok(())
    }
}

fn builder(options: &Value) -> Result<Builder, String> {
    let mut builder = Agent::builder(text(options, "agentId").unwrap_or_default())
        .handle_signals(options["handleSignals"].as_bool().unwrap_or(true));
    if let Some(server) = text(options, "server") {
        builder = builder.server(server);
    }
    if let Some(id) = text(options, "organizationId") {
        builder = builder.organization_id(id);
    }
    if let Some(kind) = text(options, "agentType") {
        builder = builder.agent_type(kind);
    }
    if let Some(id) = text(options, "instanceId") {
        builder = builder.instance_id(id);
    }
    if let Some(token) = text(options, "token") {
        builder = builder.token(token);
    }
    if !options["tls"].is_null() {
        builder = builder.tls(text(&options["tls"], "caFile").map_or(Tls::system(), Tls::ca_file));
    }
    if let Some(attempts) = options["maxReconnectAttempts"].as_i64() {
        builder = builder.max_reconnect_attempts(whole("max_reconnect_attempts", attempts)?);
    }
    if let Some(timeout) = span(options, "connectTimeoutMs") {
        builder = builder.connect_timeout(timeout);
    }
    if let Some(vitals) = options["vitals"].as_bool() {
        builder = builder.vitals(vitals);
    }
    let backoff = &options["backoff"];
    if !backoff.is_null() {
        let initial = span(backoff, "initialMs").unwrap_or(Duration::from_millis(250));
        let max = span(backoff, "maxMs").unwrap_or(Duration::from_secs(30).max(initial));
        builder = builder.backoff(initial, max);
    }
    for (name, value) in options["labels"].as_object().into_iter().flatten() {
        builder = builder.label(name, value.as_str().unwrap_or_default());
    }
    for subject in texts(options, "subscriptions") {
        builder = builder.on_message(subject, |message| async move { say_message(&message) });
    }
    for subject in texts(options, "failing") {
        builder = builder.on_message(subject, |message| async move {
            say_message(&message);
            fail_as_told();
        });
    }
    with_policy(builder, &options["policy"])
}

fn with_policy(mut builder: Builder, policy: &Value) -> Result<Builder, String> {
    if let Some(interval) = span(policy, "intervalMs") {
        builder = builder.interval(interval);
    }
    if let Some(multiplier) = policy["timeoutMultiplier"].as_f64() {
        builder = builder.timeout_multiplier(multiplier);
    }
    if let Some(beats) = policy["maxMissedBeats"].as_i64() {
        builder = builder.max_missed_beats(whole("max_missed_beats", beats)?);
    }
    if let Some(grace) = span(policy, "graceMs") {
        builder = builder.grace(grace);
    }
    if let Some(grace) = span(policy, "dropGraceMs") {
        builder = builder.drop_grace(grace);
    }
    if let Some(span) = span(policy, "taskStaleAfterMs") {
        builder = builder.task_stale_after(span);
    }
    if let Some(span) = span(policy, "taskTimeoutAfterMs") {
        builder = builder.task_timeout_after(span);
    }
    if let Some(once) = policy["staleWarningOnlyOnce"].as_bool() {
        builder = builder.stale_warning_only_once(once);
    }
    Ok(builder)
}

/// The compiler refuses for a program what this refuses for a runner.
fn whole(option: &str, value: i64) -> Result<u32, String> {
    u32::try_from(value).map_err(|error| format!("{option} {value}: {error}"))
}

fn publish(agent: &Agent, order: &Value) -> Result<(), Failure> {
    let subject = text(order, "subject")
        .ok_or("a message without subject")?
        .to_owned();
    let mut message = match order["bytes"].as_u64() {
        Some(bytes) => Message::bytes(&subject, vec![0; bytes.try_into()?]),
        None => Message::text(&subject, text(order, "text").unwrap_or_default()),
    };
    if let Some(reply_to) = text(order, "replyTo") {
        message = message.reply_to(reply_to);
    }
    let delivery = match agent.publish(message) {
        Ok(delivery) => delivery,
        Err(refused) => {
            say(&json!({ "saw": "refused", "message": refused.to_string() }));
            return Ok(());
        }
    };
    tokio::spawn(async move {
        let delivered = delivery.await;
        say(&json!({ "saw": "published", "subject": subject, "delivered": delivered }));
    });
    Ok(())
}

fn say_message(message: &Incoming) {
    let mut saw = json!({
        "saw": "message",
        "subject": message.subject(),
        "size": message.data().len(),
        "contentType": message.content_type(),
        "from": message.from(),
        "replyTo": message.reply_to().unwrap_or_default(),
    });
    if message.data().len() <= 1_000 {
        saw["text"] = json!(message.text());
    }
    say(&saw);
}

/// Panics past the hook above: this is the agent's to survive, and no crash.
fn fail_as_told() {
    panic::resume_unwind(Box::new("told to fail"));
}

fn say_health(agent: &Agent) {
    let health = agent.health();
    say(&json!({
        "saw": "health",
        "healthy": health.healthy,
        "connected": health.connected,
        "lastHeartbeatAck": health.last_heartbeat_ack.map(iso8601),
        "secondsSinceAck": health.seconds_since_ack,
        "reconnectAttempts": health.reconnect_attempts,
    }));
}

fn say_event(event: Event) {
    let saw = match event {
        Event::Welcome {
            epoch,
            resumed,
            policy,
        } => json!({
            "saw": "welcome", "epoch": epoch.to_string(), "resumed": resumed,
            "intervalMs": ms(policy.interval),
        }),
        Event::Reconnect {
            epoch,
            resumed,
            attempts,
        } => json!({
            "saw": "reconnect", "epoch": epoch.to_string(), "resumed": resumed, "attempts": attempts,
        }),
        Event::LeaseLost { epoch, silent } => json!({
            "saw": "leaseLost", "epoch": epoch.to_string(), "silentMs": ms(silent),
        }),
        Event::Superseded { epoch, instance_id } => json!({
            "saw": "superseded", "epoch": epoch.map(|epoch| epoch.to_string()), "instanceId": instance_id,
        }),
        Event::Error {
            status,
            code,
            message,
        } => json!({
            "saw": "error", "status": status_name(status), "code": code, "message": message,
        }),
        Event::GaveUp { attempts, reason } => json!({
            "saw": "gaveUp", "attempts": attempts, "reason": reason,
        }),
        Event::Directive(directive) => {
            let mut saw = directive_fields(directive);
            saw["saw"] = json!("directive");
            saw
        }
        unknown => {
            json!({ "saw": "crash", "error": format!("an event unknown here: {unknown:?}") })
        }
    };
    say(&saw);
}

fn directive_fields(directive: Directive) -> Value {
    match directive {
        Directive::SetPolicy(policy) => {
            json!({ "kind": "set-policy", "intervalMs": ms(policy.interval) })
        }
        Directive::Pause { until, reason } => {
            json!({ "kind": "pause", "until": until.map(iso8601), "reason": reason })
        }
        Directive::Resume => json!({ "kind": "resume" }),
        Directive::Reconnect { within, reason } => {
            json!({ "kind": "reconnect", "withinMs": ms(within), "reason": reason })
        }
        Directive::CancelTask {
            task_id, reason, ..
        } => {
            json!({ "kind": "cancel-task", "taskId": task_id, "reason": reason })
        }
        Directive::Superseded { epoch, instance_id } => {
            json!({ "kind": "superseded", "epoch": epoch.to_string(), "instanceId": instance_id })
        }
        unknown => json!({ "kind": format!("{unknown:?}") }),
    }
}

/// `InvalidArgument` as the contract spells it: `INVALID_ARGUMENT`.
fn status_name(status: Code) -> String {
    let mut name = String::new();
    for letter in format!("{status:?}").chars() {
        if letter.is_ascii_uppercase() && !name.is_empty() {
            name.push('_');
        }
        name.push(letter.to_ascii_uppercase());
    }
    name
}

fn say(what: &Value) {
    let mut out = std::io::stdout().lock();
    // A runner that has gone hears nothing.
    let _ = writeln!(out, "{what}").and_then(|()| out.flush());
}

fn text<'a>(of: &'a Value, name: &str) -> Option<&'a str> {
    of[name].as_str()
}

fn texts(of: &Value, name: &str) -> Vec<String> {
    let values = of[name].as_array().into_iter().flatten();
    values
        .filter_map(Value::as_str)
        .map(str::to_owned)
        .collect()
}

fn span(of: &Value, name: &str) -> Option<Duration> {
    of[name]
        .as_f64()
        .map(|ms| Duration::from_secs_f64(ms.max(0.0) / 1_000.0))
}

fn ms(span: Duration) -> u64 {
    span.as_millis().try_into().unwrap_or(u64::MAX)
}

fn iso8601(instant: SystemTime) -> String {
    prost_types::Timestamp::from(instant).to_string()
}
