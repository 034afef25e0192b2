use std::collections::{BTreeMap, HashMap};
use std::net::Ipv6Addr;
use std::time::Duration;

use tonic::transport::Endpoint;
use uuid::Uuid;

use crate::backoff::BackoffBounds;
use crate::checks::{ID, LABEL, ORGANIZATION, check_name, check_range, check_text, shown};
use crate::error::InvalidValue;
use crate::grpc::{PING_AFTER, PING_TIMEOUT};
use crate::limits::{self, Range};
use crate::policy::DeclaredPolicy;
use crate::registration::describe_client;
use crate::subject::problem_of_subscription;
use crate::tls::Tls;
use crate::token::Token;
use crate::v1::Registration;

const DEFAULT_SERVER: &str = "127.0.0.1:50051";
const DEFAULT_BACKOFF: BackoffBounds = BackoffBounds {
    initial: Duration::from_millis(250),
    max: Duration::from_secs(30),
};
const DEFAULT_CONNECT_TIMEOUT: Duration = Duration::from_secs(10);

/// What the program asks for, as it was given.
pub(crate) struct Options {
    pub(crate) agent_id: String,
    pub(crate) server: String,
    pub(crate) tls: Option<Tls>,
    pub(crate) token: Option<Token>,
    pub(crate) organization_id: String,
    pub(crate) agent_type: String,
    pub(crate) labels: BTreeMap<String, String>,
    pub(crate) instance_id: Option<String>,
    pub(crate) policy: DeclaredPolicy,
    pub(crate) max_reconnect_attempts: Option<u32>,
    pub(crate) backoff: BackoffBounds,
    pub(crate) connect_timeout: Duration,
    pub(crate) vitals: bool,
    pub(crate) handle_signals: bool,
}

impl Options {
    pub(crate) fn new(agent_id: String) -> Self {
        Self {
            agent_id,
            server: DEFAULT_SERVER.to_owned(),
            tls: None,
            token: None,
            organization_id: String::new(),
            agent_type: String::new(),
            labels: BTreeMap::new(),
            instance_id: None,
            policy: DeclaredPolicy::default(),
            max_reconnect_attempts: None,
            backoff: DEFAULT_BACKOFF,
            connect_timeout: DEFAULT_CONNECT_TIMEOUT,
            vitals: true,
            handle_signals: false,
        }
    }
}

/// The options, checked and put into the form in which they are used.
pub(crate) struct Settings {
    pub(crate) agent_id: String,
    pub(crate) registration: Registration,
    pub(crate) endpoint: Endpoint,
    pub(crate) token: Option<Token>,
    pub(crate) max_reconnect_attempts: Option<u32>,
    pub(crate) backoff: BackoffBounds,
    pub(crate) connect_timeout: Duration,
    pub(crate) vitals: bool,
    pub(crate) handle_signals: bool,
}

impl Settings {
    /// Checks every option. The one place where an option is refused.
    pub(crate) fn settle(options: Options, subjects: &[&str]) -> Result<Self, InvalidValue> {
        check_name("agent_id", &options.agent_id, &ID)?;
        if let Some(token) = &options.token {
            token.check()?;
        }
        check_backoff(options.backoff)?;
        check_range(
            "connect_timeout",
            &options.connect_timeout,
            &limits::CONNECT_TIMEOUT,
        )?;
        Ok(Self {
            registration: settle_registration(&options, subjects)?,
            endpoint: settle_endpoint(&options.server, options.tls.as_ref())?,
            agent_id: options.agent_id,
            token: options.token,
            max_reconnect_attempts: options.max_reconnect_attempts,
            backoff: options.backoff,
            connect_timeout: options.connect_timeout,
            vitals: options.vitals,
            handle_signals: options.handle_signals,
        })
    }
}

fn check_backoff(BackoffBounds { initial, max }: BackoffBounds) -> Result<(), InvalidValue> {
    check_range("backoff (the first)", &initial, &limits::BACKOFF)?;
    let range = Range {
        min: initial,
        max: limits::BACKOFF.max,
    };
    check_range("backoff (the maximum)", &max, &range)
}

