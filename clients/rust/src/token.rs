use std::fmt::Display;
use std::pin::Pin;

use tonic::metadata::{Ascii, MetadataValue};

use crate::error::InvalidValue;
use crate::limits;

type Asking = Pin<Box<dyn Future<Output = Result<String, String>> + Send>>;

/// What proves to the server who the agent is.
pub(crate) enum Token {
    Text(String),
    /// Asked for a fresh one before each stream.
    Source(Box<dyn Fn() -> Asking + Send + Sync>),
}

impl Token {
    pub(crate) fn source<F, R, E>(ask: F) -> Self
    where
        F: Fn() -> R + Send + Sync + 'static,
        R: Future<Output = Result<String, E>> + Send + 'static,
        E: Display,
    {
        Self::Source(Box::new(move || {
            let asked = ask();
            Box::pin(async move { asked.await.map_err(|error| error.to_string()) })
        }))
    }

    pub(crate) fn check(&self) -> Result<(), InvalidValue> {
        match self {
            Self::Text(text) => header(text).map(|_| ()).map_err(|problem| {
                let limit = format!("1 to {} printable ASCII characters", limits::TOKEN_BYTES);
                InvalidValue::new("token", "(not shown)", problem, limit)
            }),
            Self::Source(_) => Ok(()),
        }
    }

    /// The header's value for one stream, or why there is none.
    pub(crate) async fn header(&self) -> Result<MetadataValue<Ascii>, String> {
        let text = match self {
            Self::Text(text) => text,
            Self::Source(ask) => &ask().await.map_err(|error| format!("no token: {error}"))?,
        };
        header(text).map_err(|problem| format!("the token {problem}"))
    }
}

fn header(token: &str) -> Result<MetadataValue<Ascii>, String> {
    if token.is_empty() {
        return Err("is empty".to_owned());
    }
    if token.len() > limits::TOKEN_BYTES {
        return Err("is too long".to_owned());
    }
    if !token.bytes().all(|byte| byte.is_ascii_graphic()) {
        return Err("has a character that no header takes".to_owned());
    }
    let mut value = MetadataValue::try_from(format!("Bearer {token}"))
        .map_err(|_| "has a character that no header takes".to_owned())?;
    // Kept out of logs and of the connection's table of repeated headers.
    value.set_sensitive(true);
    Ok(value)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_that_no_header_takes_is_refused_and_not_shown() {
        for bad in ["", "a b", "geheim\n", "schlüssel"] {
            let refused = Token::Text(bad.to_owned()).check().unwrap_err().to_string();
            assert!(refused.starts_with("token (not shown)"), "{refused}");
        }
        assert!(Token::Text("a.b-c_d=".to_owned()).check().is_ok());
    }

    #[tokio::test]
    async fn a_source_is_asked_each_time_and_may_fail() {
        let asked = std::sync::atomic::AtomicUsize::new(0);
        let token = Token::source(move || {
            let number = asked.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
            async move {
                match number {
                    2 => Err("no vault"),
                    number => Ok(format!("token-{number}")),
                }
            }
        });
        assert_eq!(token.header().await.unwrap(), "Bearer token-0");
        assert_eq!(token.header().await.unwrap(), "Bearer token-1");
        assert!(token.header().await.unwrap_err().contains("no vault"));
    }
}
