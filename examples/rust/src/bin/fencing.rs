use std::time::Duration;

use heartbeat_agent::{Agent, Event};
use tokio::sync::watch;

/// Whatever is written to: it refuses an epoch that is older than one it has seen.
#[derive(Default)]
struct Ledger {
    newest: u64,
}

impl Ledger {
    fn write(&mut self, epoch: u64, line: &str) -> Result<(), String> {
        if epoch < self.newest {
            return Err(format!("epoch {epoch} is over, {} writes now", self.newest));
        }
        self.newest = epoch;
        println!("written with epoch {epoch}: {line}");
        Ok(())
    }
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let server = std::env::var("HEARTBEAT_SERVER").unwrap_or("127.0.0.1:50051".to_owned());
    let (stop, stopped) = watch::channel(false);
    let agent = Agent::builder("leader")
        .server(server)
        .interval(Duration::from_secs(1))
        .max_missed_beats(2)
        .on_event(move |event| match event {
            Event::Welcome { epoch, .. } => println!("connected, epoch {epoch}"),
            // The monitor may call this process DOWN by now, and another one may do its work.
            Event::LeaseLost { .. } => drop(stop.send(true)),
            // Another process holds the name: its epoch is higher, and the ledger refuses ours.
            Event::Superseded { .. } => drop(stop.send(true)),
            _ => {}
        })
        .start()?;

    let mut ledger = Ledger::default();
    for line in 1..=3 {
        tokio::time::sleep(Duration::from_millis(400)).await;
        if *stopped.borrow() {
            break;
        }
        if agent.health().healthy {
            ledger.write(agent.epoch(), &format!("line {line}"))?;
        }
    }
    agent.close("done").await;
    Ok(())
}
