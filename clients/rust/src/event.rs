use std::time::Duration;

use crate::Code;
use crate::directive::Directive;
use crate::policy::Policy;

/// What happens to an agent, as `on_event` is told.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub enum Event {
    /// The first stream is up.
    Welcome {
        /// The fencing token: send it along with what you write elsewhere.
        epoch: u64,
        /// Whether the server knew this instance already.
        resumed: bool,
        /// How the server judges this agent.
        policy: Policy,
    },
    /// The stream is up again. Tasks in flight have been told again.
    Reconnect {
        /// The fencing token as it now is.
        epoch: u64,
        /// Whether the server kept the epoch.
        resumed: bool,
        /// How many attempts it took, this one included, without those that the server put off.
        attempts: u32,
    },
    /// No ack for interval x timeout multiplier: by now the monitor may call this agent DOWN, and another
    /// process may do its work. Once per episode; an episode ends with the next ack.
    LeaseLost {
        /// The epoch that can no longer be relied on.
        epoch: u64,
        /// Since the last beat that was acknowledged was sent.
        silent: Duration,
    },
    /// Another process holds the name: stop working. The signals of all tasks have fired; the agent has
    /// ended.
    Superseded {
        /// The other's epoch, where the server told it.
        epoch: Option<u64>,
        /// The other's instance id, where the server told it.
        instance_id: Option<String>,
    },
    /// The server asked for something, and the agent has obeyed.
    Directive(Directive),
    /// The server refuses this agent for good (a bad field, no permission, unregistered). It has ended.
    Error {
        /// The status that ended the stream.
        status: Code,
        /// The error's code of docs/errors.md, such as `field_invalid`.
        code: String,
        /// The server's words: field, value, limit and remedy.
        message: String,
    },
    /// `max_reconnect_attempts` is reached. The agent has ended.
    GaveUp {
        /// Failed attempts in a row.
        attempts: u32,
        /// How the last one ended.
        reason: String,
    },
}
