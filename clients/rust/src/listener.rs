use std::panic::{AssertUnwindSafe, catch_unwind};

use crate::event::Event;

/// Calls what the program handed in, and never lets what goes wrong there reach the agent's own work.
pub(crate) struct Listener(Option<Box<dyn FnMut(Event) + Send>>);

impl Listener {
    pub(crate) fn new(callback: Option<Box<dyn FnMut(Event) + Send>>) -> Self {
        Self(callback)
    }

    pub(crate) fn tell(&mut self, event: Event) {
        let Some(callback) = &mut self.0 else { return };
        if catch_unwind(AssertUnwindSafe(|| callback(event))).is_err() {
            tracing::warn!("on_event panicked");
        }
    }
}
