from typing import Any

import pytest
from support import bench, live, settled

from heartbeat import (
    Backoff,
    CancelTask,
    GaveUp,
    LeaseLost,
    Reconnected,
    Refused,
    Resume,
    State,
    Superseded,
    SupersededBy,
)
from heartbeat._runtime.channel import Broken
from heartbeat._runtime.wire import duration
from heartbeat.v1 import heartbeat_pb2 as wire

RECONNECT: dict[str, Any] = {"reconnect": wire.Reconnect(within=duration(4_000), reason="draining")}


async def test_a_lost_stream_is_opened_again_after_half_the_ceiling_for_a_random_of_one_half() -> None:
    made = await live()
    await made.clock.advance_async(1_000)
    made.stream.end()
    assert made.state() is State.WAITING
    await made.clock.advance_async(124)
    assert len(made.server.streams) == 1
    await made.clock.advance_async(1)
    assert made.state() is State.CONNECTING
    assert made.core.health().reconnect_attempts == 1
    made.stream.welcome(resumed=True)
    assert made.of("on_reconnect") == [Reconnected(epoch=1, resumed=True, attempts=1)]
    assert made.names == ["on_welcome", "on_reconnect"]
    assert made.core.health().reconnect_attempts == 0


async def test_waits_double_up_to_the_maximum() -> None:
    made = bench(backoff=Backoff(0.1, 0.4))
    made.core.start()
    waits = []
    for attempt in range(1, 6):
        made.stream.end_with(Broken("refused"))
        before = made.clock.mono_ms()
        while len(made.server.streams) == attempt:
            made.clock.advance(1)
        waits.append(made.clock.mono_ms() - before)
    assert waits == [50, 100, 200, 200, 200]


async def test_the_servers_word_ends_an_agent_for_good() -> None:
    made = await live()
    made.stream.end("ABORTED", code="unregistered")
    assert made.state() is State.ENDED
    assert made.of("on_error") == [Refused("ABORTED", "unregistered", "why")]
    await made.clock.advance_async(10**6)
    assert len(made.server.streams) == 1
    assert made.clock.timers == []


async def test_it_gives_up_after_as_many_failures_in_a_row_as_may_be() -> None:
    made = bench(max_reconnect_attempts=3)
    made.core.start()
    for attempt in range(3):
        made.stream.end_with(Broken("refused"))
        if attempt < 2:
            await made.next_stream()
    assert made.state() is State.ENDED
    assert made.of("on_gave_up") == [GaveUp(3, "refused")]
    assert made.clock.timers == []


async def test_zero_attempts_give_up_at_the_first_loss() -> None:
    made = await live(max_reconnect_attempts=0)
    made.stream.end()
    assert made.of("on_gave_up") == [GaveUp(0, "UNAVAILABLE: why")]


async def test_failures_are_forgiven_once_a_stream_is_up() -> None:
    made = bench(max_reconnect_attempts=2)
    made.core.start()
    for _ in range(5):
        made.stream.end()
        (await made.next_stream()).welcome()
        made.stream.end()
        await made.next_stream()
    assert made.of("on_gave_up") == []


async def test_an_attempt_without_a_welcome_in_time_has_failed() -> None:
    made = bench(connect_timeout=5)
    made.core.start()
    await made.clock.advance_async(4_999)
    assert made.state() is State.CONNECTING
    await made.clock.advance_async(1)
    assert made.server.streams[0].abandoned
    assert made.state() is State.WAITING


async def test_a_pushback_is_obeyed_and_is_no_failure() -> None:
    made = bench(max_reconnect_attempts=2)
    made.core.start()
    for _ in range(10):
        made.stream.end("RESOURCE_EXHAUSTED", "admission_deferred", pushback_ms=2_000)
        assert made.core.health().reconnect_attempts == 0
        await made.clock.advance_async(2_099)
        assert made.state() is State.WAITING
        await made.clock.advance_async(1)
        assert made.state() is State.CONNECTING
    made.stream.end()
    await made.clock.advance_async(125)
    assert len(made.server.streams) == 12


async def test_a_takeover_is_told_once_stops_all_tasks_and_ends_the_agent() -> None:
    made = await live()
    task = made.core.task("import-42", None, None, None)
    made.stream.direct(superseded=wire.Superseded(epoch=9, instance_id="twin"))
    made.stream.end("ABORTED", code="superseded")
    assert made.told[1:] == [
        ("on_directive", Superseded(9, "twin")),
        ("on_superseded", SupersededBy(9, "twin")),
    ]
    assert made.state() is State.ENDED
    assert task.canceled
    await made.clock.advance_async(10**6)
    assert len(made.server.streams) == 1


