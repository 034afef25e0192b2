"""The threaded form, over real gRPC on loopback."""

import queue
import sys
import threading
from collections.abc import Iterator

import grpc
import pytest
from monitor import DEADLINE_S, Monitor, eventually

import heartbeat
from heartbeat.v1 import heartbeat_pb2 as wire
from heartbeat.v1.heartbeat_service_pb2 import BeatResponse


@pytest.fixture
def monitor() -> Iterator[Monitor]:
    with Monitor() as running:
        yield running


def own_threads() -> list[str]:
    return sorted(thread.name for thread in threading.enumerate() if thread.name.startswith("heartbeat"))


def test_it_beats_and_leaves_and_no_thread_is_left(monitor: Monitor) -> None:
    welcomed: queue.SimpleQueue[heartbeat.Welcomed] = queue.SimpleQueue()
    with heartbeat.ThreadedAgent("a", server=monitor.address, on_welcome=welcomed.put) as agent:
        assert welcomed.get(timeout=DEADLINE_S).epoch == agent.epoch == 5
        assert agent.connection_health().connected
        assert agent.connection_health().healthy
        eventually(lambda: len(monitor.beats) >= 3)
        assert own_threads() == ["heartbeat-agent", "heartbeat-callbacks"]
    assert monitor.goodbye == wire.Goodbye(reason="closed")
    assert own_threads() == []
    assert agent.state is heartbeat.State.ENDED


def test_a_slow_handler_stops_neither_beats_nor_callbacks(monitor: Monitor) -> None:
    told: queue.SimpleQueue[object] = queue.SimpleQueue()
    release, busy = threading.Event(), threading.Event()
    agent = heartbeat.ThreadedAgent("a", server=monitor.address, on_directive=told.put)

    @agent.on_message("s")
    def take(message: heartbeat.ThreadedMessage) -> None:
        busy.set()
        release.wait(DEADLINE_S)

    monitor.answers.put(BeatResponse(messages=[wire.Message(subject="s")]))
    with agent:
        assert busy.wait(DEADLINE_S)
        before = len(monitor.beats)
        eventually(lambda: len(monitor.beats) >= before + 3)
        monitor.answers.put(BeatResponse(directives=[wire.Directive(resume=wire.Resume())]))
        assert told.get(timeout=DEADLINE_S) == heartbeat.Resume()
        release.set()
    assert own_threads() == []


def test_a_handler_may_reply_and_close(monitor: Monitor) -> None:
    counts: queue.SimpleQueue[int | None] = queue.SimpleQueue()
    agent = heartbeat.ThreadedAgent("a", server=monitor.address)

    @agent.on_message("s")
    def take(message: heartbeat.ThreadedMessage) -> None:
        counts.put(message.reply("pong"))
        agent.close("from within")

    monitor.answers.put(BeatResponse(messages=[wire.Message(subject="s", reply_to="r")]))
    agent.start()
    assert counts.get(timeout=DEADLINE_S) == 7
    eventually(lambda: agent.state is heartbeat.State.ENDED and own_threads() == [])
    assert monitor.goodbye == wire.Goodbye(reason="from within")


def test_tasks_are_told_and_canceled(monitor: Monitor) -> None:
    with heartbeat.ThreadedAgent("a", server=monitor.address) as agent:
        with agent.task("t", stale_after=60, detail="row 1") as task:
            task.progress(0.5)
            directive = wire.Directive(cancel_task=wire.CancelTask(task_id="t"))
            eventually(lambda: any(beat.tasks for beat in monitor.beats))
            monitor.answers.put(BeatResponse(directives=[directive]))
            assert task.wait_canceled(DEADLINE_S)
            assert task.canceled
            assert task.cancel_event.is_set()
    last = [update for beat in monitor.beats for update in beat.tasks][-1]
    assert (last.task_id, last.state) == ("t", wire.TASK_STATE_CANCELED)


def offer(task_id: str) -> BeatResponse:
    data = f'{{"taskId": "{task_id}", "attempt": 2, "epoch": "9", "detail": "cm93IDE3"}}'
    return BeatResponse(messages=[wire.Message(subject="tasks.retry", data=data.encode())])


def last_of(monitor: Monitor, task_id: str) -> tuple[wire.TaskState, int, str] | None:
    updates = [update for beat in monitor.beats for update in beat.tasks if update.task_id == task_id]
    return (updates[-1].state, updates[-1].epoch, updates[-1].error) if updates else None


def test_lost_tasks_are_worked_on_beside_one_another_and_told_to_their_end(monitor: Monitor) -> None:
    agent = heartbeat.ThreadedAgent("a", server=monitor.address)
    together = threading.Barrier(3)
    told: queue.SimpleQueue[tuple[int, bytes, str]] = queue.SimpleQueue()

    @agent.on_retry
    def work(task: heartbeat.ThreadedRetriedTask) -> None:
        together.wait(DEADLINE_S)
        told.put((task.attempt, task.detail_before, threading.current_thread().name))
        match task.id:
            case "done":
                task.succeed()
            case "failing":
                raise OSError("no space")
            case "exiting":
                sys.exit(3)

    for task_id in ("done", "failing", "exiting"):
        monitor.answers.put(offer(task_id))
    with agent:
        assert told.get(timeout=DEADLINE_S) == (2, b"row 17", "heartbeat-task")
        eventually(lambda: last_of(monitor, "done") == (wire.TASK_STATE_SUCCEEDED, 9, ""))
        failed = wire.TASK_STATE_FAILED
        eventually(lambda: last_of(monitor, "failing") == (failed, 9, "OSError: no space"))
        eventually(lambda: last_of(monitor, "exiting") == (failed, 9, "RuntimeError: SystemExit: 3"))
    assert own_threads() == []
    assert monitor.beats[0].registration.subscriptions == ["tasks.retry"]


