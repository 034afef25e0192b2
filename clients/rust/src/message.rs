use std::pin::Pin;
use std::task::{Context, Poll};

use tokio::sync::oneshot;

use crate::checks::{check_text, shown};
use crate::error::InvalidValue;
use crate::limits;
use crate::subject::problem_of_subject;
use crate::v1;

/// A message to publish: to whoever subscribes to its subject in the organization, at most once, and kept by
/// nobody.
#[derive(Debug, Clone, PartialEq)]
pub struct Message(v1::Message);

impl Message {
    /// Text, sent as `text/plain; charset=utf-8`.
    ///
    /// A subject is tokens parted by ".", each without white space, `*` and `>`; at most 256 bytes. A
    /// message carries at most 32 KiB.
    pub fn text(subject: impl Into<String>, text: impl Into<String>) -> Self {
        Self::bytes(subject, text.into()).content_type("text/plain; charset=utf-8")
    }

    /// Bytes without a type. Limits as of [`text`](Self::text).
    pub fn bytes(subject: impl Into<String>, data: impl Into<Vec<u8>>) -> Self {
        Self(v1::Message {
            subject: subject.into(),
            data: data.into(),
            ..v1::Message::default()
        })
    }

    /// The media type of the data, at most 128 bytes: `application/json`, say.
    pub fn content_type(mut self, content_type: impl Into<String>) -> Self {
        self.0.content_type = content_type.into();
        self
    }

    /// The subject on which an answer is wanted.
    pub fn reply_to(mut self, subject: impl Into<String>) -> Self {
        self.0.reply_to = subject.into();
        self
    }

    /// The message in the wire's form, checked: the server would end the stream for a wrong one.
    pub(crate) fn settle(self) -> Result<v1::Message, InvalidValue> {
        let Self(message) = self;
        check_subject("subject", &message.subject)?;
        if !message.reply_to.is_empty() {
            check_subject("reply_to", &message.reply_to)?;
        }
        check_text(
            "content_type",
            &message.content_type,
            limits::CONTENT_TYPE_BYTES,
        )?;
        if message.data.len() > limits::MESSAGE_BYTES {
            let value = format!("of {} bytes", message.data.len());
            let limit = format!("{} bytes", limits::MESSAGE_BYTES);
            return Err(InvalidValue::new("data", value, "is too long", limit));
        }
        Ok(message)
    }
}

fn check_subject(name: &str, subject: &str) -> Result<(), InvalidValue> {
    let Some(problem) = problem_of_subject(subject) else {
        return Ok(());
    };
    let limit = format!(
        "at most {} tokens parted by \".\", at most {} bytes",
        limits::SUBJECT_TOKENS,
        limits::SUBJECT_BYTES
    );
    Err(InvalidValue::new(name, shown(subject), problem, limit))
}

/// What becomes of a message that was published: resolves to the number of receivers it was handed to, or to
/// `None` when nobody knows, because the stream broke before that was told, too much
/// waited already, or the agent has ended. A message is sent whether or not this is awaited.
#[derive(Debug)]
pub struct Delivery(pub(crate) oneshot::Receiver<u64>);

impl Future for Delivery {
    type Output = Option<u64>;

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Self::Output> {
        Pin::new(&mut self.0).poll(context).map(Result::ok)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_has_a_type_and_bytes_have_none() {
        let text = Message::text("a", "ä").settle().unwrap();
        assert_eq!(text.content_type, "text/plain; charset=utf-8");
        assert_eq!(text.data, "ä".as_bytes());
        assert_eq!(Message::bytes("a", [0]).settle().unwrap().content_type, "");
    }

    #[test]
    fn what_the_server_would_refuse_is_refused_by_name() {
        let refused = [
            ("subject", Message::text("", "no subject")),
            ("subject", Message::text("tasks.*", "a wildcard")),
            ("reply_to", Message::text("a", "").reply_to("a b")),
            (
                "content_type",
                Message::text("a", "").content_type("x".repeat(129)),
            ),
            (
                "data",
                Message::bytes("a", vec![0; limits::MESSAGE_BYTES + 1]),
            ),
        ];
        for (name, message) in refused {
            let refused = message.settle().unwrap_err();
            assert_eq!(refused.name, name, "{refused}");
        }
    }
}
