import asyncio
import os

import heartbeat


class Ledger:
    """Whatever is written to: it refuses an epoch that is older than one it has seen."""

    def __init__(self) -> None:
        self._newest = 0

    def write(self, epoch: int, line: str) -> None:
        if epoch < self._newest:
            raise RuntimeError(f"epoch {epoch} is over, {self._newest} writes now")
        self._newest = epoch
        print(f"written with epoch {epoch}: {line}")


async def main() -> None:
    ledger = Ledger()
    stop = asyncio.Event()

    def on_lease_lost(lost: heartbeat.LeaseLost) -> None:
        # The monitor may call this process DOWN by now, and another one may do its work.
        print(f"no ack for {lost.silent:.1f} s")
        stop.set()

    def on_superseded(by: heartbeat.SupersededBy) -> None:
        # Another process holds the name: its epoch is higher, and the ledger refuses ours.
        print(f"superseded by epoch {by.epoch}")
        stop.set()

    async with heartbeat.Agent(
        "leader",
        server=os.environ.get("HEARTBEAT_SERVER", "127.0.0.1:50051"),
        policy=heartbeat.Policy(interval=1.0, max_missed_beats=2),
        on_welcome=lambda welcomed: print(f"connected, epoch {welcomed.epoch}"),
        on_lease_lost=on_lease_lost,
        on_superseded=on_superseded,
    ) as agent:
        for line in range(1, 4):
            await asyncio.sleep(0.4)
            if stop.is_set():
                return
            if agent.connection_health().healthy:
                ledger.write(agent.epoch, f"line {line}")
        await agent.close("done")


asyncio.run(main())
