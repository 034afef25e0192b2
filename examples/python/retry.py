import asyncio
import os

import heartbeat

SERVER = os.environ.get("HEARTBEAT_SERVER", "127.0.0.1:50051")
FILES = ["a.csv", "b.csv", "c.csv"]

# A lost task is handed on among agents of one type.
second = heartbeat.Agent(
    "importer-2",
    agent_type="importer",
    server=SERVER,
    on_welcome=lambda welcomed: print(f"connected, epoch {welcomed.epoch}"),
)
done = asyncio.Event()


@second.on_retry
async def resume(task: heartbeat.RetriedTask) -> None:
    # The epoch goes along with what the task writes elsewhere: an older attempt is refused there.
    print(f"attempt {task.attempt} of {task.id}, epoch {task.epoch}: {task.reason}")
    try:
        await import_from(int(task.detail_before), task, len(FILES))
        if not task.canceled:
            task.succeed()
    finally:
        done.set()


async def main() -> None:
    async with second:
        first = await heartbeat.Agent("importer-1", agent_type="importer", server=SERVER).start()
        retry = heartbeat.Retry(max_attempts=3, backoff=0.1)
        task = first.task("import-42", retry=retry, detail="0")
        await import_from(0, task, 1)
        # Or it is killed, hangs, or is cut off: whatever makes it DOWN.
        await first.fail("the disk is full")
        await done.wait()


async def import_from(start: int, task: heartbeat.Task, end: int) -> None:
    """The detail is what the next attempt needs: how many files are in."""
    for n in range(start, end):
        if task.canceled:  # An operator canceled it, or it was handed on.
            return
        await asyncio.sleep(0.3)
        print(f"{FILES[n]} is in")
        task.progress((n + 1) / len(FILES), str(n + 1))


asyncio.run(main())