fn settle_registration(options: &Options, subjects: &[&str]) -> Result<Registration, InvalidValue> {
    if !options.organization_id.is_empty() {
        check_name("organization_id", &options.organization_id, &ORGANIZATION)?;
    }
    check_text("agent_type", &options.agent_type, limits::AGENT_TYPE_BYTES)?;
    Ok(Registration {
        organization_id: options.organization_id.clone(),
        agent_type: options.agent_type.clone(),
        instance_id: settle_instance(options.instance_id.as_deref())?,
        labels: settle_labels(&options.labels)?,
        policy: options.policy.settle()?,
        subscriptions: settle_subscriptions(subjects)?,
        client: Some(describe_client()),
    })
}

fn settle_instance(instance_id: Option<&str>) -> Result<String, InvalidValue> {
    match instance_id {
        None => Ok(Uuid::new_v4().to_string()),
        Some("") => Err(InvalidValue::new(
            "instance_id",
            "\"\"",
            "is empty, so every reconnect would count as a new life",
            format!(
                "1 to {} bytes; leave it out for a random one",
                limits::ID_BYTES
            ),
        )),
        Some(text) => {
            check_text("instance_id", text, limits::ID_BYTES)?;
            Ok(text.to_owned())
        }
    }
}

fn settle_labels(
    labels: &BTreeMap<String, String>,
) -> Result<HashMap<String, String>, InvalidValue> {
    let range = Range {
        min: 0,
        max: limits::LABELS,
    };
    check_range("label (their number)", &labels.len(), &range)?;
    for (name, value) in labels {
        check_name("label (a name)", name, &LABEL)?;
        let option = format!("label {}", shown(name));
        check_text(&option, value, limits::LABEL_VALUE_BYTES)?;
    }
    Ok(labels.clone().into_iter().collect())
}

/// Each once, in the order in which they were given.
fn settle_subscriptions(subjects: &[&str]) -> Result<Vec<String>, InvalidValue> {
    let mut subscriptions: Vec<String> = Vec::new();
    for subject in subjects {
        if let Some(problem) = problem_of_subscription(subject) {
            let limit = format!(
                "at most {} tokens parted by \".\", at most {} bytes; \"*\" for one, \">\" at the end for the rest",
                limits::SUBJECT_TOKENS,
                limits::SUBJECT_BYTES
            );
            return Err(InvalidValue::new(
                "on_message",
                shown(subject),
                problem,
                limit,
            ));
        }
        if !subscriptions.iter().any(|known| known == subject) {
            subscriptions.push((*subject).to_owned());
        }
    }
    let range = Range {
        min: 0,
        max: limits::SUBSCRIPTIONS,
    };
    check_range("on_message (their number)", &subscriptions.len(), &range)?;
    Ok(subscriptions)
}

fn settle_endpoint(server: &str, tls: Option<&Tls>) -> Result<Endpoint, InvalidValue> {
    let no_address = || {
        InvalidValue::new(
            "server",
            shown(server),
            "is not an address",
            "HOST:PORT or [IPV6]:PORT without a scheme, a port of 1 to 65535",
        )
    };
    let authority = authority_of(server).ok_or_else(no_address)?;
    let scheme = if tls.is_some() { "https" } else { "http" };
    let endpoint = Endpoint::from_shared(format!("{scheme}://{authority}"))
        .map_err(|_| no_address())?
        .http2_keep_alive_interval(PING_AFTER)
        .keep_alive_timeout(PING_TIMEOUT)
        .keep_alive_while_idle(true);
    let Some(tls) = tls else { return Ok(endpoint) };
    endpoint.tls_config(tls.settle()?).map_err(|error| {
        let problem = format!("cannot be used ({error})");
        InvalidValue::new("tls", format!("{tls:?}"), problem, "PEM certificates")
    })
}

