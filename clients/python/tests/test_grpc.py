"""Over real gRPC on loopback, against a monitor in this process."""

import asyncio
import datetime
import gc
import os
import socket
import threading
from pathlib import Path

import grpc
import pytest
from monitor import DEADLINE_S, Monitor, eventually

import heartbeat
from heartbeat.v1 import heartbeat_pb2 as wire
from heartbeat.v1.heartbeat_service_pb2 import BeatResponse


def sockets() -> set[str]:
    links = []
    for name in os.listdir("/proc/self/fd"):
        try:
            links.append(os.readlink(f"/proc/self/fd/{name}"))
        except FileNotFoundError:  # The one that lists them.
            continue
    return {link for link in links if link.startswith("socket:")}


class Seen:
    """Waits for a callback."""

    def __init__(self) -> None:
        self._notices: asyncio.Queue[object] = asyncio.Queue()

    def __call__(self, notice: object) -> None:
        self._notices.put_nowait(notice)

    async def next(self) -> object:
        return await asyncio.wait_for(self._notices.get(), DEADLINE_S)


async def test_an_agent_beats_and_leaves_with_its_reason() -> None:
    welcomed = Seen()
    with Monitor() as monitor:
        agent = heartbeat.Agent("a", server=monitor.address, on_welcome=welcomed)
        await agent.start()
        await welcomed.next()
        assert agent.epoch == 5
        while len(monitor.beats) < 3:
            await asyncio.sleep(0.005)
        await agent.close("done")
        assert monitor.goodbye == wire.Goodbye(reason="done")
        assert agent.state is heartbeat.State.ENDED


async def test_neither_thread_nor_socket_is_left_after_a_close() -> None:
    welcomed = Seen()
    with Monitor() as monitor:
        # gRPC's own threads of the server in this process come with the first call.
        for _ in range(2):
            before, threads = sockets(), threading.active_count()
            async with heartbeat.Agent("a", server=monitor.address, on_welcome=welcomed):
                await welcomed.next()
                assert sockets() - before
        await asyncio.to_thread(eventually, lambda: len(sockets()) <= len(before))
        # The one that has waited.
        assert threading.active_count() <= threads + 1


async def test_a_stream_that_is_given_up_lets_go_of_its_socket_without_the_garbage_collector() -> None:
    gave_up = Seen()
    gc.disable()
    try:
        with socket.create_server(("127.0.0.1", 0)) as silent:
            before = sockets()
            agent = heartbeat.Agent(
                "a",
                server=f"127.0.0.1:{silent.getsockname()[1]}",
                connect_timeout=0.2,
                max_reconnect_attempts=1,
                on_gave_up=gave_up,
            )
            await agent.start()
            assert await gave_up.next() == heartbeat.GaveUp(1, "no Welcome within 200 ms")
            await agent.close()
            await asyncio.to_thread(eventually, lambda: sockets() <= before)
    finally:
        gc.enable()


async def test_the_servers_word_is_told_from_a_strangers() -> None:
    reconnected, refused = Seen(), Seen()
    with Monitor() as monitor:
        agent = heartbeat.Agent(
            "a",
            server=monitor.address,
            backoff=heartbeat.Backoff(0.01, 0.01),
            on_reconnect=reconnected,
            on_error=refused,
        )
        await agent.start()
        while not monitor.beats:
            await asyncio.sleep(0.005)
        monitor.refusal = (grpc.StatusCode.PERMISSION_DENIED, ())
        await reconnected.next()
        monitor.refusal = (grpc.StatusCode.PERMISSION_DENIED, (("heartbeat-error", "forbidden"),))
        assert await refused.next() == heartbeat.Refused("PERMISSION_DENIED", "forbidden", "why")


async def test_a_refused_connection_is_a_loss() -> None:
    gave_up = Seen()
    agent = heartbeat.Agent(
        "a",
        server="127.0.0.1:1",
        backoff=heartbeat.Backoff(0.01, 0.01),
        max_reconnect_attempts=2,
        on_gave_up=gave_up,
    )
    await agent.start()
    told = await gave_up.next()
    assert isinstance(told, heartbeat.GaveUp)
    assert told.attempts == 2
    assert told.reason.startswith("UNAVAILABLE")


