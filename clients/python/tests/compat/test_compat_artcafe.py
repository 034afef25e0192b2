"""The guide's agent on a real server that asks for tokens."""

import asyncio
import time
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
)
from real_server import RealServer, eventually, node_is_here

import heartbeat
from heartbeat import auth
from heartbeat.auth import SignedToken
from heartbeat.compat.artcafe import AgentGaveUp, AgentRefused, AgentSuperseded, HeartbeatAgent


class House:
    """A server that knows the keys of two organizations, acme and globex."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        for organization in ("acme", "globex"):
            public = self.key(organization).public_key()
            home = folder / "keys" / organization
            home.mkdir(parents=True)
            (home / "first.pem").write_bytes(
                public.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
            )

    def key(self, name: str) -> Ed25519PrivateKey:
        """Makes a private key of this name."""
        key = Ed25519PrivateKey.generate()
        self.key_path(name).write_bytes(key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
        return key

    def key_path(self, name: str) -> Path:
        return self.folder / f"{name}.key"

    def agent(self, agent_id: str, key: str = "acme", organization: str = "acme") -> HeartbeatAgent:
        return HeartbeatAgent(
            agent_id, self.key_path(key), organization, heartbeat_interval=0.5, server=self.address
        )

    address = ""


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    if not node_is_here():
        pytest.skip("the server's node_modules are not installed")
    house = House(tmp_path_factory.mktemp("house"))
    with RealServer(house.folder, "--auth-keys", str(house.folder / "keys")) as server:
        house.address = server.address
        yield house


async def live(agent: HeartbeatAgent) -> "asyncio.Task[None]":
    running = asyncio.create_task(agent.run())
    await eventually(lambda: agent.get_connection_health()["healthy"])
    return running


async def test_the_health_before_and_after_the_first_ack(house: House) -> None:
    agent = house.agent("healthy")
    assert agent.get_connection_health() == {
        "healthy": False,
        "connected": False,
        "last_heartbeat_ack": None,
        "seconds_since_ack": None,
        "reconnect_attempts": 0,
    }
    running = await live(agent)
    health = agent.get_connection_health()
    assert (health["healthy"], health["connected"], health["reconnect_attempts"]) == (True, True, 0)
    assert isinstance(health["last_heartbeat_ack"], str)
    assert isinstance(health["seconds_since_ack"], float)
    await agent.stop()
    await running
    await agent.stop()
    assert not agent.get_connection_health()["connected"]


async def test_handlers_get_subject_and_data_and_may_publish(house: House) -> None:
    class Monitoring(HeartbeatAgent):
        async def setup(self) -> None:
            @self.on_message("system.health")
            async def health_check(subject: str, data: object) -> None:
                health = self.get_connection_health()
                await self.publish("health.response", {"agent_id": self.agent_id, **health})

        async def run(self) -> None:
            await self.setup()
            await super().run()

    heard: list[tuple[str, object]] = []
    asker = house.agent("asker")

    @asker.on_message("*.response")
    async def take(subject: str, data: object) -> None:
        heard.append((subject, data))

    monitor = Monitoring("monitor", house.key_path("acme"), "acme", server=house.address)
    tasks = [await live(asker), await live(monitor)]
    assert await asker.publish("system.health", "how are you") == 1
    await eventually(lambda: bool(heard))
    subject, data = heard[0]
    assert subject == "health.response"
    assert isinstance(data, dict)
    assert (data["agent_id"], data["healthy"]) == ("monitor", True)
    for agent in (asker, monitor):
        await agent.stop()
    await asyncio.gather(*tasks)


async def test_a_canceled_run_says_goodbye(house: House) -> None:
    agent = house.agent("canceled")
    running = await live(agent)
    running.cancel()
    with pytest.raises(asyncio.CancelledError):
        await running
    assert not agent.get_connection_health()["connected"]


async def test_another_process_with_its_name_ends_it(house: House) -> None:
    running = await live(house.agent("twin"))
    other = house.agent("twin")
    other_running = await live(other)
    with pytest.raises(AgentSuperseded, match="another process has taken the name of agent twin"):
        await running
    await other.stop()
    await other_running


async def test_without_reconnect_it_gives_up_at_once(house: House) -> None:
    agent = HeartbeatAgent(
        "nowhere", house.key_path("acme"), "acme", auto_reconnect=False, server="127.0.0.1:1"
    )
    with pytest.raises(AgentGaveUp, match="agent nowhere gave up after 1 attempts"):
        await agent.run()


async def test_a_forger_is_refused(house: House) -> None:
    house.key("forger")
    with pytest.raises(AgentRefused, match="no key of its organization has signed it") as refused:
        await house.agent("forged", key="forger").run()
    assert (refused.value.status, refused.value.code) == ("UNAUTHENTICATED", "token_invalid")


async def test_a_stranger_s_organization_is_refused(house: House) -> None:
    with pytest.raises(AgentRefused, match="its organization has no keys here") as refused:
        await house.agent("stranger", organization="nobody").run()
    assert refused.value.status == "UNAUTHENTICATED"


async def test_an_expired_token_is_refused(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    an_hour_ago = SimpleNamespace(time=lambda: time.time() - 3_600)
    monkeypatch.setattr(auth, "time", an_hour_ago)
    with pytest.raises(AgentRefused, match="exp") as refused:
        await house.agent("expired").run()
    assert refused.value.status == "UNAUTHENTICATED"


async def _refusal(house: House, organization: str, token: SignedToken | None) -> heartbeat.Refused:
    """What the server says to an agent whose token is not made by the compatible class."""
    told: asyncio.Future[heartbeat.Refused] = asyncio.get_running_loop().create_future()
    agent = heartbeat.Agent(
        "somebody",
        server=house.address,
        organization_id=organization,
        token=token,
        on_error=told.set_result,
    )
    async with agent:
        refused = await asyncio.wait_for(told, 20)
        assert agent.state is heartbeat.State.ENDED
    return refused


async def test_a_stranger_without_a_token_is_refused(house: House) -> None:
    refused = await _refusal(house, "acme", None)
    assert (refused.status, refused.code) == ("UNAUTHENTICATED", "token_missing")


async def test_another_organization_s_agent_is_refused(house: House) -> None:
    token = SignedToken(house.key_path("globex"), "globex", "somebody")
    refused = await _refusal(house, "acme", token)
    assert (refused.status, refused.code) == ("PERMISSION_DENIED", "not_permitted")
    assert "is not the organization of this token" in refused.message


async def test_another_agent_s_token_is_refused(house: House) -> None:
    token = SignedToken(house.key_path("acme"), "acme", "somebody-else")
    refused = await _refusal(house, "acme", token)
    assert (refused.status, refused.code) == ("PERMISSION_DENIED", "not_permitted")


@pytest.mark.parametrize(
    ("option", "words"),
    [
        ({"heartbeat_interval": 0}, "heartbeat_interval 0 is out of range"),
        ({"heartbeat_timeout_multiplier": 1}, "heartbeat_timeout_multiplier 1 is out of range"),
        ({"private_key_path": "nowhere.pem"}, "private_key_path .* cannot be read"),
        ({"server": "nowhere"}, "server .* is not an address"),
    ],
)
def test_a_wrong_option_is_refused(tmp_path: Path, option: dict[str, object], words: str) -> None:
    home = House(tmp_path)
    options: dict[str, object] = {
        "agent_id": "a",
        "private_key_path": home.key_path("acme"),
        "organization_id": "acme",
        **option,
    }
    with pytest.raises(heartbeat.FieldInvalid, match=words):
        HeartbeatAgent(**options)  # type: ignore[arg-type]
