import pytest
from support import Bench, live, settled

from heartbeat import FieldInvalid, Task
from heartbeat._runtime.wire import span_ms
from heartbeat.v1.heartbeat_pb2 import CancelTask, TaskState


def news(made: Bench) -> list[list[str]]:
    """What the newest stream has been told of tasks, beat by beat."""
    return [
        [f"{task.task_id} {TaskState.Name(task.state)[11:]} {task.progress:g}" for task in beat.tasks]
        for beat in made.stream.beats
        if beat.tasks
    ]


def start(made: Bench, task_id: str = "a", detail: str | None = None) -> Task:
    return made.core.task(task_id, None, None, detail)


async def test_is_told_at_once_at_its_start_on_the_way_and_at_its_end() -> None:
    made = await live()
    task = start(made)
    await settled()
    task.progress(0.5)
    await settled()
    task.activity()
    await settled()
    task.succeed()
    await settled()
    assert news(made) == [["a RUNNING 0"], ["a RUNNING 0.5"], ["a RUNNING 0.5"], ["a SUCCEEDED 1"]]


async def test_is_told_once_for_all_that_happens_in_a_turn() -> None:
    made = await live()
    tasks = [start(made, name) for name in "ab"]
    for i in range(1, 101):
        for task in tasks:
            task.progress(i / 100)
    await settled()
    assert news(made) == [["a RUNNING 1", "b RUNNING 1"]]


async def test_carries_thresholds_detail_and_error() -> None:
    made = await live()
    task = made.core.task("a", 1.0, 60.0, "row 1")
    await settled()
    started = made.stream.last.tasks[0]
    assert span_ms(started.stale_after) == 1_000
    assert span_ms(started.timeout_after) == 60_000
    assert started.detail == b"row 1"
    task.fail(OSError("no space " + "é" * 2_000))
    await settled()
    failed = made.stream.last.tasks[0]
    assert failed.error.startswith("OSError: no space é")
    assert failed.error.endswith("…")
    assert len(failed.error.encode()) <= 1_024


async def test_progress_is_held_to_its_bounds_and_a_detail_too_large_is_left_out(
    caplog: pytest.LogCaptureFixture,
) -> None:
    made = await live()
    task = start(made, detail="kept")
    for fraction, detail in ((7.0, None), (float("nan"), "x" * 4_097), (-1.0, None)):
        task.progress(fraction, detail)
        await settled()
    assert news(made) == [["a RUNNING 1"], ["a RUNNING 1"], ["a RUNNING 0"]]
    assert made.stream.last.tasks[0].detail == b"kept"
    assert "4097 bytes" in caplog.text


async def test_does_nothing_more_after_its_end() -> None:
    made = await live()
    task = start(made)
    task.cancel()
    task.progress(1)
    task.fail("x")
    task.succeed()
    await settled()
    assert task.ended
    assert news(made) == [["a CANCELED 0"]]


async def test_is_the_same_while_in_flight_and_a_new_one_after() -> None:
    made = await live()
    first = start(made)
    assert start(made) is first
    first.succeed()
    assert start(made) is not first
    await settled()
    assert news(made) == [["a SUCCEEDED 1", "a RUNNING 0"]]


async def test_a_wrong_id_or_threshold_is_refused() -> None:
    made = await live()
    with pytest.raises(FieldInvalid, match="task_id"):
        start(made, "no spaces")
    with pytest.raises(FieldInvalid, match="stale_after"):
        made.core.task("a", 0.01, None, None)


async def test_one_that_leaves_its_scope_without_an_end_has_failed() -> None:
    made = await live()
    with start(made, "left"):
        pass
    with pytest.raises(KeyError), start(made, "raised"):
        raise KeyError("k")
    with start(made, "well") as task:
        task.succeed()
    await settled()
    errors = {task.task_id: task.error for task in made.stream.last.tasks}
    assert errors == {"left": "left its scope without an end", "raised": "KeyError: 'k'", "well": ""}


async def test_one_that_an_operator_cancels_is_told_no_more_but_its_end() -> None:
    made = await live()
    with start(made) as task:
        await settled()
        made.stream.direct(cancel_task=CancelTask(task_id="a", reason="wrong file"))
        assert task.canceled
        assert await task.wait_canceled() == "wrong file"
        task.progress(0.9)
        await settled()
    await settled()
    assert news(made) == [["a RUNNING 0"], ["a CANCELED 0.9"]]


async def test_tasks_in_flight_and_unacknowledged_ends_are_told_again_on_a_new_stream() -> None:
    made = await live()
    a, b, c = (start(made, name) for name in "abc")
    await settled()
    b.succeed()
    await settled()
    made.stream.ack()
    c.fail("x")
    a.progress(0.25)
    await settled()
    made.stream.end()
    await made.next_stream()
    assert news(made) == [["c FAILED 0", "a RUNNING 0.25"]]
    assert made.stream.beats[0].HasField("registration")


async def test_many_are_parted_over_as_many_beats_as_they_need() -> None:
    made = await live(labels={f"k{i}": "v" * 256 for i in range(32)})
    for i in range(100):
        start(made, f"t{i}", "x" * 4_096)
    await settled()
    made.stream.end()
    await made.next_stream()
    for _ in range(20):
        await settled()
    assert sum(len(beat.tasks) for beat in made.stream.beats) == 100
    assert max(beat.ByteSize() for beat in made.stream.beats) <= 64 * 1024


async def test_more_than_256_work_unreported(caplog: pytest.LogCaptureFixture) -> None:
    made = await live()
    tasks = [start(made, f"t{i}") for i in range(257)]
    tasks[256].progress(0.5)
    tasks[256].succeed()
    await settled()
    assert sum(len(beat.tasks) for beat in made.stream.beats) == 256
    assert "t256 is not reported" in caplog.text


async def test_256_ends_are_kept_while_nobody_listens(caplog: pytest.LogCaptureFixture) -> None:
    made = await live()
    made.stream.end()
    for i in range(300):
        start(made, f"t{i}").succeed()
    await made.next_stream()
    told = [task.task_id for beat in made.stream.beats for task in beat.tasks]
    assert len(told) == 256
    assert told[0] == "t44"
    assert "the end of task t0 is forgotten" in caplog.text


async def test_an_end_is_told_again_when_only_beats_before_it_were_acknowledged() -> None:
    made = await live()
    task = start(made)
    await settled()
    running = made.stream.last.sequence
    task.succeed()
    await settled()
    made.stream.answer(acked_sequence=running)
    made.stream.end()
    await made.next_stream()
    assert news(made) == [["a SUCCEEDED 1"]]
