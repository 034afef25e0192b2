import asyncio
import os

import heartbeat


async def main() -> None:
    async with heartbeat.Agent(
        "importer-1",
        server=os.environ.get("HEARTBEAT_SERVER", "127.0.0.1:50051"),
        on_welcome=lambda welcomed: print(f"connected, epoch {welcomed.epoch}"),
    ) as agent:
        files = ["a.csv", "b.csv", "c.csv"]
        # Left by an exception, or without an end, the task has failed.
        with agent.task("import-42", stale_after=60, timeout_after=600) as task:
            for done, file in enumerate(files, start=1):
                if task.canceled:  # An operator canceled it, and this is told at once.
                    return
                await import_file(file)
                task.progress(done / len(files), f"{file} is in")
            task.succeed()


async def import_file(file: str) -> None:
    await asyncio.sleep(0.3)


asyncio.run(main())
