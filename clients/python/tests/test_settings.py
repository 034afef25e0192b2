import math
from pathlib import Path
from typing import Any

import pytest

import heartbeat
from heartbeat import Backoff, FieldInvalid, Policy, Tls
from heartbeat._runtime.backoff import Bounds
from heartbeat._runtime.settings import Target, settle


def test_everything_but_the_id_has_a_default() -> None:
    settings = settle("billing-7")
    assert settings.target == Target("127.0.0.1:50051", encrypted=False, authorities=None)
    assert settings.max_reconnect_attempts == math.inf
    assert settings.backoff == Bounds(250, 30_000)
    assert settings.connect_timeout_ms == 10_000
    assert settings.vitals
    assert settings.handle_signals
    assert settings.policy is None


def test_each_agent_is_a_life_of_its_own() -> None:
    assert settle("a").instance_id != settle("a").instance_id


def test_zero_is_a_value() -> None:
    settings = settle("a", max_reconnect_attempts=0, policy=Policy(grace=0, drop_grace=0))
    assert settings.max_reconnect_attempts == 0
    assert settings.policy is not None
    assert settings.policy.HasField("drop_grace")
    assert not settings.policy.HasField("interval")


def test_a_fraction_of_a_millisecond_is_rounded() -> None:
    policy = settle("a", policy=Policy(interval=1 / 3)).policy
    assert policy is not None
    assert policy.interval.nanos == 333_000_000


WRONG: list[tuple[str, dict[str, Any]]] = [
    ("agent_id", {"agent_id": ""}),
    ("agent_id", {"agent_id": "no spaces"}),
    ("agent_id", {"agent_id": "x" * 129}),
    ("agent_id", {"agent_id": "a\n"}),
    ("agent_id", {"agent_id": None}),
    ("server", {"server": "http://127.0.0.1:50051"}),
    ("server", {"server": "127.0.0.1"}),
    ("server", {"server": "::1:50051"}),
    ("server", {"server": "host:0"}),
    ("server", {"server": "host:65536"}),
    ("server", {"server": None}),
    ("tls", {"tls": "ca.pem"}),
    ("tls.ca_file", {"tls": Tls(ca_file="/nowhere/ca.pem")}),
    ("token", {"token": "two words"}),
    ("token", {"token": ""}),
    ("token", {"token": 7}),
    ("labels", {"labels": ["a"]}),
    ("policy", {"policy": {"interval": 1}}),
    ("backoff", {"backoff": 1}),
    ("vitals", {"vitals": "no"}),
    ("max_reconnect_attempts", {"max_reconnect_attempts": math.inf}),
    ("organization_id", {"organization_id": "a/b"}),
    ("agent_type", {"agent_type": "ä" * 65}),
    ("instance_id", {"instance_id": ""}),
    ("labels", {"labels": {"a b": ""}}),
    ("labels", {"labels": {"a": "x" * 257}}),
    ("labels", {"labels": {f"k{i}": "" for i in range(33)}}),
    ("policy.interval", {"policy": Policy(interval=0.099)}),
    ("policy.interval", {"policy": Policy(interval=math.nan)}),
    ("policy.interval", {"policy": Policy(interval=True)}),
    ("policy.timeout_multiplier", {"policy": Policy(timeout_multiplier=1)}),
    ("policy.max_missed_beats", {"policy": Policy(max_missed_beats=0)}),
    ("policy.grace", {"policy": Policy(grace=-1)}),
    ("policy.drop_grace", {"policy": Policy(drop_grace=86_401)}),
    ("policy.task_stale_after", {"policy": Policy(task_stale_after=0.09)}),
    ("max_reconnect_attempts", {"max_reconnect_attempts": -1}),
    ("max_reconnect_attempts", {"max_reconnect_attempts": 1.5}),
    ("backoff.initial", {"backoff": Backoff(initial=0)}),
    ("connect_timeout", {"connect_timeout": 0}),
    ("on_welcome", {"on_welcome": "print"}),
]


@pytest.mark.parametrize(("field", "options"), WRONG)
def test_a_wrong_option_is_refused_by_its_name(field: str, options: dict[str, Any]) -> None:
    with pytest.raises(FieldInvalid) as refused:
        heartbeat.Agent(**({"agent_id": "a"} | options))
    assert str(refused.value).startswith(field)
    assert refused.value.field.startswith(field)


def test_the_refusal_names_value_and_limit() -> None:
    with pytest.raises(
        ValueError, match=r"policy\.interval 0\.01 is out of range \(limit: 0\.1 to 86400 sec"
    ):
        heartbeat.Agent("a", policy=Policy(interval=0.01))


def test_the_refusal_of_a_token_does_not_show_it() -> None:
    with pytest.raises(FieldInvalid) as refused:
        heartbeat.Agent("a", token="s3cret\n")
    assert "s3cret" not in str(refused.value)


def test_an_unknown_option_is_refused_by_python() -> None:
    with pytest.raises(TypeError, match="intervall"):
        heartbeat.Agent("a", intervall=1)  # type: ignore[call-arg]


def test_a_coroutine_function_is_refused_by_the_threaded_form() -> None:
    async def on_welcome(_: heartbeat.Welcomed) -> None: ...

    with pytest.raises(FieldInvalid, match="on_welcome"):
        heartbeat.ThreadedAgent("a", on_welcome=on_welcome)


@pytest.mark.parametrize("server", ["[::1]:50051", "monitor.internal:1", "10.0.0.1:65535"])
def test_an_address_is_read(server: str) -> None:
    assert settle("a", server=server).target.address == server


def test_a_file_of_authorities_is_read_when_the_agent_is_made(tmp_path: Path) -> None:
    file = tmp_path / "ca.pem"
    file.write_text("PEM")
    assert settle("a", tls=Tls(ca_file=file)).target == Target("127.0.0.1:50051", True, b"PEM")
