import asyncio
import os

import heartbeat


async def main() -> None:
    async with heartbeat.Agent(
        "billing-7",
        server=os.environ.get("HEARTBEAT_SERVER", "127.0.0.1:50051"),
        policy=heartbeat.Policy(interval=5.0),
        on_welcome=lambda welcomed: print(f"connected, epoch {welcomed.epoch}"),
    ) as agent:
        await work()
        await agent.close("all invoices are out")


async def work() -> None:
    # Whatever your program does. The agent beats by itself.
    await asyncio.sleep(1)


asyncio.run(main())
