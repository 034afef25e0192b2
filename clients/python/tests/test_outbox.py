import asyncio

from support import settled

from heartbeat._runtime.outbox import Outbox
from heartbeat.v1.heartbeat_service_pb2 import BeatRequest


async def test_one_message_is_held_and_the_next_is_taken_when_it_is_pulled() -> None:
    told: list[bool] = []
    outbox = Outbox(lambda: told.append(outbox.writable))
    messages = outbox.messages()
    assert outbox.writable
    outbox.put(BeatRequest(sequence=1))
    assert not outbox.writable
    assert (await anext(messages)).sequence == 1
    assert not outbox.writable
    pulled = asyncio.ensure_future(anext(messages))
    await settled()
    assert told == [True]
    outbox.put(BeatRequest(sequence=2))
    assert (await pulled).sequence == 2


async def test_what_is_in_the_slot_goes_out_before_the_end() -> None:
    outbox = Outbox(lambda: None)
    outbox.put(BeatRequest(sequence=1))
    outbox.end()
    assert [beat.sequence async for beat in outbox.messages()] == [1]
    assert not outbox.writable


async def test_an_end_wakes_the_transport_that_waits() -> None:
    outbox = Outbox(lambda: None)
    reading = asyncio.ensure_future(anext(outbox.messages(), None))
    await settled()
    outbox.end()
    assert await reading is None
