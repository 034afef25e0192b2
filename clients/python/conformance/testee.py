"""The testee of the Python agent: does what it is told, a line each, and reports what it saw.

With `--threaded` it drives `ThreadedAgent` instead of `Agent`.
"""

import asyncio
import json
import sys
import threading
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any, Final

from reports import CALLBACKS, handler, report

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
    if "retry" in order:
        attempts, backoff_ms = order["retry"]["maxAttempts"], order["retry"]["backoffMs"]
        options["retry"] = heartbeat.Retry(max_attempts=attempts, backoff=backoff_ms / 1000)
    return options | {key: order[key] for key in ("detail",) if key in order}


class Testee:
    """Obeys. Every call of an agent goes through `do`, which hides which form it has."""

    def __init__(self, threaded: bool) -> None:
        self._threaded = threaded
        self._agent: Any = None
        self._tasks: dict[str, Any] = {}
        #: Of the lost tasks that were taken up: lets the handler go.
        self._releases: dict[str, Callable[[], None]] = {}

    async def obey(self, order: Order) -> None:
        what = order["do"]
        match what:
            case "start":
                await self._start(order["options"])
            case "task":
                self._start_task(order)
            case "progress":
                self._tasks[order["id"]].progress(order["fraction"], order.get("detail"))
            case "activity":
                self._tasks[order["id"]].activity()
            case "fail" | "succeed" | "cancel":
                self._end_task(order)
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
        if options.get("takesTasks"):
            self._agent.on_retry(self._work if self._threaded else self._work_async)
        started = self._agent.start()  # In the main thread, where signals are.
        if not self._threaded:
            await started

    def _start_task(self, order: Order) -> None:
        task_id = order["id"]
        self._keep(self._agent.task(task_id, **task_options_of(order)), lambda: None)

    def _keep(self, task: Any, on_canceled: Callable[[], object]) -> None:
        def canceled() -> None:
            report("taskCanceled", id=task.id)
            on_canceled()

        self._tasks[task.id] = task
        # A thread or a task that waits would be counted as one that the agent has left behind.
        inner = task._task if self._threaded else task
        inner.cancellation.then(canceled)

    def _end_task(self, order: Order) -> None:
        task = self._tasks[order["id"]]
        if order["do"] == "fail":
            task.fail(order.get("error", ""))
        else:
            getattr(task, order["do"])()
        self._releases.get(order["id"], lambda: None)()

    async def _work_async(self, task: heartbeat.RetriedTask) -> None:
        over = asyncio.Event()
        self._take_up(task, over.set)
        await over.wait()

    def _work(self, task: heartbeat.ThreadedRetriedTask) -> None:
        over = threading.Event()
        self._take_up(task, over.set)
        over.wait()

    def _take_up(self, task: Any, release: Callable[[], None]) -> None:
        self._releases[task.id] = release
        self._keep(task, release)
        report(
            "retried",
            id=task.id,
            attempt=task.attempt,
            maxAttempts=task.max_attempts,
            epoch=str(task.epoch),
            progress=task.progress_before,
            detail=task.detail_before.decode(),
            **{"from": task.from_agent_id},
            reason=task.reason,
        )

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
