"""The sessions of the heartbeat monitoring: one that ends, one that is paused, one whose agent is lost.

EXAMPLE_SCALE multiplies all spans: with 0.03 thirty seconds are 0.9.
"""

import asyncio
import logging
import os

from heartbeat.compat.sessions import HeartbeatClient, HeartbeatMonitor

logging.basicConfig(level=logging.INFO, format="%(levelname)s %(message)s")
scale = float(os.environ.get("EXAMPLE_SCALE", "1"))


async def handle_timeout(session_id, agent_type):
    print(f"Timeout: {session_id} ({agent_type})")
    timed_out.set()


async def handle_warning(session_id, missed_beats):
    print(f"Warning: {session_id} has missed {missed_beats}")


async def main():
    monitor = HeartbeatMonitor(timeout_seconds=scale * 30, check_interval_seconds=scale * 5)
    monitor.on_timeout = handle_timeout
    monitor.on_warning = handle_warning
    await monitor.start_monitoring()

    monitor.register("session-1", "tutor-agent")
    monitor.register("session-2", "grader-agent")
    monitor.register("session-3", "tutor-agent")
    # Waits for a person.
    print("Paused:", monitor.pause("session-3"))

    client = HeartbeatClient("session-1", monitor, interval_seconds=scale * 10)
    await client.start()
    # ... agent work ...
    await timed_out.wait()
    print(monitor.get_status("session-1"))
    await client.stop()

    print("Registered:", monitor.registered_count, "healthy:", monitor.healthy_count)
    print("Resumed:", monitor.resume("session-3"))
    async with HeartbeatClient("session-3", os.environ.get("HEARTBEAT_SERVER")):
        await asyncio.sleep(scale * 10)
        print("All:", list(monitor.get_all_status()))
    await monitor.stop_monitoring()


timed_out = asyncio.Event()
asyncio.run(main())
