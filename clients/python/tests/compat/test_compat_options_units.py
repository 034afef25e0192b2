"""Where the service is."""

import pytest

from heartbeat import FieldInvalid
from heartbeat.compat._service.options import server_address, settle_service
from heartbeat.compat._service.policy import Option, silence_policy


def test_the_program_names_the_server_then_the_environment_then_nobody(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.delenv("HEARTBEAT_SERVER", raising=False)
    assert server_address(None) == "127.0.0.1:50051"
    monkeypatch.setenv("HEARTBEAT_SERVER", "monitor:1")
    assert server_address(None) == "monitor:1"
    assert server_address("other:2") == "other:2"


def test_a_wrong_option_is_refused_at_once() -> None:
    with pytest.raises(FieldInvalid, match='server "http://x" is not an address'):
        settle_service(server="http://x")
    with pytest.raises(FieldInvalid, match="organization_id"):
        settle_service(organization_id="a b")


@pytest.mark.parametrize(("multiplier", "missed"), [(1.1, 3), (3.0, 4), (3.5, 5), (1000.0, 1000)])
def test_silence_alone_decides(multiplier: float, missed: int) -> None:
    policy = silence_policy(Option("every", 30), Option("times", multiplier))
    assert (policy.interval, policy.timeout_multiplier) == (30, multiplier)
    assert policy.max_missed_beats == missed


def test_an_option_is_refused_by_the_name_that_the_program_knows() -> None:
    with pytest.raises(FieldInvalid, match="times nan is out of range"):
        silence_policy(Option("every", 30), Option("times", float("nan")))
    with pytest.raises(FieldInvalid, match="every 0 is out of range"):
        silence_policy(Option("every", 0), Option("times", 3))
