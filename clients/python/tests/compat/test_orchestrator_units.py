"""What an orchestrator refuses, and when it starts an agent again."""

import pickle

import pytest

from heartbeat import Backoff, FieldInvalid
from heartbeat.orchestrator import (
    Orchestrator,
    OrchestratorHeartbeatPlugin,
    OrchestratorPlugin,
    PeriodicProcessAgent,
    RestartPolicy,
)
from heartbeat.orchestrator.restart import Restarts


class WithoutEnd(PeriodicProcessAgent):
    pass


class Backwards(PeriodicProcessAgent):
    class Config(PeriodicProcessAgent.Config):
        limit = -1


def restarts(attempts: int) -> Restarts:
    return Restarts(RestartPolicy(attempts, Backoff(initial=1, maximum=4)), lambda: 0.5)


def test_waits_grow_and_end() -> None:
    some = restarts(4)
    assert [some.wait_ms(0) for _ in range(5)] == [500, 1000, 2000, 2000, None]
    assert some.total == 4


def test_an_agent_that_ran_for_long_has_begun_anew() -> None:
    some = restarts(2)
    assert [some.wait_ms(0), some.wait_ms(0)] == [500, 1000]
    assert some.wait_ms(59_999) is None
    assert some.wait_ms(60_000) == 500
    assert [some.wait_ms(0), some.wait_ms(0)] == [1000, None]


def test_no_attempts_are_no_restarts() -> None:
    assert restarts(0).wait_ms(0) is None
    assert restarts(0).wait_ms(60_000) is None


@pytest.mark.parametrize(
    ("policy", "words"),
    [
        (RestartPolicy(attempts=-1), "restart.attempts -1 is out of range"),
        (RestartPolicy(stable_after=-1), "restart.stable_after -1 is out of range"),
        (RestartPolicy(backoff=Backoff(initial=0)), "backoff.initial 0 is out of range"),
    ],
)
def test_a_wrong_policy_is_refused(policy: RestartPolicy, words: str) -> None:
    orchestrator = Orchestrator()
    orchestrator.config.restart = policy
    with pytest.raises(FieldInvalid, match=words):
        orchestrator.register_agent(WithoutEnd, "a")


def test_an_agent_with_a_wrong_configuration_is_refused() -> None:
    with pytest.raises(FieldInvalid, match=r"Config.limit -1 is out of range"):
        Orchestrator().register_agent(Backwards, "a")


def test_a_name_is_given_once() -> None:
    orchestrator = Orchestrator()
    orchestrator.register_agent(WithoutEnd, "a")
    with pytest.raises(FieldInvalid, match='name "a" is registered already'):
        orchestrator.register_agent(WithoutEnd, "a")


def test_it_starts_once() -> None:
    orchestrator = Orchestrator()
    orchestrator.join()
    orchestrator.start()
    orchestrator.join()
    with pytest.raises(RuntimeError, match="started already"):
        orchestrator.start()
    with pytest.raises(RuntimeError, match="before start"):
        orchestrator.register_agent(WithoutEnd, "a")
    orchestrator.stop()


def test_a_wrong_plugin_is_refused() -> None:
    with pytest.raises(FieldInvalid, match="agent_send_interval 0 is out of range"):
        OrchestratorHeartbeatPlugin(agent_send_interval=0)
    with pytest.raises(FieldInvalid, match="timeout_multiplier 1 is out of range"):
        OrchestratorHeartbeatPlugin(timeout_multiplier=1)


def test_the_plugin_goes_to_an_agent_without_its_orchestrator() -> None:
    class Own(Orchestrator):
        class Plugin(OrchestratorPlugin):
            heartbeat = OrchestratorHeartbeatPlugin(agent_send_interval=2)

    orchestrator = Own()
    orchestrator.register_agent(WithoutEnd, "a")
    there = pickle.loads(pickle.dumps(Own.Plugin.heartbeat))
    assert there.get_status()["agents"] == {}
    assert there.agent_options("a")["policy"].interval == 2
    assert Own.Plugin.heartbeat.get_status() == {
        "agent_send_interval": 2,
        "timeout_threshold": 6.0,
        "monitored_agents": 1,
        "agents": {"a": {"status": "waiting", "pid": None, "restarts": 0, "exit_code": None}},
    }


def test_an_agent_that_no_process_can_import_has_failed() -> None:
    class Hidden(PeriodicProcessAgent):
        pass

    orchestrator = Orchestrator()
    orchestrator.register_agent(Hidden, "hidden")
    orchestrator.start()
    orchestrator.join()
    assert orchestrator.report()["hidden"]["status"] == "failed"
