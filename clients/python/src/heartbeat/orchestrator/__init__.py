"""An orchestrator of agents, each a process of its own and watched by a Heartbeat server.

class Billing(PeriodicProcessAgent):
class Config(PeriodicProcessAgent.Config):
execution_interval = 3.0

def runner(self):
...

class MyOrchestrator(Orchestrator):
class Plugin(OrchestratorPlugin):
heartbeat = OrchestratorHeartbeatPlugin(agent_send_interval=2)

if __name__ == "__main__":
orchestrator = MyOrchestrator()
orchestrator.register_agent(Billing, "Billing")
orchestrator.start()
orchestrator.join()
"""

from heartbeat.orchestrator.agent_heartbeat import AgentHeartbeat
from heartbeat.orchestrator.heartbeat_plugin import OrchestratorHeartbeatPlugin
from heartbeat.orchestrator.orchestrator import Orchestrator, OrchestratorPlugin
from heartbeat.orchestrator.periodic_agent import AgentPlugin, PeriodicProcessAgent
from heartbeat.orchestrator.restart import RestartPolicy
from heartbeat.orchestrator.run_mode import RunMode

__all__ = [
    "AgentHeartbeat",
    "AgentPlugin",
    "Orchestrator",
    "OrchestratorHeartbeatPlugin",
    "OrchestratorPlugin",
    "PeriodicProcessAgent",
    "RestartPolicy",
    "RunMode",
]