@pytest.mark.parametrize("is_async", [False, True])
async def test_a_token_is_asked_for_before_each_stream(is_async: bool) -> None:
    welcomed, reconnected = Seen(), Seen()
    given = 0

    def token() -> str:
        nonlocal given
        given += 1
        return f"t{given}"

    async def async_token() -> str:
        return token()

    with Monitor() as monitor:
        async with heartbeat.Agent(
            "a",
            server=monitor.address,
            token=async_token if is_async else token,
            backoff=heartbeat.Backoff(0.01, 0.01),
            on_welcome=welcomed,
            on_reconnect=reconnected,
        ):
            await welcomed.next()
            monitor.refusal = (grpc.StatusCode.UNAVAILABLE, ())
            await reconnected.next()
        assert [headers["authorization"] for headers in monitor.headers] == ["Bearer t1", "Bearer t2"]


async def test_a_token_that_cannot_be_had_is_a_failed_attempt() -> None:
    def token() -> str:
        raise OSError("no key")

    gave_up = Seen()
    agent = heartbeat.Agent("a", token=token, max_reconnect_attempts=1, on_gave_up=gave_up)
    await agent.start()
    assert await gave_up.next() == heartbeat.GaveUp(1, "OSError: no key")


async def test_a_connection_is_encrypted_and_its_server_is_checked(tmp_path: Path) -> None:
    key, certificate = self_signed("localhost")
    (tmp_path / "ca.pem").write_bytes(certificate)
    welcomed, gave_up = Seen(), Seen()
    with Monitor(grpc.ssl_server_credentials([(key, certificate)])) as monitor:
        tls = heartbeat.Tls(ca_file=tmp_path / "ca.pem")
        async with heartbeat.Agent("a", server=monitor.address, tls=tls, on_welcome=welcomed):
            await welcomed.next()
        stranger = heartbeat.Agent(
            "a", server=monitor.address, tls=True, max_reconnect_attempts=1, on_gave_up=gave_up
        )
        await stranger.start()
        await gave_up.next()
        assert len(monitor.headers) == 1


async def test_messages_go_and_come() -> None:
    with Monitor() as monitor:
        agent = heartbeat.Agent("a", server=monitor.address)
        received: asyncio.Queue[heartbeat.Message] = asyncio.Queue()

        @agent.on_message("tasks.*")
        async def take(message: heartbeat.Message) -> None:
            await received.put(message)

        monitor.answers.put(
            BeatResponse(
                messages=[wire.Message(subject="tasks.new", data=b'{"a":1}', content_type="application/json")]
            )
        )
        async with agent:
            message = await asyncio.wait_for(received.get(), DEADLINE_S)
            assert message.decoded() == {"a": 1}
            assert await agent.publish("s", {"b": 2}) == 7
        published = [message for beat in monitor.beats for message in beat.messages]
        assert published == [wire.Message(subject="s", data=b'{"b":2}', content_type="application/json")]


async def test_an_exception_that_leaves_the_block_tells_the_agents_death() -> None:
    welcomed = Seen()
    with Monitor() as monitor:
        with pytest.raises(KeyError):
            async with heartbeat.Agent("a", server=monitor.address, on_welcome=welcomed):
                await welcomed.next()
                raise KeyError("k")
        assert monitor.goodbye == wire.Goodbye(reason="KeyError: 'k'", failed=True)


def self_signed(name: str) -> tuple[bytes, bytes]:
    from cryptography import x509
    from cryptography.hazmat.primitives import hashes, serialization
    from cryptography.hazmat.primitives.asymmetric import ec

    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, name)])
    now = datetime.datetime.now(datetime.timezone.utc)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - datetime.timedelta(days=1))
        .not_valid_after(now + datetime.timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(name)]), critical=False)
        .sign(key, hashes.SHA256())
    )
    pem = serialization.Encoding.PEM
    return (
        key.private_bytes(pem, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()),
        certificate.public_bytes(pem),
    )


async def test_each_agent_has_a_connection_of_its_own() -> None:
    welcomed = Seen()
    with Monitor() as monitor:
        async with heartbeat.Agent("a", server=monitor.address, on_welcome=welcomed):
            async with heartbeat.Agent("b", server=monitor.address, on_welcome=welcomed):
                await welcomed.next()
                await welcomed.next()
        assert len(set(monitor.peers)) == 2