def test_a_lost_task_that_is_handed_on_is_to_stop(monitor: Monitor) -> None:
    agent = heartbeat.ThreadedAgent("a", server=monitor.address)

    @agent.on_retry
    def work(task: heartbeat.ThreadedRetriedTask) -> None:
        task.wait_canceled(DEADLINE_S)

    monitor.answers.put(offer("t"))
    with agent:
        eventually(lambda: last_of(monitor, "t") == (wire.TASK_STATE_RUNNING, 9, ""))
        cancel = wire.CancelTask(task_id="t", epoch=9)
        monitor.answers.put(BeatResponse(directives=[wire.Directive(cancel_task=cancel)]))
        eventually(lambda: last_of(monitor, "t") == (wire.TASK_STATE_CANCELED, 9, ""))


def test_a_lost_task_at_work_is_to_stop_when_the_agent_ends(monitor: Monitor) -> None:
    agent = heartbeat.ThreadedAgent("a", server=monitor.address)
    stopped: queue.SimpleQueue[bool] = queue.SimpleQueue()

    @agent.on_retry
    def work(task: heartbeat.ThreadedRetriedTask) -> None:
        stopped.put(task.wait_canceled(DEADLINE_S))
        task.cancel()

    monitor.answers.put(offer("t"))
    with agent:
        eventually(lambda: last_of(monitor, "t") is not None)
    assert stopped.get(timeout=DEADLINE_S)
    eventually(lambda: own_threads() == [])


def test_there_is_one_handler_of_lost_tasks_and_it_is_a_plain_function() -> None:
    agent = heartbeat.ThreadedAgent("a")
    agent.on_retry(lambda _: None)
    with pytest.raises(RuntimeError, match="already"):
        agent.on_retry(lambda _: None)

    async def work(_: heartbeat.ThreadedRetriedTask) -> None: ...

    with pytest.raises(heartbeat.FieldInvalid, match="on_retry"):
        agent.on_retry(work)


def test_publish_blocks_until_the_count_is_told(monitor: Monitor) -> None:
    agent = heartbeat.ThreadedAgent("a", server=monitor.address)
    with pytest.raises(RuntimeError, match="has been started"):
        agent.publish("s", "x")
    with agent:
        assert agent.publish("s", "x") == 7
        with pytest.raises(heartbeat.FieldInvalid):
            agent.publish("a b", "x")
    assert agent.publish("s", "late") is None


def test_a_close_from_two_threads_ends_both(monitor: Monitor) -> None:
    agent = heartbeat.ThreadedAgent("a", server=monitor.address).start()
    closers = [threading.Thread(target=agent.close) for _ in range(4)]
    for closer in closers:
        closer.start()
    for closer in closers:
        closer.join(DEADLINE_S)
    assert not any(closer.is_alive() for closer in closers)
    assert own_threads() == []


def test_a_publish_that_waits_is_let_go_by_a_close() -> None:
    agent = heartbeat.ThreadedAgent("a", server="127.0.0.1:1").start()
    counts: queue.SimpleQueue[int | None] = queue.SimpleQueue()
    publisher = threading.Thread(target=lambda: counts.put(agent.publish("s", "x")))
    publisher.start()
    agent.close()
    assert counts.get(timeout=DEADLINE_S) is None
    publisher.join(DEADLINE_S)


def test_an_agent_that_was_never_started_works_and_has_no_thread() -> None:
    agent = heartbeat.ThreadedAgent("a")
    agent.task("t").succeed()
    agent.idle()
    assert not agent.connection_health().connected
    agent.close()
    assert own_threads() == []
    with pytest.raises(RuntimeError, match="does not start again"):
        agent.start()


def test_a_callback_that_waits_for_its_turn_is_called_though_the_agent_is_closed(monitor: Monitor) -> None:
    seen: list[str] = []
    go = threading.Event()

    def welcomed(_: heartbeat.Welcomed) -> None:
        go.wait(DEADLINE_S)
        seen.append("welcome")

    agent = heartbeat.ThreadedAgent(
        "a", server=monitor.address, on_welcome=welcomed, on_error=lambda refused: seen.append("error")
    ).start()
    eventually(lambda: agent.state is heartbeat.State.LIVE)
    monitor.refusal = (grpc.StatusCode.ABORTED, (("heartbeat-error", "unregistered"),))
    agent.beat()
    eventually(lambda: agent.state is heartbeat.State.ENDED)
    go.set()
    agent.close()
    assert seen == ["welcome", "error"]


def test_a_handler_or_callback_that_exits_is_logged_and_harmless(
    monitor: Monitor, caplog: pytest.LogCaptureFixture
) -> None:
    agent = heartbeat.ThreadedAgent("a", server=monitor.address, on_welcome=lambda _: sys.exit(2))

    @agent.on_message("s")
    def take(message: heartbeat.ThreadedMessage) -> None:
        sys.exit(3)

    monitor.answers.put(BeatResponse(messages=[wire.Message(subject="s")]))
    with agent:
        eventually(lambda: "on_welcome failed: SystemExit: 2" in caplog.text)
        eventually(lambda: "the handler of s failed: RuntimeError: SystemExit: 3" in caplog.text)
        before = len(monitor.beats)
        eventually(lambda: len(monitor.beats) > before)


def test_two_agents_in_one_process_do_not_disturb_one_another(
    monitor: Monitor, caplog: pytest.LogCaptureFixture
) -> None:
    with heartbeat.ThreadedAgent("a", server=monitor.address):
        with heartbeat.ThreadedAgent("b", server=monitor.address):
            eventually(lambda: len(monitor.beats) >= 20)
    assert caplog.records == []