async def test_a_takeover_is_known_from_an_old_epoch() -> None:
    made = await live()
    made.stream.end("FAILED_PRECONDITION", code="epoch_old")
    assert made.of("on_superseded") == [SupersededBy(None, None)]


async def test_a_takeover_whose_word_was_lost_is_met_on_the_next_stream() -> None:
    made = await live()
    made.stream.direct(superseded=wire.Superseded(epoch=9))
    made.stream.end_with(Broken("reset"))
    assert made.state() is State.WAITING
    (await made.next_stream()).end("ABORTED", code="unregistered")
    assert made.names == ["on_welcome", "on_directive", "on_error"]


async def test_a_reconnect_directive_moves_the_stream_within_its_span_without_a_goodbye() -> None:
    made = await live()
    await made.clock.advance_async(400)
    made.stream.ack()
    made.stream.direct(**RECONNECT)
    await made.clock.advance_async(1_999)
    old = made.stream
    assert not old.finished
    await made.clock.advance_async(1)
    assert old.finished
    assert not any(beat.HasField("goodbye") for beat in old.beats)
    old.end("OK")
    assert len(made.server.streams) == 2
    made.stream.welcome(resumed=True)
    assert made.of("on_reconnect") == [Reconnected(1, True, 1)]


async def test_a_server_that_does_not_end_its_half_is_not_waited_for() -> None:
    made = await live()
    made.stream.direct(**RECONNECT)
    await made.clock.advance_async(2_999)
    assert len(made.server.streams) == 1
    await made.clock.advance_async(1)
    assert len(made.server.streams) == 2


async def test_a_server_that_hangs_up_before_is_met_again_at_the_same_instant() -> None:
    made = await live()
    made.stream.direct(**RECONNECT)
    await made.clock.advance_async(500)
    made.stream.end(code="draining")
    await made.clock.advance_async(1_499)
    assert len(made.server.streams) == 1
    await made.clock.advance_async(1)
    assert len(made.server.streams) == 2


async def test_the_lease_is_lost_once_and_the_half_open_stream_is_given_up() -> None:
    made = await live()
    assert made.core.health().healthy
    await made.clock.advance_async(2_999)
    assert made.of("on_lease_lost") == []
    await made.clock.advance_async(1)
    assert made.of("on_lease_lost") == [LeaseLost(epoch=1, silent=3.0)]
    assert made.server.streams[0].abandoned
    (await made.next_stream()).welcome()
    assert made.core.health().healthy
    await made.clock.advance_async(4_000)
    assert len(made.of("on_lease_lost")) == 2


async def test_the_lease_is_not_lost_while_acks_come() -> None:
    made = await live()
    for _ in range(100):
        await made.clock.advance_async(500)
        made.stream.ack()
    assert made.of("on_lease_lost") == []


async def test_health_says_when_and_how_long_ago() -> None:
    made = bench()
    assert made.core.health().last_heartbeat_ack is None
    made.core.start()
    await made.clock.advance_async(30)
    made.stream.welcome()
    await made.clock.advance_async(250)
    health = made.core.health()
    assert health.connected
    assert health.last_heartbeat_ack is not None
    assert health.last_heartbeat_ack.isoformat() == "2026-01-01T00:00:00.030000+00:00"
    assert health.seconds_since_ack == 0.25


@pytest.mark.parametrize("is_async", [False, True])
async def test_a_callback_that_raises_is_harmless(is_async: bool, caplog: pytest.LogCaptureFixture) -> None:
    def boom(_: object) -> None:
        raise RuntimeError("boom")

    async def late_boom(_: object) -> None:
        raise RuntimeError("boom")

    made = await live(on_welcome=late_boom if is_async else boom)
    assert made.state() is State.LIVE
    assert "on_welcome failed: RuntimeError: boom" in caplog.text


async def test_a_callback_may_close_the_agent() -> None:
    async def close(_: object) -> None:
        await made.core.leave("enough")

    made = bench(on_welcome=close)
    made.core.start()
    await settled()
    made.stream.welcome()
    await settled()
    assert made.state() is State.CLOSING
    made.stream.ack()
    made.stream.end("OK")
    await settled()
    assert made.state() is State.ENDED
    assert made.clock.timers == []


async def test_directives_that_are_known_are_told_and_others_are_ignored() -> None:
    made = await live()
    made.stream.direct()
    made.stream.direct(resume=wire.Resume())
    made.stream.direct(cancel_task=wire.CancelTask(task_id="zzz", reason="r"))
    assert made.of("on_directive") == [Resume(), CancelTask("zzz", "r")]
