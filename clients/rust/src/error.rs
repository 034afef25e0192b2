use std::fmt::Display;

/// A value of the program's that is outside its limits.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{name} {value} {problem} (limit: {limit})")]
#[non_exhaustive]
pub struct InvalidValue {
    /// The option, as the builder's method has it, or the part of a message.
    pub name: String,
    /// What was given. A token is never shown.
    pub value: String,
    /// What is wrong with it.
    pub problem: String,
    /// What may be given.
    pub limit: String,
}

impl InvalidValue {
    pub(crate) fn new(
        name: impl Into<String>,
        value: impl Into<String>,
        problem: impl Display,
        limit: impl Display,
    ) -> Self {
        Self {
            name: name.into(),
            value: value.into(),
            problem: problem.to_string(),
            limit: limit.to_string(),
        }
    }
}

/// Why an agent was not started. Nothing that happens after the start is an error of the program.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum StartError {
    /// An option is outside its limits.
    #[error(transparent)]
    InvalidOption(#[from] InvalidValue),
    /// `start()` was called outside a Tokio runtime.
    #[error("an agent is started inside a Tokio runtime, with I/O and time enabled")]
    NoRuntime,
    /// The signals that `handle_signals` asks for cannot be listened for.
    #[error("SIGTERM and SIGINT cannot be listened for")]
    Signals(#[source] std::io::Error),
}
