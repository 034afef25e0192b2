import os

from support import bench, live, settled

from heartbeat import Policy, State
from heartbeat._runtime.wire import duration, span_ms
from heartbeat.v1.heartbeat_pb2 import Activity, LivenessPolicy


async def test_the_first_message_says_who_the_agent_is_and_how_it_is_judged() -> None:
    made = bench(
        organization_id="acme",
        agent_type="worker",
        labels={"zone": "a"},
        instance_id="life-1",
        policy=Policy(interval=0.5, drop_grace=0),
    )
    made.core.start()
    first = made.stream.last
    assert (first.agent_id, first.sequence, first.epoch) == ("billing-7", 1, 0)
    registration = first.registration
    assert registration.organization_id == "acme"
    assert registration.agent_type == "worker"
    assert dict(registration.labels) == {"zone": "a"}
    assert registration.instance_id == "life-1"
    assert registration.client.language == "python"
    assert registration.client.pid == os.getpid()
    assert span_ms(registration.policy.interval) == 500
    assert first.vitals.rss_bytes > 1_000_000


async def test_a_later_stream_claims_the_epoch_and_the_instance_of_before() -> None:
    made = bench()
    made.core.start()
    instance = made.stream.last.registration.instance_id
    made.stream.welcome(epoch=12)
    assert made.core.epoch == 12
    made.stream.end()
    stream = await made.next_stream()
    assert (stream.last.epoch, stream.last.sequence) == (12, 1)
    assert stream.last.registration.instance_id == instance


async def test_the_first_beat_comes_when_the_server_says_then_every_interval() -> None:
    made = await live()
    counts = []
    for ms in (399, 1, 999, 1, 1_000):
        await made.clock.advance_async(ms)
        made.stream.ack()
        counts.append(len(made.stream.beats) - 1)
    assert counts == [0, 1, 1, 2, 3]
    assert [beat.sequence for beat in made.stream.beats] == [1, 2, 3, 4]
    assert not made.stream.last.HasField("registration")
    assert made.stream.last.agent_id == ""


async def test_a_late_welcome_brings_the_first_beat_forward() -> None:
    made = bench()
    made.core.start()
    await made.clock.advance_async(900)
    made.stream.welcome(first_ms=800)
    await made.clock.advance_async(100)
    assert len(made.stream.beats) == 2


async def test_a_new_interval_counts_at_once_and_delays_no_beat() -> None:
    made = await live()
    made.stream.direct(set_policy=LivenessPolicy(interval=duration(100)))
    await made.clock.advance_async(100)
    await made.clock.advance_async(100)
    assert len(made.stream.beats) == 3
    made.stream.direct(set_policy=LivenessPolicy(interval=duration(60_000)))
    await made.clock.advance_async(100)
    assert len(made.stream.beats) == 4


async def test_an_interval_of_nothing_is_held_to_the_limit() -> None:
    made = await live()
    made.stream.direct(set_policy=LivenessPolicy(interval=duration(0)))
    await made.clock.advance_async(99)
    assert made.state() is State.LIVE
    assert len(made.stream.beats) == 1


async def test_beats_are_skipped_while_the_one_before_is_unwritten_and_what_there_is_to_tell_waits() -> None:
    made = await live(policy=None)
    made.stream.hangs = True
    await made.clock.advance_async(400)
    made.core.set_activity(Activity.ACTIVITY_IDLE)
    await made.clock.advance_async(2_000)
    assert len(made.stream.beats) == 2
    made.stream.write()
    assert len(made.stream.beats) == 3
    assert made.stream.last.activity == Activity.ACTIVITY_IDLE


async def test_a_late_timer_is_told_and_no_beat_is_made_up_for() -> None:
    made = await live()
    made.stream.direct(set_policy=LivenessPolicy(timeout_multiplier=10))
    made.clock.lag_ms = 2_500
    await made.clock.advance_async(400)
    made.clock.lag_ms = 0
    await made.clock.advance_async(3_500)
    assert span_ms(made.stream.last.vitals.loop_lag) == 2_500
    assert len(made.stream.beats) == 3
    await made.clock.advance_async(1_000)
    assert len(made.stream.beats) == 4


async def test_no_vitals_are_told_when_they_are_not_wanted() -> None:
    made = await live(vitals=False)
    await made.clock.advance_async(400)
    assert not any(beat.HasField("vitals") for beat in made.stream.beats)


async def test_an_extra_beat_changes_no_pace() -> None:
    made = await live()
    made.core.beat()
    made.core.beat()
    await settled()
    assert len(made.stream.beats) == 3
    await made.clock.advance_async(400)
    assert len(made.stream.beats) == 4


async def test_idle_and_running_are_told_at_once_and_not_twice() -> None:
    made = await live()
    made.core.set_activity(Activity.ACTIVITY_IDLE)
    made.core.set_activity(Activity.ACTIVITY_IDLE)
    await settled()
    assert [beat.activity for beat in made.stream.beats] == [0, Activity.ACTIVITY_IDLE]
    made.stream.end()
    stream = await made.next_stream()
    assert stream.beats[0].activity == Activity.ACTIVITY_IDLE
