use std::time::Duration;

use heartbeat_agent::{Agent, Event};

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let server = std::env::var("HEARTBEAT_SERVER").unwrap_or("127.0.0.1:50051".to_owned());
    let agent = Agent::builder("billing-7")
        .server(server)
        .interval(Duration::from_secs(5))
        .on_event(|event| {
            if let Event::Welcome { epoch, .. } = event {
                println!("connected, epoch {epoch}");
            }
        })
        .start()?;

    work().await;
    agent.close("all invoices are out").await;
    Ok(())
}

/// Whatever your program does. The agent beats by itself.
async fn work() {
    tokio::time::sleep(Duration::from_secs(1)).await;
}
