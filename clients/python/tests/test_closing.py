import asyncio

import pytest
from support import bench, live, settled

from heartbeat import State
from heartbeat._runtime.wire import duration
from heartbeat.v1.heartbeat_pb2 import LivenessPolicy


async def test_a_close_says_goodbye_with_vitals_waits_for_the_ack_and_lets_everything_go() -> None:
    made = await live()
    closing = asyncio.create_task(made.core.leave("all invoices are out"))
    await settled()
    last = made.stream.last
    assert last.goodbye.reason == "all invoices are out"
    assert not last.goodbye.failed
    assert last.HasField("vitals")
    assert not made.stream.finished
    made.stream.ack()
    assert made.stream.finished
    made.stream.end("OK")
    await closing
    assert made.state() is State.ENDED
    assert made.clock.timers == []
    assert made.stream.abandoned


async def test_a_goodbye_comes_after_all_news_and_all_messages() -> None:
    made = await live()
    for i in range(3):
        asyncio.ensure_future(made.core.publish("s", "x" * 30_000))
        made.core.task(f"t{i}", None, None, None).succeed()
    closing = asyncio.create_task(made.core.leave("done"))
    for _ in range(5):
        await settled()
    assert [beat.HasField("goodbye") for beat in made.stream.beats][-2:] == [False, True]
    assert sum(len(beat.messages) for beat in made.stream.beats) == 3
    assert sum(len(beat.tasks) for beat in made.stream.beats) == 3
    await made.clock.advance_async(2_000)
    await closing


async def test_a_goodbye_waits_for_the_welcome_when_messages_wait_for_it() -> None:
    made = bench()
    made.core.start()
    asyncio.ensure_future(made.core.publish("s", "x"))
    closing = asyncio.create_task(made.core.leave("done"))
    await settled()
    assert len(made.stream.beats) == 1
    made.stream.welcome()
    await settled()
    assert made.stream.last.HasField("goodbye")
    assert len(made.stream.last.messages) == 1
    await made.clock.advance_async(2_000)
    await closing


async def test_an_ack_that_does_not_come_is_not_waited_for() -> None:
    made = await live()
    closing = asyncio.create_task(made.core.leave("done"))
    await made.clock.advance_async(1_999)
    assert made.state() is State.CLOSING
    await made.clock.advance_async(1)
    await closing
    assert made.clock.timers == []


async def test_a_second_close_waits_for_the_first() -> None:
    made = await live()
    closings = [asyncio.create_task(made.core.leave(reason)) for reason in ("one", "two")]
    await settled()
    assert made.stream.last.goodbye.reason == "one"
    made.stream.ack()
    made.stream.end("OK")
    await asyncio.gather(*closings)
    await made.core.leave("three")


async def test_an_agent_that_fails_tells_its_death() -> None:
    made = await live()
    closing = asyncio.create_task(made.core.leave("out of memory", failed=True))
    await made.clock.advance_async(2_000)
    await closing
    assert made.stream.last.goodbye.failed


@pytest.mark.parametrize("started", [False, True])
async def test_an_agent_without_a_stream_ends_at_once(started: bool) -> None:
    made = bench()
    if started:
        made.core.start()
        made.stream.end()
    await made.core.leave("done")
    assert made.state() is State.ENDED
    assert made.clock.timers == []


async def test_an_ended_agent_does_not_start_again() -> None:
    made = bench()
    await made.core.leave("done")
    with pytest.raises(RuntimeError, match="does not start again"):
        made.core.start()


async def test_only_the_ack_of_the_goodbye_ends_the_stream() -> None:
    made = await live()
    made.core.beat()
    await settled()
    closing = asyncio.create_task(made.core.leave("done"))
    await settled()
    made.stream.answer(acked_sequence=2)
    assert not made.stream.finished
    made.stream.ack()
    assert made.stream.finished
    made.stream.end("OK")
    await closing


async def test_the_lease_of_an_agent_that_leaves_is_not_lost() -> None:
    made = await live()
    made.stream.direct(set_policy=LivenessPolicy(interval=duration(100)))
    closing = asyncio.create_task(made.core.leave("done"))
    await made.clock.advance_async(2_000)
    await closing
    assert made.of("on_lease_lost") == []
