use std::time::Duration;

use heartbeat_agent::{Agent, Event, Incoming, InvalidValue, Message};
use tokio::sync::mpsc;
use tokio::time::timeout;

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let server = std::env::var("HEARTBEAT_SERVER").unwrap_or("127.0.0.1:50051".to_owned());
    let (answered, mut answers) = mpsc::channel(1);
    let agent = Agent::builder("worker-1")
        .server(server)
        .on_event(|event| {
            if let Event::Welcome { epoch, .. } = event {
                println!("connected, epoch {epoch}");
            }
        })
        .on_message("tasks.new", accept)
        .on_message("answers.worker-1", move |message: Incoming| {
            let answered = answered.clone();
            async move { answered.send(message).await }
        })
        .start()?;

    // Whoever subscribes to it now gets it, at most once: here that is this agent itself.
    let task = Message::text("tasks.new", "count the stars").reply_to("answers.worker-1");
    match agent.publish(task)?.await {
        Some(receivers) => println!("handed to {receivers}"),
        None => println!("nobody knows whether it arrived"),
    }
    if let Some(answer) = timeout(Duration::from_secs(2), answers.recv()).await? {
        println!("an answer: {}", answer.text().unwrap_or("no text"));
    }
    agent.close("no more tasks").await;
    Ok(())
}

/// Called for one message after the other. An error is logged, and harmless.
async fn accept(message: Incoming) -> Result<(), InvalidValue> {
    let text = message.text().unwrap_or("no text");
    println!("a task from {}: {text}", message.from());
    if let Some(subject) = message.reply_to() {
        message
            .agent()
            .publish(Message::text(subject, "accepted"))?;
    }
    Ok(())
}
