use std::error::Error;
use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

use tokio::sync::mpsc;
use tokio_stream::wrappers::ReceiverStream;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;
use tonic::transport::Endpoint;
use tonic::{Request, Status};

use crate::Code;
use crate::limits;
use crate::link::{Link, Open};
use crate::pushback::read_pushback;
use crate::token::Token;
use crate::v1::heartbeat_service_client::HeartbeatServiceClient;
use crate::v1::{BeatRequest, BeatResponse};
use crate::verdict::End;

/// When nothing was read for so long, an HTTP/2 PING asks whether the server is still there.
pub(crate) const PING_AFTER: Duration = Duration::from_secs(20);
/// How long its answer may take before the connection counts as broken.
pub(crate) const PING_TIMEOUT: Duration = Duration::from_secs(5);

/// Links over gRPC. Whatever runs for them is counted in `crew`.
pub(crate) fn open_grpc(endpoint: Endpoint, token: Option<Token>, crew: TaskTracker) -> Open {
    let token = token.map(Arc::new);
    Box::new(move || {
        let hands = Hands {
            crew: crew.clone(),
            dismissed: CancellationToken::new(),
        };
        let (outgoing, beats) = mpsc::channel(1);
        let (answers, answered) = mpsc::channel(1);
        let endpoint = endpoint.clone().executor(hands.clone());
        hands.hire(carry(endpoint, token.clone(), beats, answers));
        Link::new(outgoing, answered, Some(hands.dismissed.drop_guard()))
    })
}

/// Who works for one connection. Dismissed, all of them stop at once, and the socket is closed with them:
/// Tonic alone would first flush what it has, into a network that may swallow it.
#[derive(Clone)]
struct Hands {
    crew: TaskTracker,
    dismissed: CancellationToken,
}

impl Hands {
    fn hire(&self, work: impl Future<Output = ()> + Send + 'static) {
        let dismissed = self.dismissed.clone();
        self.crew.spawn(async move {
            dismissed.run_until_cancelled(work).await;
        });
    }
}

impl hyper::rt::Executor<Pin<Box<dyn Future<Output = ()> + Send>>> for Hands {
    fn execute(&self, work: Pin<Box<dyn Future<Output = ()> + Send>>) {
        self.hire(work);
    }
}

type Answers = mpsc::Sender<Result<BeatResponse, End>>;

/// Carries beats to the server and answers back, until the stream ends.
async fn carry(
    endpoint: Endpoint,
    token: Option<Arc<Token>>,
    beats: mpsc::Receiver<BeatRequest>,
    answers: Answers,
) {
    let end = match converse(&endpoint, token.as_deref(), beats, &answers).await {
        Ok(()) => End::Status {
            status: Code::Ok,
            message: String::new(),
            code: None,
            pushback: None,
        },
        Err(end) => end,
    };
    // Nobody listens to a link that was given up.
    let _ = answers.send(Err(end)).await;
}

async fn converse(
    endpoint: &Endpoint,
    token: Option<&Token>,
    beats: mpsc::Receiver<BeatRequest>,
    answers: &Answers,
) -> Result<(), End> {
    let mut request = Request::new(ReceiverStream::new(beats));
    if let Some(token) = token {
        let value = token.header().await.map_err(End::Broken)?;
        request.metadata_mut().insert("authorization", value);
    }
    let channel = endpoint.connect().await.map_err(|error| broken(&error))?;
    let mut client =
        HeartbeatServiceClient::new(channel).max_decoding_message_size(limits::ANSWER_BYTES);
    let mut stream = client.beat(request).await.map_err(read_end)?.into_inner();
    while let Some(answer) = stream.message().await.map_err(read_end)? {
        if answers.send(Ok(answer)).await.is_err() {
            break;
        }
    }
    Ok(())
}

/// A status that has a cause was made up on this side.
#[expect(
    clippy::needless_pass_by_value,
    reason = "it stands where map_err wants it"
)]
fn read_end(status: Status) -> End {
    if status.source().is_some() {
        return broken(&status);
    }
    let trailer = |name| status.metadata().get(name)?.to_str().ok();
    End::Status {
        status: status.code(),
        message: status.message().to_owned(),
        code: trailer("heartbeat-error").map(str::to_owned),
        pushback: trailer("grpc-retry-pushback-ms").and_then(read_pushback),
    }
}

/// The innermost cause says most.
fn broken(error: &(dyn Error + 'static)) -> End {
    let mut cause = error;
    while let Some(source) = cause.source() {
        cause = source;
    }
    End::Broken(cause.to_string())
}

#[cfg(test)]
mod tests {
    use std::io;

    use super::*;

    #[test]
    fn the_servers_own_word_is_read_with_its_trailers() {
        let mut status = Status::resource_exhausted("later");
        let trailers = status.metadata_mut();
        trailers.insert("heartbeat-error", "admission_deferred".parse().unwrap());
        trailers.insert("grpc-retry-pushback-ms", "700".parse().unwrap());
        let expected = End::Status {
            status: Code::ResourceExhausted,
            message: "later".to_owned(),
            code: Some("admission_deferred".to_owned()),
            pushback: Some(Duration::from_millis(700)),
        };
        assert_eq!(read_end(status), expected);
    }

    #[test]
    fn a_broken_connection_is_told_by_its_innermost_cause() {
        let refused = io::Error::from(io::ErrorKind::ConnectionRefused);
        let mut status = Status::unavailable("tcp connect error");
        status.set_source(Arc::new(refused));
        assert_eq!(
            read_end(status),
            End::Broken("connection refused".to_owned())
        );
    }
}
