import asyncio

import pytest
from support import Bench, bench, live, settled

from heartbeat import FieldInvalid, Message
from heartbeat._runtime.message import encode
from heartbeat._runtime.subjects import check_subject, check_subscription, matches
from heartbeat.v1 import heartbeat_pb2 as wire


@pytest.mark.parametrize(
    ("subscription", "subject", "expected"),
    [
        ("a.b", "a.b", True),
        ("a.b", "a.c", False),
        ("a.b", "a.b.c", False),
        ("a.*", "a.b", True),
        ("a.*", "a", False),
        ("a.*", "a.b.c", False),
        ("*.b", "a.b", True),
        ("a.>", "a.b", True),
        ("a.>", "a.b.c", True),
        ("a.>", "a", False),
        (">", "a", True),
        ("*.>", "a", False),
    ],
)
def test_a_subscription_takes_what_it_says(subscription: str, subject: str, expected: bool) -> None:
    assert matches(subscription, subject) is expected


@pytest.mark.parametrize("subject", ["", ".", "a..b", "a." * 16 + "a", "a b", "a.*", "a.>", "x" * 257, "a\n"])
def test_a_wrong_subject_is_refused(subject: str) -> None:
    with pytest.raises(FieldInvalid, match="subject"):
        check_subject("subject", subject)


@pytest.mark.parametrize("subject", ["", "a.>.b", "a.b*", "a.x>", "a. b"])
def test_a_wrong_subscription_is_refused(subject: str) -> None:
    with pytest.raises(FieldInvalid, match="subject"):
        check_subscription("subject", subject)


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        (b"\x00", (b"\x00", "")),
        (bytearray(b"x"), (b"x", "")),
        ("é", ("é".encode(), "text/plain; charset=utf-8")),
        ({"a": [1, None]}, (b'{"a":[1,null]}', "application/json")),
        (None, (b"null", "application/json")),
    ],
)
def test_data_goes_by_its_kind(data: object, expected: tuple[bytes, str]) -> None:
    assert encode(data) == expected


def test_what_is_no_json_is_refused() -> None:
    with pytest.raises(FieldInvalid, match="data"):
        encode(object())


@pytest.mark.parametrize(
    ("data", "content_type", "expected"),
    [
        (b'{"a":1}', "application/json", {"a": 1}),
        (b"[1]", "application/vnd.x+json; v=1", [1]),
        ("é".encode(), "text/plain; charset=utf-8", "é"),
        ("é".encode("latin-1"), "text/plain; charset=latin-1", "é"),
        (b"x\xff", "text/plain; charset=klingon", "x\ufffd"),
        (b"\xff", "", b"\xff"),
        (b"\xff", "image/png", b"\xff"),
        (b"\xff", "nonsense", b"\xff"),
    ],
)
def test_data_is_decoded_by_its_content_type(data: bytes, content_type: str, expected: object) -> None:
    async def publish(*_: object) -> int | None:
        return None

    assert Message("s", data, content_type, "", "", publish).decoded() == expected


def publish(made: Bench, text: str, subject: str = "s") -> "asyncio.Future[int | None]":
    return asyncio.ensure_future(made.core.publish(subject, text))


async def test_a_message_is_sent_at_once_and_its_count_is_told() -> None:
    made = await live()
    counts = [publish(made, text) for text in "ab"]
    await settled()
    assert [message.data for message in made.stream.last.messages] == [b"a", b"b"]
    made.stream.answer(delivered_counts=[2])
    made.stream.answer(delivered_counts=[0])
    assert [await count for count in counts] == [2, 0]


async def test_a_message_waits_for_the_welcome_and_is_not_sent_again() -> None:
    made = await live()
    written = publish(made, "written")
    await settled()
    made.stream.end()
    assert await written is None
    waiting = publish(made, "waiting")
    stream = await made.next_stream()
    assert not any(beat.messages for beat in stream.beats)
    stream.welcome()
    assert [message.data for message in stream.last.messages] == [b"waiting"]
    stream.answer(delivered_counts=[1])
    assert await waiting == 1


async def test_what_does_not_fit_in_one_beat_goes_in_the_next() -> None:
    made = await live()
    for _ in range(5):
        publish(made, "x" * 30_000)
    for _ in range(5):
        await settled()
    loaded = [beat for beat in made.stream.beats if beat.messages]
    assert sum(len(beat.messages) for beat in loaded) == 5
    assert max(beat.ByteSize() for beat in loaded) <= 64 * 1024


