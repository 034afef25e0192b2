use std::fmt;
use std::time::Duration;

use crate::Code;

/// How a stream ended.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum End {
    /// No word of the server came: the connection broke, was refused, or took too long.
    Broken(String),
    /// A status came.
    Status {
        status: Code,
        message: String,
        /// The trailer `heartbeat-error`, by which the server's own word is known from a proxy's.
        code: Option<String>,
        /// How long the server asks to stay away, as far as it is believed.
        pushback: Option<Duration>,
    },
}

/// What the end of a stream means for the agent.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Verdict {
    Reconnect,
    /// Come back after so long; nothing has failed.
    Deferred(Duration),
    /// Another process holds the name.
    Superseded,
    /// Trying again would only bring the same answer.
    Refused {
        status: Code,
        code: String,
        message: String,
    },
}

/// Judges an end that the agent did not want.
///
/// Only the server's own word can end an agent: what a proxy or the transport makes up has no trailer
/// `heartbeat-error`, and passes. ABORTED has two meanings: a takeover, told by the code or by the
/// Superseded directive before it, and otherwise an operator's wish that the agent go.
pub(crate) fn judge(end: &End, saw_superseded: bool) -> Verdict {
    let End::Status {
        status,
        message,
        code,
        pushback,
    } = end
    else {
        return Verdict::Reconnect;
    };
    match (status, code.as_deref()) {
        (Code::ResourceExhausted, _) if let Some(asked) = *pushback => Verdict::Deferred(asked),
        (Code::Aborted, _) if saw_superseded => Verdict::Superseded,
        (Code::Aborted, Some("superseded")) | (Code::FailedPrecondition, Some(_)) => {
            Verdict::Superseded
        }
        (status, Some(code)) if is_refusal(*status) => Verdict::Refused {
            status: *status,
            code: code.to_owned(),
            message: message.clone(),
        },
        _ => Verdict::Reconnect,
    }
}

fn is_refusal(status: Code) -> bool {
    matches!(
        status,
        Code::Aborted
            | Code::InvalidArgument
            | Code::NotFound
            | Code::AlreadyExists
            | Code::PermissionDenied
            | Code::OutOfRange
            | Code::Unimplemented
            | Code::Unauthenticated
    )
}

impl fmt::Display for End {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Broken(message) => f.write_str(message),
            Self::Status {
                status, message, ..
            } if message.is_empty() => write!(f, "{status:?}"),
            Self::Status {
                status, message, ..
            } => write!(f, "{status:?}: {message}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn status(status: Code, code: Option<&str>) -> End {
        End::Status {
            status,
            message: "words".to_owned(),
            code: code.map(str::to_owned),
            pushback: None,
        }
    }

    #[test]
    fn only_the_servers_own_word_ends_an_agent() {
        let broken = End::Broken("connection refused".to_owned());
        assert_eq!(judge(&broken, false), Verdict::Reconnect);
        for number in 0..=16 {
            let made_up = status(Code::from_i32(number), None);
            assert_eq!(judge(&made_up, false), Verdict::Reconnect, "{made_up}");
        }
    }

    #[test]
    fn a_takeover_is_told_by_code_by_directive_or_by_status() {
        let aborted = status(Code::Aborted, Some("superseded"));
        assert_eq!(judge(&aborted, false), Verdict::Superseded);
        assert_eq!(
            judge(&status(Code::Aborted, None), true),
            Verdict::Superseded
        );
        assert_eq!(
            judge(&status(Code::FailedPrecondition, Some("epoch_old")), false),
            Verdict::Superseded
        );
    }

    #[test]
    fn statuses_that_would_only_come_again_are_refusals() {
        let refusals = [
            Code::Aborted,
            Code::InvalidArgument,
            Code::NotFound,
            Code::AlreadyExists,
            Code::PermissionDenied,
            Code::OutOfRange,
            Code::Unimplemented,
            Code::Unauthenticated,
        ];
        for number in 0..=16 {
            let code = Code::from_i32(number);
            let verdict = judge(&status(code, Some("some_code")), false);
            let expected = if refusals.contains(&code) {
                Verdict::Refused {
                    status: code,
                    code: "some_code".to_owned(),
                    message: "words".to_owned(),
                }
            } else if code == Code::FailedPrecondition {
                Verdict::Superseded
            } else {
                Verdict::Reconnect
            };
            assert_eq!(verdict, expected, "{code:?}");
        }
    }

    #[test]
    fn only_resource_exhausted_with_a_delay_puts_off() {
        let asked = Duration::from_millis(700);
        let put_off = |status| End::Status {
            status,
            message: String::new(),
            code: Some("admission_deferred".to_owned()),
            pushback: Some(asked),
        };
        let full = status(Code::ResourceExhausted, Some("agents_full"));
        assert_eq!(
            judge(&put_off(Code::ResourceExhausted), false),
            Verdict::Deferred(asked)
        );
        assert_eq!(
            judge(&put_off(Code::Unavailable), false),
            Verdict::Reconnect
        );
        assert_eq!(judge(&full, false), Verdict::Reconnect);
    }
}
