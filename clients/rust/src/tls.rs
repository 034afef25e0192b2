use std::fs;
use std::path::PathBuf;

use tonic::transport::{Certificate, ClientTlsConfig};

use crate::checks::shown;
use crate::error::InvalidValue;

const LIMIT: &str = "a file of PEM certificates that this process may read";
const BEGIN: &[u8] = b"-----BEGIN CERTIFICATE-----";

/// Whom to trust on an encrypted connection.
#[derive(Debug, Clone)]
pub struct Tls(Trust);

#[derive(Debug, Clone)]
enum Trust {
    System,
    File(PathBuf),
    Pem(Vec<u8>),
}

impl Tls {
    /// The authorities that the system trusts.
    pub fn system() -> Self {
        Self(Trust::System)
    }

    /// The authorities in a file of PEM certificates, and no other. Read once, at the start.
    pub fn ca_file(path: impl Into<PathBuf>) -> Self {
        Self(Trust::File(path.into()))
    }

    /// The authorities in these PEM certificates, and no other.
    pub fn ca_pem(pem: impl Into<Vec<u8>>) -> Self {
        Self(Trust::Pem(pem.into()))
    }

    pub(crate) fn settle(&self) -> Result<ClientTlsConfig, InvalidValue> {
        let config = ClientTlsConfig::new();
        match &self.0 {
            Trust::System => Ok(config.with_native_roots()),
            Trust::Pem(pem) => Ok(config.ca_certificate(certificates("(given as text)", pem)?)),
            Trust::File(path) => {
                let name = shown(&path.to_string_lossy());
                let pem = fs::read(path).map_err(|error| {
                    let problem = format!("cannot be read ({error})");
                    InvalidValue::new("tls", name.clone(), problem, LIMIT)
                })?;
                Ok(config.ca_certificate(certificates(&name, &pem)?))
            }
        }
    }
}

/// A file without a certificate would trust nobody, and every attempt would fail without an end.
fn certificates(name: &str, pem: &[u8]) -> Result<Certificate, InvalidValue> {
    if pem.windows(BEGIN.len()).any(|window| window == BEGIN) {
        return Ok(Certificate::from_pem(pem));
    }
    let problem = "has no certificate in it";
    Err(InvalidValue::new("tls", name, problem, LIMIT))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_that_is_missing_or_has_no_certificate_is_refused() {
        let missing = Tls::ca_file("/no/such/ca.pem").settle().unwrap_err();
        assert!(missing.to_string().starts_with("tls \"/no/such/ca.pem\""));
        let empty = Tls::ca_pem("no certificate").settle().unwrap_err();
        assert!(empty.to_string().contains("has no certificate in it"));
    }
}