async def test_more_than_256_are_not_sent(caplog: pytest.LogCaptureFixture) -> None:
    made = await live()
    made.stream.end()
    counts = [publish(made, "x") for _ in range(257)]
    assert await counts[256] is None
    assert not counts[255].done()
    assert "is not sent: 256 wait already" in caplog.text


async def test_more_than_1_mib_is_not_sent() -> None:
    made = await live()
    made.stream.end()
    counts = [publish(made, "x" * 32_768) for _ in range(33)]
    assert await counts[32] is None
    assert not counts[31].done()


async def test_an_agent_that_ends_leaves_nobody_waiting() -> None:
    made = await live()
    made.stream.end()
    count = publish(made, "x")
    made.core.end()
    assert await count is None
    assert await publish(made, "late") is None


async def test_a_wrong_message_is_refused() -> None:
    made = await live()
    for arguments in (("a b", ""), ("s", "x" * 32_769), ("s", "", "t" * 129), ("s", "", None, "r.*")):
        with pytest.raises(FieldInvalid):
            made.core.publish(*arguments)


def deliver(made: Bench, *texts: str, subject: str = "tasks.new") -> None:
    made.stream.answer(
        messages=[wire.Message(subject=subject, data=text.encode(), reply_to="r") for text in texts]
    )


async def listening(*subjects: str) -> tuple[Bench, list[str], asyncio.Event]:
    """A bench whose handlers wait for the event after "slow", and fail after "bad"."""
    made = bench()
    seen: list[str] = []
    go = asyncio.Event()

    async def handle(message: Message) -> None:
        seen.append(message.text())
        if message.text() == "slow":
            await go.wait()
        if message.text() == "bad":
            raise RuntimeError("as it was told to")

    for subject in subjects:
        made.core.subscribe(subject, handle)
    made.core.start()
    await settled()
    made.stream.welcome()
    await settled()
    return made, seen, go


async def test_subscriptions_are_declared_once_each() -> None:
    made, _, _ = await listening("tasks.*", "tasks.*", "x.>")
    assert list(made.stream.beats[0].registration.subscriptions) == ["tasks.*", "x.>"]


async def test_handlers_are_called_one_after_the_other_and_hold_up_no_beat() -> None:
    made, seen, go = await listening("tasks.*")
    deliver(made, "slow", "bad", "c")
    await settled()
    assert seen == ["slow"]
    await made.clock.advance_async(400)
    assert len(made.stream.beats) == 2
    go.set()
    await settled()
    assert seen == ["slow", "bad", "c"]


async def test_what_waits_behind_a_slow_handler_is_bounded(caplog: pytest.LogCaptureFixture) -> None:
    made, seen, go = await listening("tasks.*")
    deliver(made, "slow")
    await settled()
    deliver(made, *map(str, range(300)))
    made.stream.answer(skipped_count=3)
    go.set()
    for _ in range(300):
        await asyncio.sleep(0)
    assert len(seen) == 257
    assert "left out: 256 wait already" in caplog.text
    assert "left out 3 messages" in caplog.text


async def test_a_close_cancels_the_handler_under_way_and_drops_the_others() -> None:
    made, seen, _ = await listening("tasks.*")
    deliver(made, "slow", "b")
    await settled()
    made.stream.hangs = True
    closing = asyncio.create_task(made.core.leave("done"))
    await settled()
    made.stream.ack()
    made.stream.end("OK")
    await closing
    assert seen == ["slow"]


async def test_nobody_subscribes_after_the_start() -> None:
    made = await live()
    with pytest.raises(RuntimeError, match="before start"):
        made.core.subscribe("s", print)


async def test_a_reply_goes_where_it_is_wanted() -> None:
    sent: list[tuple[object, ...]] = []

    async def publish(*arguments: object) -> int | None:
        sent.append(arguments)
        return 1

    assert await Message("s", b"", "", "", "r", publish).reply({"ok": True}) == 1
    assert sent == [("r", {"ok": True}, None)]
    with pytest.raises(FieldInvalid, match="reply_to"):
        await Message("s", b"", "", "", "", publish).reply("x")
