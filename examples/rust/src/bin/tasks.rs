use std::time::Duration;

use heartbeat_agent::{Agent, Event, Task, TaskOptions};

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let server = std::env::var("HEARTBEAT_SERVER").unwrap_or("127.0.0.1:50051".to_owned());
    let agent = Agent::builder("importer-1")
        .server(server)
        .on_event(|event| {
            if let Event::Welcome { epoch, .. } = event {
                println!("connected, epoch {epoch}");
            }
        })
        .start()?;

    let options = TaskOptions::new()
        .stale_after(Duration::from_secs(60))
        .timeout_after(Duration::from_secs(600));
    let task = agent.task_with("import-42", options);
    // An operator may cancel it; that is delivered at once.
    tokio::select! {
        () = import(&task) => task.succeed(),
        () = task.canceled() => task.cancel(),
    }
    agent.close("all files are in").await;
    Ok(())
}

/// A task that is dropped without an end, by an early return or a panic, has failed.
async fn import(task: &Task) {
    let files = ["a.csv", "b.csv", "c.csv"];
    for (done, file) in (1_u32..).zip(files) {
        tokio::time::sleep(Duration::from_millis(300)).await;
        task.progress_with(f64::from(done) / 3.0, format!("{file} is in"));
    }
}
