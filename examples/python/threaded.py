import os

import heartbeat

with heartbeat.ThreadedAgent(
    "reports-3",
    server=os.environ.get("HEARTBEAT_SERVER", "127.0.0.1:50051"),
    on_welcome=lambda welcomed: print(f"connected, epoch {welcomed.epoch}"),
) as agent:
    with agent.task("report-9") as task:
        for page in range(1, 4):
            if task.wait_canceled(timeout=0.3):  # Here the work would be.
                break
            task.progress(page / 3)
        else:
            task.succeed()
