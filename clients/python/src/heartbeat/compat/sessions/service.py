"""Sessions as the service has them: an agent for each, of the session's name."""

from collections.abc import AsyncIterator
from typing import Final

from heartbeat._runtime.limits import DAY
from heartbeat._runtime.policy import Policy, declare_policy
from heartbeat._runtime.wire import duration
from heartbeat.compat._service.link import Link
from heartbeat.compat._service.names import wire_name
from heartbeat.compat.sessions.requests import SessionRequest, Wish
from heartbeat.v1.control_service_pb2 import (
    PauseAgentRequest,
    RegisterAgentRequest,
    ResumeAgentRequest,
    UnregisterAgentRequest,
)
from heartbeat.v1.heartbeat_pb2 import Agent, AgentState, Registration
from heartbeat.v1.heartbeat_service_pb2 import BeatRequest, SendBeatRequest
from heartbeat.v1.status_service_pb2 import ListAgentsRequest

#: The longest pause that the service knows.
_PAUSE_MS: Final = round(30 * DAY * 1000)
_PAGE: Final = 1_000


class SessionService:
    def __init__(self, link: Link, policy: Policy) -> None:
        self._link = link
        self._organization = link.organization_id
        self._policy = declare_policy(policy)

    async def carry_out(self, request: SessionRequest) -> None:
        """Raises AioRpcError."""
        agent_id = wire_name(request.session_id)
        match request.wish:
            case Wish.REGISTER:
                await self._register(agent_id, request.agent_type)
            case Wish.BEAT:
                await self._beat(agent_id)
            case Wish.PAUSE:
                await self._link.ask(
                    self._link.control.PauseAgent,
                    PauseAgentRequest(
                        organization_id=self._organization,
                        agent_id=agent_id,
                        pause_for=duration(_PAUSE_MS),
                    ),
                )
            case Wish.RESUME:
                await self._link.ask(
                    self._link.control.ResumeAgent,
                    ResumeAgentRequest(organization_id=self._organization, agent_id=agent_id),
                )
            case Wish.UNREGISTER:
                await self._link.ask(
                    self._link.control.UnregisterAgent,
                    UnregisterAgentRequest(organization_id=self._organization, agent_id=agent_id),
                )

    async def agents(self) -> AsyncIterator[Agent]:
        """Every agent of the organization. Raises AioRpcError."""
        token = ""
        while True:
            page = await self._link.ask(
                self._link.status.ListAgents,
                ListAgentsRequest(organization_id=self._organization, page_size=_PAGE, page_token=token),
            )
            for agent in page.agents:
                yield agent
            token = page.next_page_token
            if not token:
                return

    async def _register(self, agent_id: str, agent_type: str) -> None:
        answer = await self._link.ask(
            self._link.control.RegisterAgent,
            RegisterAgentRequest(
                organization_id=self._organization,
                agent_id=agent_id,
                agent_type=agent_type,
                policy=self._policy,
            ),
        )
        # To be registered counts as a beat: who had timed out before is judged anew.
        if answer.agent.state == AgentState.AGENT_STATE_DOWN:
            await self._beat(agent_id)

    async def _beat(self, agent_id: str) -> None:
        beat = BeatRequest(agent_id=agent_id)
        if self._organization:
            beat.registration.CopyFrom(Registration(organization_id=self._organization))
        await self._link.ask(self._link.beats.SendBeat, SendBeatRequest(beat=beat))
