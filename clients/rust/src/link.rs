use std::future::pending;

use tokio::sync::mpsc;
use tokio_util::sync::DropGuard;

use crate::v1::{BeatRequest, BeatResponse};
use crate::verdict::End;

/// One stream to one server, on a connection of its own: what a session needs of a transport, and all that
/// a test has to imitate. Dropped, it gives the connection up at once.
#[derive(Debug)]
pub(crate) struct Link {
    /// Holds one message that the transport has not taken yet; gone once this side has said all.
    outgoing: Option<mpsc::Sender<BeatRequest>>,
    answers: mpsc::Receiver<Result<BeatResponse, End>>,
    _connection: Option<DropGuard>,
}

/// Opens a link, at once: what goes wrong is an end.
pub(crate) type Open = Box<dyn Fn() -> Link + Send>;

impl Link {
    /// `outgoing` has room for a single message, so that nothing piles up behind a slow server.
    pub(crate) fn new(
        outgoing: mpsc::Sender<BeatRequest>,
        answers: mpsc::Receiver<Result<BeatResponse, End>>,
        connection: Option<DropGuard>,
    ) -> Self {
        Self {
            outgoing: Some(outgoing),
            answers,
            _connection: connection,
        }
    }

    /// False while the message before has not been written.
    pub(crate) fn is_writable(&self) -> bool {
        self.outgoing
            .as_ref()
            .is_some_and(|outgoing| outgoing.capacity() > 0)
    }

    /// Only while writable: what comes at another time is lost.
    pub(crate) fn send(&self, beat: BeatRequest) {
        if let Some(outgoing) = &self.outgoing {
            // Refused only by a transport that has ended, and the end tells that.
            let _ = outgoing.try_send(beat);
        }
    }

    /// No more messages from this side; the server ends the stream.
    pub(crate) fn finish(&mut self) {
        self.outgoing = None;
    }

    /// What the link does next: an answer, the end, or room for a message when `wanted`.
    pub(crate) async fn next(&mut self, wanted: bool) -> LinkStep {
        let Self {
            outgoing, answers, ..
        } = self;
        tokio::select! {
            answer = answers.recv() => match answer {
                Some(Ok(answer)) => LinkStep::Answer(Box::new(answer)),
                Some(Err(end)) => LinkStep::End(end),
                None => LinkStep::End(End::Broken("the transport has stopped".to_owned())),
            },
            () = room(outgoing.as_ref()), if wanted => LinkStep::Writable,
        }
    }
}

/// What a link does.
#[derive(Debug)]
pub(crate) enum LinkStep {
    Answer(Box<BeatResponse>),
    /// The last step.
    End(End),
    Writable,
}

/// Waits for room for a message; for ever when there will be none.
async fn room(outgoing: Option<&mpsc::Sender<BeatRequest>>) {
    match outgoing {
        Some(outgoing) if outgoing.reserve().await.is_ok() => {}
        _ => pending().await,
    }
}
