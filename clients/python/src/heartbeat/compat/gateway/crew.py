"""The gateway's agents as the service knows them. Belongs to the monitor's own event loop."""

import asyncio
from dataclasses import dataclass

from heartbeat._runtime.agent import Agent
from heartbeat._runtime.options import AgentOptions
from heartbeat._runtime.state import State
from heartbeat._runtime.task import Task


@dataclass(slots=True)
class _Member:
    agent: Agent
    #: Its start: the event loop itself keeps no task alive.
    starting: asyncio.Task[Agent]
    task: Task | None = None
    #: It had nothing to do when it was last looked at.
    idled: bool = False

    async def leave(self, reason: str) -> None:
        await self.starting
        await self.agent.close(reason)


class Crew:
    """An agent of each name, which keeps its stream between requests, and a task for each request."""

    def __init__(self, options: AgentOptions) -> None:
        self._options = options
        self._members: dict[str, _Member] = {}

    def begin(self, agent_id: str, task_id: str) -> None:
        """A request begins. One of the same agent that had not ended is over."""
        member = self._member(agent_id)
        self._end_task(member, None)
        member.agent.running()
        member.task = member.agent.task(task_id)

    def active(self, agent_id: str) -> None:
        member = self._members.get(agent_id)
        if member and member.task:
            member.agent.running()
            member.task.activity()

    def idle(self, agent_id: str) -> None:
        member = self._members.get(agent_id)
        if member:
            member.agent.idle()

    def end(self, agent_id: str, failure: str | None) -> None:
        """The request is over."""
        member = self._members.get(agent_id)
        if member:
            self._end_task(member, failure)
            member.agent.idle()

    async def dismiss_idle(self) -> None:
        """Says Goodbye for whoever has had nothing to do since it was last called."""
        leaving = [agent_id for agent_id, member in self._members.items() if member.idled]
        members = [self._members.pop(agent_id) for agent_id in leaving]
        for member in self._members.values():
            member.idled = member.task is None
        await asyncio.gather(*(member.leave("has nothing to do") for member in members))

    async def close(self, reason: str) -> None:
        """Says Goodbye for all."""
        members, self._members = list(self._members.values()), {}
        await asyncio.gather(*(member.leave(reason) for member in members))

    def _member(self, agent_id: str) -> _Member:
        member = self._members.get(agent_id)
        if member is None or member.agent.state is State.ENDED:
            agent = Agent(agent_id, **self._options)
            member = _Member(agent, asyncio.get_running_loop().create_task(agent.start()))
            self._members[agent_id] = member
        member.idled = False
        return member

    def _end_task(self, member: _Member, failure: str | None) -> None:
        task, member.task = member.task, None
        if task is None:
            return
        if failure is None:
            task.succeed()
        else:
            task.fail(failure)