/// The address in the one spelling that a URL takes; none when it is no address.
fn authority_of(server: &str) -> Option<String> {
    let (host, port) = if let Some(rest) = server.strip_prefix('[') {
        let (address, port) = rest.split_once("]:")?;
        (format!("[{}]", address.parse::<Ipv6Addr>().ok()?), port)
    } else {
        let (host, port) = server.split_once(':')?;
        let is_name = |c: char| c.is_ascii_alphanumeric() || "._-".contains(c);
        let named = !host.is_empty() && host.chars().all(is_name);
        (named.then(|| host.to_owned())?, port)
    };
    let digits = port.bytes().all(|byte| byte.is_ascii_digit());
    let port: u16 = port.parse().ok().filter(|port| digits && *port > 0)?;
    Some(format!("{host}:{port}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn settle(change: impl FnOnce(&mut Options)) -> Result<Settings, String> {
        let mut options = Options::new("billing-7".to_owned());
        change(&mut options);
        Settings::settle(options, &["tasks.new", "tasks.>", "tasks.new"])
            .map_err(|error| error.to_string())
    }

    fn refusal(change: impl FnOnce(&mut Options)) -> String {
        settle(change).err().expect("a refusal")
    }

    #[test]
    fn with_nothing_but_an_id_all_is_set() {
        let settings = settle(|_| {}).unwrap();
        assert_eq!(
            settings.endpoint.uri().to_string(),
            "http://127.0.0.1:50051/"
        );
        assert_eq!(settings.registration.instance_id.len(), 36);
        assert_eq!(
            settings.registration.subscriptions,
            ["tasks.new", "tasks.>"]
        );
        assert_eq!(settings.registration.policy, None);
        assert_eq!(settings.max_reconnect_attempts, None);
    }

    #[test]
    fn addresses_are_told_from_what_is_none() {
        let good = [
            ("127.0.0.1:50051", "127.0.0.1:50051"),
            ("heartbeat.example.com:1", "heartbeat.example.com:1"),
            ("[::1]:65535", "[::1]:65535"),
        ];
        for (server, authority) in good {
            assert_eq!(authority_of(server).as_deref(), Some(authority));
        }
        let bad = [
            "",
            "host",
            "host:",
            ":50051",
            "host:0",
            "host:65536",
            "host:+1",
            "::1:50051",
            "[::1]",
            "[host]:1",
            "http://host:50051",
            "a b:1",
            "host:1/path",
        ];
        for server in bad {
            assert_eq!(authority_of(server), None, "{server:?}");
        }
    }

    #[test]
    fn every_refusal_names_its_option() {
        type Change = Box<dyn FnOnce(&mut Options)>;
        let table: Vec<(&str, Change)> = vec![
            ("agent_id", Box::new(|o| o.agent_id = String::new())),
            ("server", Box::new(|o| o.server = "http://a:1".to_owned())),
            ("tls", Box::new(|o| o.tls = Some(Tls::ca_file("/none")))),
            (
                "token",
                Box::new(|o| o.token = Some(Token::Text("a b".to_owned()))),
            ),
            (
                "organization_id",
                Box::new(|o| o.organization_id = "a/b".to_owned()),
            ),
            ("agent_type", Box::new(|o| o.agent_type = "x".repeat(129))),
            (
                "label (a name)",
                Box::new(|o| {
                    o.labels.insert("a b".to_owned(), String::new());
                }),
            ),
            (
                "label \"eu\"",
                Box::new(|o| {
                    o.labels.insert("eu".to_owned(), "x".repeat(257));
                }),
            ),
            (
                "label (their number)",
                Box::new(|o| {
                    o.labels = (0..33).map(|n| (n.to_string(), String::new())).collect();
                }),
            ),
            (
                "instance_id",
                Box::new(|o| o.instance_id = Some(String::new())),
            ),
            (
                "interval",
                Box::new(|o| o.policy.interval = Some(Duration::ZERO)),
            ),
            (
                "backoff (the first)",
                Box::new(|o| o.backoff.initial = Duration::ZERO),
            ),
            (
                "backoff (the maximum)",
                Box::new(|o| o.backoff.max = Duration::from_millis(249)),
            ),
            (
                "connect_timeout",
                Box::new(|o| o.connect_timeout = Duration::from_millis(9)),
            ),
        ];
        for (option, change) in table {
            let message = refusal(change);
            assert!(message.starts_with(option), "{message}");
            assert!(message.contains("(limit: "), "{message}");
        }
    }

    #[test]
    fn subjects_are_checked_and_counted() {
        let settle = |subjects: &[&str]| {
            Settings::settle(Options::new("a".to_owned()), subjects).map_err(|e| e.to_string())
        };
        assert!(settle(&["a..b"]).is_err_and(|message| message.starts_with("on_message")));
        let subjects: Vec<String> = (0..65).map(|n| format!("s{n}")).collect();
        let subjects: Vec<&str> = subjects.iter().map(String::as_str).collect();
        assert!(settle(&subjects[..64]).is_ok());
        assert!(settle(&subjects).is_err_and(|message| message.contains("65")));
    }
}
