use std::time::Duration;

use heartbeat_agent::{Agent, Builder, Event, RetriedTask, Retry, Task, TaskOptions};
use tokio::sync::mpsc;

type Failure = Box<dyn std::error::Error + Send + Sync>;

const FILES: [&str; 3] = ["a.csv", "b.csv", "c.csv"];

#[tokio::main]
async fn main() -> Result<(), Failure> {
    let (tell, mut done) = mpsc::channel(1);
    let second = importer("importer-2")
        .on_event(|event| {
            if let Event::Welcome { epoch, .. } = event {
                println!("connected, epoch {epoch}");
            }
        })
        .on_retry(move |task| {
            let tell = tell.clone();
            async move {
                let resumed = resume(&task).await;
                tell.send(()).await?;
                resumed
            }
        })
        .start()?;

    let first = importer("importer-1").start()?;
    let retry = Retry::new()
        .max_attempts(3)
        .backoff(Duration::from_millis(100));
    let task = first.task_with("import-42", TaskOptions::new().retry(retry).detail("0"));
    import_from(0, &task, 1).await;
    // Or it is killed, hangs, or is cut off: whatever makes it DOWN.
    first.fail("the disk is full").await;
    done.recv().await;
    second.close("all files are in").await;
    Ok(())
}

fn importer(agent_id: &str) -> Builder {
    let server = std::env::var("HEARTBEAT_SERVER").unwrap_or("127.0.0.1:50051".to_owned());
    // A lost task is handed on among agents of one type.
    Agent::builder(agent_id)
        .agent_type("importer")
        .server(server)
}

/// Goes on from where the task was. The error it returns is the task's.
async fn resume(task: &RetriedTask) -> Result<(), Failure> {
    // The epoch goes along with what the task writes elsewhere: an older attempt is refused there.
    let (attempt, id, epoch) = (task.attempt(), task.id(), task.epoch());
    println!(
        "attempt {attempt} of {id}, epoch {epoch}: {}",
        task.reason()
    );
    let from = std::str::from_utf8(task.detail_before())?.parse()?;
    // An operator may cancel it, or it may be handed on.
    tokio::select! {
        () = import_from(from, task, FILES.len()) => task.succeed(),
        () = task.canceled() => task.cancel(),
    }
    Ok(())
}

/// The detail is what the next attempt needs: how many files are in.
async fn import_from(from: usize, task: &Task, until: usize) {
    for (n, file) in FILES.iter().enumerate().take(until).skip(from) {
        tokio::time::sleep(Duration::from_millis(300)).await;
        println!("{file} is in");
        let progress = [1.0 / 3.0, 2.0 / 3.0, 1.0][n];
        task.progress_with(progress, (n + 1).to_string());
    }
}
