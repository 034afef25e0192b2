use std::io;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, LazyLock, Mutex, PoisonError};

use signal_hook::consts::{SIGINT, SIGTERM};
use signal_hook::{flag, low_level};
use tokio::signal::unix::{Signal, SignalKind, signal};

/// What SIGTERM and SIGINT do in this process, on behalf of all its agents that listen.
///
/// A handler stays installed for good: neither Tokio nor signal-hook gives a signal its usual effect back. So
/// the handler does by itself what the system would, whenever no agent listens or the first signal has been
/// heard: a second one does not wait.
struct House {
    /// Signals have their usual effect.
    usual: Arc<AtomicBool>,
    /// The signal that was heard; 0 before.
    heard: Arc<AtomicUsize>,
    listeners: Mutex<usize>,
}

static HOUSE: LazyLock<io::Result<House>> = LazyLock::new(|| {
    let usual = Arc::new(AtomicBool::new(true));
    let heard = Arc::new(AtomicUsize::new(0));
    for (signal, number) in [(SIGTERM, SIGTERM as usize), (SIGINT, SIGINT as usize)] {
        // In this order: the first signal finds `usual` false, and sets it for the second.
        flag::register_conditional_default(signal, Arc::clone(&usual))?;
        flag::register(signal, Arc::clone(&usual))?;
        flag::register_usize(signal, Arc::clone(&heard), number)?;
    }
    Ok(House {
        usual,
        heard,
        listeners: Mutex::new(0),
    })
});

/// Hears that the process is to end. Once the last agent that listens is gone, a signal that was heard has
/// its usual effect.
pub(crate) struct Farewell {
    house: &'static House,
    terminate: Signal,
    interrupt: Signal,
}

impl Farewell {
    pub(crate) fn listen() -> io::Result<Self> {
        let house = HOUSE
            .as_ref()
            .map_err(|error| io::Error::new(error.kind(), error.to_string()))?;
        let farewell = Self {
            house,
            terminate: signal(SignalKind::terminate())?,
            interrupt: signal(SignalKind::interrupt())?,
        };
        let mut listeners = house
            .listeners
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        *listeners += 1;
        house.usual.store(false, Ordering::SeqCst);
        Ok(farewell)
    }

    /// Waits for a signal, and names it.
    pub(crate) async fn heard(&mut self) -> &'static str {
        tokio::select! {
            _ = self.terminate.recv() => "SIGTERM",
            _ = self.interrupt.recv() => "SIGINT",
        }
    }
}

impl Drop for Farewell {
    fn drop(&mut self) {
        let mut listeners = self
            .house
            .listeners
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        *listeners -= 1;
        if *listeners > 0 {
            return;
        }
        self.house.usual.store(true, Ordering::SeqCst);
        let signal = self.house.heard.load(Ordering::SeqCst);
        if signal != 0 {
            // Does not return for the two signals that there are.
            let _ = low_level::emulate_default_handler(signal.try_into().unwrap_or(SIGTERM));
        }
    }
}
