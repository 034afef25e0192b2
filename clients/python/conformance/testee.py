"""The testee of the Python agent: does what it is told, a line each, and reports what it saw.

With `--threaded` it drives `ThreadedAgent` instead of `Agent`.
"""

import asyncio
import json
import sys
import threading
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any, Final

import heartbeat

Order = dict[str, Any]

_POLICY_SPANS: Final = {
    "intervalMs": "interval",
    "graceMs": "grace",
    "dropGraceMs": "drop_grace",
    "taskStaleAfterMs": "task_stale_after",
    "taskTimeoutAfterMs": "task_timeout_after",
}
_POLICY_FIELDS: Final = {
    "timeoutMultiplier": "timeout_multiplier",
    "maxMissedBeats": "max_missed_beats",
    "staleWarningOnlyOnce": "stale_warning_only_once",
}
_PLAIN_OPTIONS: Final = {
    "server": "server",
    "organizationId": "organization_id",
    "agentType": "agent_type",
    "labels": "labels",
    "instanceId": "instance_id",
    "maxReconnectAttempts": "max_reconnect_attempts",
    "vitals": "vitals",
    "handleSignals": "handle_signals",
    "token": "token",
}
_lock = threading.Lock()


def report(saw: str, **facts: object) -> None:
    line = json.dumps({"saw": saw, **facts})
    with _lock:
        print(line, flush=True)


def millis(seconds: float) -> int:
    return round(seconds * 1000)


def options_of(order: Order) -> dict[str, Any]:
    """The options of a start as keyword arguments."""
    options = {name: order[key] for key, name in _PLAIN_OPTIONS.items() if key in order}
    if "policy" in order:
        options["policy"] = policy_of(order["policy"])
    if "backoff" in order:
        spans = order["backoff"]
        known = {"initialMs": "initial", "maxMs": "maximum"}
        options["backoff"] = heartbeat.Backoff(**{known[key]: spans[key] / 1000 for key in spans})
    if "connectTimeoutMs" in order:
        options["connect_timeout"] = order["connectTimeoutMs"] / 1000
    if "tls" in order:
        options["tls"] = heartbeat.Tls(ca_file=order["tls"].get("caFile"))
    return options


def policy_of(policy: Order) -> heartbeat.Policy:
    spans = {name: policy[key] / 1000 for key, name in _POLICY_SPANS.items() if key in policy}
    fields = {name: policy[key] for key, name in _POLICY_FIELDS.items() if key in policy}
    return heartbeat.Policy(**spans, **fields)


def task_options_of(order: Order) -> dict[str, Any]:
    spans = {"staleAfterMs": "stale_after", "timeoutAfterMs": "timeout_after"}
    options = {name: order[key] / 1000 for key, name in spans.items() if key in order}
    return options | {key: order[key] for key in ("detail",) if key in order}


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


class Testee:
    """Obeys. Every call of an agent goes through `do`, which hides which form it has."""

    def __init__(self, threaded: bool) -> None:
        self._threaded = threaded
        self._agent: Any = None
        self._tasks: dict[str, Any] = {}

    async def obey(self, order: Order) -> None:
        what = order["do"]
        match what:
            case "start":
                await self._start(order["options"])
            case "task":
                self._start_task(order)
            case "progress":
                self._tasks[order["id"]].progress(order["fraction"], order.get("detail"))
            case "fail":
                self._tasks[order["id"]].fail(order.get("error", ""))
            case "activity" | "succeed" | "cancel":
                getattr(self._tasks[order["id"]], what)()
            case "idle" | "running" | "beat":
                getattr(self._agent, what)()
            case "publish":
                await self._publish(order)
            case "health":
                self._health()
            case "state":
                report("state", state=self._agent.state.value)
            case "close" | "failAgent":
                leave = self._agent.close if what == "close" else self._agent.fail
                await self._do(leave, order.get("reason", "closed"))
                report("closed")

    async def end(self) -> None:
        if self._agent is not None:
            await self._do(self._agent.close)

    async def _start(self, options: Order) -> None:
        form = heartbeat.ThreadedAgent if self._threaded else heartbeat.Agent
        self._agent = form(options["agentId"], **options_of(options), **CALLBACKS)
        for subject in options.get("subscriptions", ()):
            self._agent.on_message(subject)(handler(fails=False))
        for subject in options.get("failing", ()):
            self._agent.on_message(subject)(handler(fails=True))
        started = self._agent.start()  # In the main thread, where signals are.
        if not self._threaded:
            await started

    def _start_task(self, order: Order) -> None:
        task_id = order["id"]
        task = self._agent.task(task_id, **task_options_of(order))
        self._tasks[task_id] = task
        # A thread or a task that waits would be counted as one that the agent has left behind.
        inner = task._task if self._threaded else task
        inner.cancellation.then(lambda: report("taskCanceled", id=task_id))

    async def _publish(self, order: Order) -> None:
        data = order["text"] if "text" in order else bytes(order.get("bytes", 0))
        reply_to = order.get("replyTo", "")
        delivered = await self._do(self._agent.publish, order["subject"], data, None, reply_to)
        report("published", subject=order["subject"], delivered=delivered)

    def _health(self) -> None:
        health = self._agent.connection_health()
        acked = health.last_heartbeat_ack
        report(
            "health",
            healthy=health.healthy,
            connected=health.connected,
            lastHeartbeatAck=acked and acked.isoformat(timespec="milliseconds").replace("+00:00", "Z"),
            secondsSinceAck=health.seconds_since_ack,
            reconnectAttempts=health.reconnect_attempts,
        )

    async def _do(self, function: Callable[..., Any], *arguments: object) -> Any:
        if not self._threaded:
            return await function(*arguments)
        return await in_thread(function, *arguments)


def in_thread(function: Callable[..., Any], *arguments: object) -> Awaitable[Any]:
    """On a thread that ends with the call: a pool's would stay, and be counted."""
    loop = asyncio.get_running_loop()
    done: asyncio.Future[Any] = loop.create_future()

    def run() -> None:
        try:
            result = function(*arguments)
        except Exception as error:
            loop.call_soon_threadsafe(done.set_exception, error)
        else:
            loop.call_soon_threadsafe(done.set_result, result)

    threading.Thread(target=run, daemon=True).start()
    return done


async def orders() -> AsyncIterator[Order]:
    """Lines of standard input, without a thread that reads them."""
    reader = asyncio.StreamReader(limit=1 << 20)
    protocol = asyncio.StreamReaderProtocol(reader)
    await asyncio.get_running_loop().connect_read_pipe(lambda: protocol, sys.stdin)
    while line := await reader.readline():
        yield json.loads(line)


async def main(threaded: bool) -> None:
    testee = Testee(threaded)
    running: set[asyncio.Task[None]] = set()

    async def obey(order: Order) -> None:
        try:
            await testee.obey(order)
        except heartbeat.FieldInvalid as refused:
            report("refused", message=str(refused))
        except Exception as error:
            report("crash", error=repr(error))

    def crash(_: object, context: dict[str, Any]) -> None:
        report("crash", error=repr(context.get("exception", context["message"])))

    asyncio.get_running_loop().set_exception_handler(crash)
    report("ready")
    async for order in orders():
        task = asyncio.create_task(obey(order))
        running.add(task)
        task.add_done_callback(running.discard)
    await testee.end()
    if running:
        await asyncio.wait(running)


if __name__ == "__main__":
    sys.excepthook = lambda _kind, error, _trace: report("crash", error=repr(error))
    threading.excepthook = lambda args: report("crash", error=repr(args.exc_value))
    asyncio.run(main(threaded="--threaded" in sys.argv))
