use crate::checks::cut;
use crate::limits;
use crate::v1::ClientInfo;

/// What runs the agent. Shown only.
pub(crate) fn describe_client() -> ClientInfo {
    let host = rustix::system::uname();
    ClientInfo {
        language: "rust".to_owned(),
        library_version: env!("CARGO_PKG_VERSION").to_owned(),
        host: cut(
            &host.nodename().to_string_lossy(),
            limits::CLIENT_INFO_BYTES,
        ),
        pid: std::process::id(),
    }
}
