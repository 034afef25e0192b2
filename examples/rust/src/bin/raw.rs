//! Without the runtime: the generated stubs alone.

use std::time::Duration;

use heartbeat_agent::v1::heartbeat_service_client::HeartbeatServiceClient;
use heartbeat_agent::v1::{BeatRequest, Goodbye, Registration};
use tokio_stream::StreamExt;

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let server = std::env::var("HEARTBEAT_SERVER").unwrap_or("127.0.0.1:50051".to_owned());
    let hello = BeatRequest {
        agent_id: "raw-rust".to_owned(),
        registration: Some(Registration::default()),
        ..Default::default()
    };
    let beat = BeatRequest::default();
    let goodbye = BeatRequest {
        goodbye: Some(Goodbye::default()),
        ..Default::default()
    };
    let beats = tokio_stream::iter([hello, beat.clone(), beat, goodbye]);
    let beats = beats.throttle(Duration::from_millis(400));
    let mut client = HeartbeatServiceClient::connect(format!("http://{server}")).await?;
    let mut answers = client.beat(beats).await?.into_inner();
    while let Some(answer) = answers.next().await.transpose()? {
        match answer.welcome {
            Some(welcome) => println!("connected, epoch {}", welcome.epoch),
            None => println!("beat {} is acknowledged", answer.acked_sequence),
        }
    }
    Ok(())
}
