"""The gateway of the heartbeat monitor: its start, its chat endpoint, its status endpoint, its shutdown.

EXAMPLE_SCALE multiplies all thresholds: with 0.0035 five minutes are a second.
"""

import asyncio
import json
import logging
import os
from datetime import datetime, timezone

from heartbeat.compat.gateway import (
    HeartbeatMonitor,
    HeartbeatMonitorConfig,
    init_heartbeat_monitor,
    get_heartbeat_monitor,
    stop_heartbeat_monitor,
)

logging.basicConfig(level=logging.INFO, format="%(levelname)s %(message)s")
logger = logging.getLogger("gateway")
scale = float(os.environ.get("EXAMPLE_SCALE", "1"))


class App:
    """In place of FastAPI, which this example does without."""

    def __init__(self):
        self.handlers = {}

    def on_event(self, name):
        return self.get(name)

    def get(self, name):
        def add(handler):
            self.handlers[name] = handler
            return handler

        return add

    post = get


app = App()


# ---- the gateway --------------------------------------------------------------------------------


@app.on_event("startup")
async def startup_heartbeat_monitor():
    """Initialize heartbeat monitor on FastAPI startup"""
    try:
        config = HeartbeatMonitorConfig(
            check_interval_ms=int(scale * 30000),  # 30 seconds
            stale_threshold_ms=int(scale * 5 * 60 * 1000),  # 5 minutes
            timeout_threshold_ms=int(scale * 30 * 60 * 1000)  # 30 minutes
        )
        monitor = await init_heartbeat_monitor(alert_manager=None, config=config)
        logger.info("✅ Heartbeat monitor initialized and started")
        return monitor
    except Exception as err:
        logger.error(f"Failed to initialize heartbeat monitor: {err}")
        return None


@app.on_event("shutdown")
async def shutdown_heartbeat_monitor():
    """Stop heartbeat monitor on FastAPI shutdown"""
    try:
        stop_heartbeat_monitor()
        logger.info("✅ Heartbeat monitor stopped")
    except Exception as err:
        logger.error(f"Failed to stop heartbeat monitor: {err}")


@app.post("/api/chat")
async def chat(agent_id, session_key, thinks_for):
    # Register agent at start
    heartbeat = get_heartbeat_monitor()
    if heartbeat:
        heartbeat.register_agent(agent_id, session_key)

    try:
        # Call model
        await asyncio.sleep(thinks_for)

        # Update activity after response
        if heartbeat:
            heartbeat.update_activity(agent_id)

    except Exception as e:
        logger.error(f"Error: {e}")
        raise
    finally:
        # Unregister when done
        if heartbeat:
            heartbeat.unregister_agent(agent_id)


@app.get("/api/heartbeat/status")
async def heartbeat_status():
    """Get heartbeat monitor status and agent health"""
    heartbeat = get_heartbeat_monitor()
    if not heartbeat:
        return {
            "success": True,
            "status": "offline",
            "message": "Heartbeat monitor not initialized"
        }

    status = heartbeat.get_status()
    in_flight = heartbeat.get_in_flight_agents()

    return {
        "success": True,
        "status": "online" if status["running"] else "offline",
        "monitor": status,
        "in_flight_agents": [
            {
                "agent_id": agent.agent_id,
                "task_id": agent.task_id,
                "status": agent.status,
                "running_for_ms": int(datetime.now().timestamp() * 1000) - agent.started_at,
                "idle_for_ms": int(datetime.now().timestamp() * 1000) - agent.last_activity_at,
            }
            for agent in in_flight
        ],
        "timestamp": datetime.now(timezone.utc).replace(tzinfo=None).isoformat() + "Z"
    }


# ---- what runs it -------------------------------------------------------------------------------


async def main():
    minute = scale * 60
    await app.handlers["startup"]()
    requests = asyncio.gather(
        app.handlers["/api/chat"]("pm", "session_key", minute),
        app.handlers["/api/chat"]("dev", "session-2", 31 * minute),
    )
    await asyncio.sleep(minute / 2)
    print(json.dumps(await app.handlers["/api/heartbeat/status"]()))
    await requests
    await app.handlers["shutdown"]()
    print(json.dumps(await app.handlers["/api/heartbeat/status"]()))


asyncio.run(main())
