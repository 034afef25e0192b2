#![doc = include_str!("../README.md")]
#![forbid(unsafe_code)]
#![deny(missing_docs)]

mod agent;
mod backoff;
mod builder;
mod checks;
mod directive;
mod error;
mod event;
mod farewell;
mod grpc;
mod health;
mod inbox;
mod lease;
mod lifecycle;
mod limits;
mod link;
mod listener;
mod message;
mod news;
mod outbox;
mod policy;
mod pushback;
mod registration;
mod retried_task;
mod retry;
mod session;
mod settings;
mod state;
mod subject;
mod task;
mod task_book;
mod tls;
mod token;
mod unacked;
mod verdict;
mod vitals;
mod voice;
mod wire;

pub use agent::Agent;
pub use builder::Builder;
pub use directive::Directive;
pub use error::{InvalidValue, StartError};
pub use event::Event;
pub use health::Health;
pub use inbox::{Incoming, Outcome};
pub use message::{Delivery, Message};
pub use policy::Policy;
pub use retried_task::RetriedTask;
pub use retry::{Placement, Retry};
pub use state::AgentState;
pub use task::{Task, TaskOptions};
pub use tls::Tls;
pub use tonic::Code;

/// The contract as it was generated: messages, and clients of every service, without the runtime.
pub mod v1 {
    #![allow(
        clippy::all,
        clippy::pedantic,
        missing_docs,
        rustdoc::all,
        unreachable_pub
    )]
    include!("gen/heartbeat/v1/heartbeat.v1.rs");
}
