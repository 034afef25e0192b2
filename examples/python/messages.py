import asyncio
import os

import heartbeat

agent = heartbeat.Agent(
    "worker-1",
    server=os.environ.get("HEARTBEAT_SERVER", "127.0.0.1:50051"),
    on_welcome=lambda welcomed: print(f"connected, epoch {welcomed.epoch}"),
)


@agent.on_message("tasks.new")
async def take(message: heartbeat.Message) -> None:
    print(f"a task from {message.from_agent_id}: {message.decoded()}")
    if message.reply_to:
        await message.reply({"accepted": True})


@agent.on_message("answers.worker-1")
def hear(message: heartbeat.Message) -> None:
    print(f"an answer: {message.decoded()}")


async def main() -> None:
    async with agent:
        # Whoever subscribes to it now gets it, at most once: here that is this agent itself.
        delivered = await agent.publish("tasks.new", {"id": 7}, reply_to="answers.worker-1")
        print(f"handed to {delivered}")
        await asyncio.sleep(0.5)


asyncio.run(main())
