use std::collections::VecDeque;

use prost::Message as _;
use tokio::sync::oneshot;

use crate::limits;
use crate::message::Delivery;
use crate::v1;
use crate::voice::Room;

/// Where the count of one message is to be told. Dropped, nobody knows.
pub(crate) type Count = oneshot::Sender<u64>;

/// Messages that wait to be sent, oldest first.
#[derive(Default)]
pub(crate) struct Outbox {
    waiting: VecDeque<(v1::Message, Count)>,
    bytes: usize,
    sealed: bool,
    pub(crate) warnings: Vec<String>,
}

impl Outbox {
    /// Takes a message in; one for which there is no room is gone, with a warning.
    pub(crate) fn put(&mut self, message: v1::Message) -> Delivery {
        let (count, told) = oneshot::channel();
        if let Some(problem) = self.problem_of_room(message.data.len()) {
            let subject = message.subject;
            self.warnings
                .push(format!("a message on {subject} is not sent: {problem}"));
        } else {
            self.bytes += message.data.len();
            self.waiting.push_back((message, count));
        }
        Delivery(told)
    }

    /// Nothing is taken in any more; what waits still goes out.
    pub(crate) fn seal(&mut self) {
        self.sealed = true;
    }

    /// What waits is never sent.
    pub(crate) fn clear(&mut self) {
        self.sealed = true;
        self.waiting.clear();
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.waiting.is_empty()
    }

    /// As many messages as there is room for, and where to tell their counts.
    pub(crate) fn take(&mut self, room: &mut Room) -> (Vec<v1::Message>, Vec<Count>) {
        let mut taken = (Vec::new(), Vec::new());
        while let Some((message, _)) = self.waiting.front() {
            if !room.take(message.encoded_len()) {
                break;
            }
            self.bytes -= message.data.len();
            taken.extend(self.waiting.pop_front());
        }
        taken
    }

    fn problem_of_room(&self, bytes: usize) -> Option<String> {
        if self.sealed {
            Some("the agent has ended".to_owned())
        } else if self.waiting.len() >= limits::WAITING_MESSAGES {
            Some(format!("{} wait already", limits::WAITING_MESSAGES))
        } else if self.bytes + bytes > limits::WAITING_BYTES {
            Some(format!("{} bytes wait already", self.bytes))
        } else {
            None
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn message(bytes: usize) -> v1::Message {
        v1::Message {
            subject: "tasks.new".to_owned(),
            data: vec![0; bytes],
            ..v1::Message::default()
        }
    }

    #[tokio::test]
    async fn what_is_taken_is_told_its_count_and_what_is_cleared_is_not() {
        let mut outbox = Outbox::default();
        let sent = outbox.put(message(1));
        let (messages, counts) = outbox.take(&mut Room::of_a_beat());
        assert_eq!(messages.len(), 1);
        let cleared = outbox.put(message(1));
        outbox.clear();
        for count in counts {
            count.send(2).unwrap();
        }
        assert_eq!(sent.await, Some(2));
        assert_eq!(cleared.await, None);
        assert_eq!(outbox.put(message(1)).await, None);
    }

    #[tokio::test]
    async fn no_more_wait_than_the_limits() {
        let mut outbox = Outbox::default();
        for _ in 0..limits::WAITING_MESSAGES {
            outbox.put(message(0));
        }
        assert_eq!(outbox.put(message(0)).await, None);

        let mut outbox = Outbox::default();
        for _ in 0..32 {
            outbox.put(message(limits::MESSAGE_BYTES));
        }
        assert_eq!(outbox.put(message(1)).await, None);
        let (sent, _) = outbox.take(&mut Room::of_a_beat());
        assert_eq!(sent.len(), 1);
        outbox.put(message(1));
        assert_eq!(outbox.waiting.len(), 32);
    }
}
