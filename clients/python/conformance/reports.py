"""What the testee says: one JSON object a line."""

import json
import threading
from collections.abc import Callable
from typing import Any, Final

import heartbeat

_lock = threading.Lock()


def report(saw: str, **facts: object) -> None:
    line = json.dumps({"saw": saw, **facts})
    with _lock:
        print(line, flush=True)


def millis(seconds: float) -> int:
    return round(seconds * 1000)


def on_welcome(welcomed: heartbeat.Welcomed) -> None:
    report(
        "welcome",
        epoch=str(welcomed.epoch),
        resumed=welcomed.resumed,
        intervalMs=millis(welcomed.policy.interval),
    )


def on_reconnect(again: heartbeat.Reconnected) -> None:
    report("reconnect", epoch=str(again.epoch), resumed=again.resumed, attempts=again.attempts)


def on_lease_lost(lost: heartbeat.LeaseLost) -> None:
    report("leaseLost", epoch=str(lost.epoch), silentMs=millis(lost.silent))


def on_superseded(by: heartbeat.SupersededBy) -> None:
    epoch = None if by.epoch is None else str(by.epoch)
    report("superseded", epoch=epoch, instanceId=by.instance_id)


def on_error(refused: heartbeat.Refused) -> None:
    report("error", status=refused.status, code=refused.code, message=refused.message)


def on_gave_up(gave_up: heartbeat.GaveUp) -> None:
    report("gaveUp", attempts=gave_up.attempts, reason=gave_up.reason)


def on_directive(directive: heartbeat.Directive) -> None:
    match directive:
        case heartbeat.SetPolicy(policy):
            report("directive", kind="set-policy", intervalMs=millis(policy.interval))
        case heartbeat.Pause(until, reason):
            instant = until and until.isoformat(timespec="milliseconds").replace("+00:00", "Z")
            report("directive", kind="pause", until=instant, reason=reason)
        case heartbeat.Resume():
            report("directive", kind="resume")
        case heartbeat.Reconnect(within, reason):
            report("directive", kind="reconnect", withinMs=millis(within), reason=reason)
        case heartbeat.CancelTask(task_id, reason):
            report("directive", kind="cancel-task", taskId=task_id, reason=reason)
        case heartbeat.Superseded():
            report("directive", kind="superseded")


CALLBACKS: Final[dict[str, Any]] = {
    "on_welcome": on_welcome,
    "on_reconnect": on_reconnect,
    "on_lease_lost": on_lease_lost,
    "on_superseded": on_superseded,
    "on_error": on_error,
    "on_gave_up": on_gave_up,
    "on_directive": on_directive,
}


def handler(fails: bool) -> Callable[[Any], None]:
    def handle(message: heartbeat.Message) -> None:
        size = len(message.data)
        report(
            "message",
            subject=message.subject,
            size=size,
            **({"text": message.text()} if size <= 1_000 else {}),
            contentType=message.content_type,
            **{"from": message.from_agent_id},
            replyTo=message.reply_to,
        )
        if fails:
            raise RuntimeError("as it was told to")

    return handle
