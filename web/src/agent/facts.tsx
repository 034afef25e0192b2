import type { ComponentChildren } from "preact";
import {
  Activity,
  type Agent,
  AgentState,
} from "../../../gen/typescript/heartbeat/v1/heartbeat_pb.js";
import { plural, span } from "../../../src/cli/words.ts";
import { When } from "../ui/when.tsx";
import type { AgentHistory } from "./history.ts";
import { livesOf } from "./lives.ts";
import { policyWords } from "./policy-words.ts";

export interface FactsProps {
  readonly agent: Agent;
  readonly history: AgentHistory;
}

/** What the monitor knows of an agent, a line each. */
export function Facts({ agent, history }: FactsProps) {
  return (
    <section class="panel facts" aria-label="What is known of it">
      <h2>Known of it</h2>
      <dl>
        <Connection agent={agent} />
        <Identity agent={agent} />
      </dl>
      {agent.policy && (
        <>
          <h2>How it is judged</h2>
          <ul class="rules">
            {policyWords(agent.policy).map((rule) => (
              <li key={rule}>{rule}</li>
            ))}
          </ul>
        </>
      )}
      <Lives history={history} />
    </section>
  );
}

function Fact({ name, children }: { name: string; children: ComponentChildren }) {
  return (
    <div>
      <dt>{name}</dt>
      <dd>{children}</dd>
    </div>
  );
}

function Connection({ agent }: { agent: Agent }) {
  return (
    <>
      <Fact name="stream">{agent.connected ? "open" : "not open"}</Fact>
      <Fact name="last beat">
        <LastBeat agent={agent} />
      </Fact>
      <Fact name="missed">{plural(agent.missedBeats, "beat")}</Fact>
      <Fact name="jitter">{span(agent.jitter)}</Fact>
      <Fact name="beats">{agent.beatsReceived.toLocaleString("en-US")}</Fact>
      <Fact name="reconnects">{agent.reconnects.toLocaleString("en-US")}</Fact>
      <Fact name="activity">
        {agent.activity === Activity.IDLE ? "idle: its tasks' thresholds rest" : "running"}
      </Fact>
    </>
  );
}

function LastBeat({ agent }: { agent: Agent }) {
  if (agent.state === AgentState.EXPECTED) return <>never</>;
  return (
    <>
      <When at={agent.lastBeatAt} />, {span(agent.sinceLastBeat)} ago
    </>
  );
}

function Identity({ agent }: { agent: Agent }) {
  const { client } = agent;
  const labels = Object.entries(agent.labels).sort(([a], [b]) => (a < b ? -1 : 1));
  const program = [client?.language, client?.libraryVersion].filter(Boolean).join(" ");
  const place = [client?.host, client?.pid ? `process ${client.pid}` : ""].filter(Boolean);
  return (
    <>
      <Fact name="type">{agent.agentType || "-"}</Fact>
      <Fact name="labels">
        {labels.length === 0 && "-"}
        {labels.map(([name, value]) => (
          <span key={name} class="label">
            {name}={value}
          </span>
        ))}
      </Fact>
      <Fact name="epoch">{String(agent.epoch)}</Fact>
      <Fact name="instance">
        <code>{agent.instanceId || "-"}</code>
      </Fact>
      <Fact name="program">{program || "-"}</Fact>
      <Fact name="runs on">{place.join(", ") || "-"}</Fact>
      <Fact name="first seen">
        <When at={agent.registeredAt} />
      </Fact>
    </>
  );
}

/** The lives of its processes that its history, as far as it is loaded, tells of. */
function Lives({ history }: { history: AgentHistory }) {
  const lives = livesOf(history.history.value.events);
  if (lives.length < 2) return null;
  return (
    <>
      <h2>Lives</h2>
      <ol class="lives">
        {lives.map(({ epoch, since, instanceId }) => (
          <li key={String(epoch)}>
            <strong>epoch {String(epoch)}</strong> since <When at={since} />
            {instanceId !== "" && <code>{instanceId}</code>}
          </li>
        ))}
      </ol>
    </>
  );
}
