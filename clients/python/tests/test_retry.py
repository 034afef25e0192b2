import asyncio
import json
from collections.abc import Awaitable, Callable
from typing import Any

import pytest
from support import Bench, bench, settled

from heartbeat import FieldInvalid, Policy, RetriedTask, Retry
from heartbeat._runtime.wire import span_ms
from heartbeat.v1.heartbeat_pb2 import CancelTask, Message, RetryPlacement, TaskState


def offer(**fields: Any) -> Message:
    retry = {
        "taskId": "import-42",
        "fromAgentId": "billing-3",
        "attempt": 2,
        "maxAttempts": 3,
        "epoch": "9",
        "progress": 0.4,
        "detail": "cm93IDE3",
        "reason": "its agent is down",
        "takeUpWithin": "10s",
    }
    return Message(subject="tasks.retry", data=json.dumps(retry | fields).encode())


def news(made: Bench) -> list[str]:
    return [
        f"{task.task_id} {TaskState.Name(task.state)[11:]} {task.epoch} {task.error}".rstrip()
        for beat in made.stream.beats
        for task in beat.tasks
    ]


async def taking(
    handler: Callable[[RetriedTask], Awaitable[object]],
) -> tuple[Bench, list[RetriedTask], Callable[..., Awaitable[None]]]:
    """An agent that takes lost tasks, what it was handed, and a way to offer it more."""
    made = bench()
    handed: list[RetriedTask] = []

    async def work(task: RetriedTask) -> None:
        handed.append(task)
        await handler(task)

    made.core.take_tasks(work)
    made.core.start()
    await settled()
    made.stream.welcome()
    await settled()

    async def send(*messages: Message) -> None:
        made.stream.answer(messages=messages)
        for _ in range(5):
            await settled()

    return made, handed, send


async def forever(_: RetriedTask) -> None:
    await asyncio.Event().wait()


async def test_a_task_is_taken_up_at_once_with_all_that_was_told_of_it() -> None:
    made, handed, send = await taking(forever)
    assert list(made.stream.beats[0].registration.subscriptions) == ["tasks.retry"]
    await send(offer())
    assert news(made) == ["import-42 RUNNING 9"]
    (task,) = handed
    assert (task.id, task.attempt, task.max_attempts, task.epoch) == ("import-42", 2, 3, 9)
    assert (task.progress_before, task.detail_before) == (0.4, b"row 17")
    assert (task.from_agent_id, task.reason) == ("billing-3", "its agent is down")


async def succeed(task: RetriedTask) -> None:
    task.succeed()


async def come_back(_: RetriedTask) -> None:
    pass


async def raise_it(_: RetriedTask) -> None:
    raise OSError("no space")


async def stop_when_told(task: RetriedTask) -> None:
    await task.wait_canceled()


@pytest.mark.parametrize(
    ("handler", "expected"),
    [
        (succeed, "import-42 SUCCEEDED 9"),
        (come_back, "import-42 FAILED 9 left its scope without an end"),
        (raise_it, "import-42 FAILED 9 no space"),
    ],
)
async def test_it_is_told_to_its_end(
    handler: Callable[[RetriedTask], Awaitable[object]], expected: str
) -> None:
    made, _, send = await taking(handler)
    await send(offer())
    assert news(made)[-1].replace("OSError: ", "") == expected


async def test_only_the_attempt_that_is_named_is_canceled() -> None:
    made, handed, send = await taking(stop_when_told)
    await send(offer())
    for epoch in (0, 8):
        made.stream.direct(cancel_task=CancelTask(task_id="import-42", epoch=epoch))
    assert not handed[0].canceled
    made.stream.direct(cancel_task=CancelTask(task_id="import-42", epoch=9))
    for _ in range(5):
        await settled()
    assert news(made)[-1] == "import-42 CANCELED 9"


async def test_it_takes_the_place_of_an_older_attempt() -> None:
    made, _, send = await taking(forever)
    own = made.core.task("import-42", None, None, None)
    await send(offer())
    assert own.canceled
    own.cancel()
    await settled()
    assert news(made)[-1] == "import-42 RUNNING 9"


async def test_it_is_to_stop_when_the_agent_ends() -> None:
    made, handed, send = await taking(forever)
    own = made.core.task("t", None, None, None)
    await send(offer())
    made.core.end()
    assert handed[0].canceled
    assert not own.canceled


async def test_it_is_taken_up_once() -> None:
    made, handed, send = await taking(succeed)
    await send(offer(), offer())
    assert len(handed) == 1
    await send(offer(epoch="12", attempt=3))
    assert len(handed) == 2
    assert news(made)[-1] == "import-42 SUCCEEDED 12"


async def test_one_is_worked_on_beside_another() -> None:
    _, handed, send = await taking(forever)
    await send(offer(), offer(taskId="import-43"))
    assert [task.id for task in handed] == ["import-42", "import-43"]


async def test_it_is_left_to_others_when_there_is_no_room(caplog: pytest.LogCaptureFixture) -> None:
    made, handed, send = await taking(forever)
    for n in range(256):
        made.core.task(f"t{n}", None, None, None)
    await send(offer())
    assert handed == []
    assert "task import-42 is not taken up: 256 are in flight already" in caplog.text


async def test_what_cannot_be_read_is_harmless(caplog: pytest.LogCaptureFixture) -> None:
    made, handed, send = await taking(forever)
    await send(Message(subject="tasks.retry", data=b"{"), offer())
    assert "the offer of a task cannot be read" in caplog.text
    assert len(handed) == 1
    assert made.core.state.name == "LIVE"


async def test_there_is_one_handler() -> None:
    made = bench()
    made.core.take_tasks(forever)
    with pytest.raises(RuntimeError, match="already"):
        made.core.take_tasks(forever)


async def test_how_it_is_handed_on_is_said_with_it_and_in_the_policy() -> None:
    made = bench(policy=Policy(task_retry=Retry()))
    retry = Retry(max_attempts=5, backoff=0, max_backoff=60, placement="same_agent")
    made.core.task("t", None, None, None, retry)
    made.core.start()
    await settled()
    first = made.stream.beats[0]
    assert first.registration.policy.HasField("task_retry")
    (told,) = [task.retry for beat in made.stream.beats for task in beat.tasks]
    assert (told.max_attempts, span_ms(told.backoff), span_ms(told.max_backoff)) == (5, 0, 60_000)
    assert told.placement == RetryPlacement.RETRY_PLACEMENT_SAME_AGENT


@pytest.mark.parametrize(
    ("retry", "field"),
    [
        (Retry(max_attempts=0), "retry.max_attempts"),
        (Retry(backoff=-1), "retry.backoff"),
        (Retry(max_backoff=86_401), "retry.max_backoff"),
        (Retry(placement="nobody"), "retry.placement"),  # type: ignore[arg-type]
    ],
)
async def test_beyond_its_limits_it_is_refused(retry: Retry, field: str) -> None:
    with pytest.raises(FieldInvalid, match=field):
        bench().core.task("t", None, None, None, retry)
