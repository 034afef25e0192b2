"""Names of older systems as names of the service."""

import pytest

from heartbeat._runtime.checks import ID, check_name
from heartbeat._runtime.limits import ID_BYTES
from heartbeat.compat._service.names import wire_name


@pytest.mark.parametrize("name", ["pm", "session-1", "agents/billing:7@eu.x_y", "a" * 128])
def test_a_name_that_the_service_takes_stays(name: str) -> None:
    assert wire_name(name) == name


@pytest.mark.parametrize("name", ["", "a b", "grüße", "🫀", "a" * 129, "\ud800", "a\n"])
def test_any_other_becomes_one_that_it_takes(name: str) -> None:
    made = wire_name(name)
    assert check_name("name", made, ID, ID_BYTES) == made
    assert wire_name(name) == made


def test_names_that_look_alike_stay_apart() -> None:
    names = ["a b", "a_b", "a?b", "a" * 129, "a" * 130]
    assert len({wire_name(name) for name in names}) == len(names)
