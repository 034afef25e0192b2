import { durationMs } from "@bufbuild/protobuf/wkt";
import {
  Activity,
  type Agent,
  AgentState,
  type Task,
  TaskState,
} from "../../gen/typescript/heartbeat/v1/heartbeat_pb.js";

/** What the server knows of an agent, as plain data that a pattern can be laid on. */
export function plain(agent: Agent) {
  const { vitals, client } = agent;
  return {
    state: AgentState[agent.state],
    reason: agent.stateReason,
    connected: agent.connected,
    paused: agent.paused,
    agentType: agent.agentType,
    instanceId: agent.instanceId,
    labels: agent.labels,
    activity: Activity[agent.activity],
    epoch: String(agent.epoch),
    beats: Number(agent.beatsReceived),
    client: client && {
      language: client.language,
      libraryVersion: client.libraryVersion,
      host: client.host,
      pid: client.pid,
    },
    vitals: vitals && {
      cpu: vitals.cpu,
      rssBytes: Number(vitals.rssBytes),
      loopLagMs: vitals.loopLag && durationMs(vitals.loopLag),
    },
    tasks: Object.fromEntries(agent.tasks.map((task) => [task.taskId, plainTask(task)])),
  };
}

function plainTask(task: Task) {
  return {
    state: TaskState[task.state],
    progress: task.progress,
    detail: Buffer.from(task.detail).toString(),
    error: task.error,
  };
}
