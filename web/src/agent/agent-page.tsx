import { durationMs } from "@bufbuild/protobuf/wkt";
import { useSignal } from "@preact/signals";
import { useEffect, useMemo } from "preact/hooks";
import type { Agent } from "../../../gen/typescript/heartbeat/v1/heartbeat_pb.js";
import { AgentControls } from "../controls/agent-controls.tsx";
import type { Answer } from "../data/asking.ts";
import { useAsking } from "../data/use-asking.ts";
import { usePage } from "../page.ts";
import { hrefOf } from "../view/route.ts";
import { AgentAlerts } from "./agent-alerts.tsx";
import { AgentHead } from "./agent-head.tsx";
import { BeatTrace } from "./beat-trace.tsx";
import { BeatWatch } from "./beat-watch.ts";
import { Facts } from "./facts.tsx";
import { AgentHistory } from "./history.ts";
import { HistoryList } from "./history-list.tsx";
import { Tasks } from "./tasks.tsx";
import { VitalsTable } from "./vitals-table.tsx";

export interface AgentPageProps {
  readonly organizationId: string;
  readonly agentId: string;
}

/** Its vitals and its tasks' progress are no events: they are asked for. */
const ASKED_EVERY_MS = 1_000;

/** Everything about one agent. Another one is another page. */
export function AgentPage(agent: AgentPageProps) {
  return <OneAgent key={`${agent.organizationId}/${agent.agentId}`} {...agent} />;
}

function OneAgent({ organizationId, agentId }: AgentPageProps) {
  const about = useMemo(() => ({ organizationId, agentId }), [organizationId, agentId]);
  const answer = useAgent(about);
  const watch = useBeatWatch(about, answer);
  const history = useHistory(about);
  const done = useSignal("");
  const agent = answer.kind === "known" ? answer.value : undefined;
  return (
    <article class="agent-page" aria-label={agentId}>
      <AgentHead about={about} answer={answer}>
        {agent && (
          <AgentControls
            agent={agent}
            onDone={(words) => {
              done.value = words;
            }}
          />
        )}
      </AgentHead>
      <p class="done" role="status">
        {done.value}
      </p>
      {answer.kind === "refused" && <Refused words={answer.error.rawMessage} />}
      <BeatTrace watch={watch} history={history} answer={answer} />
      {agent && (
        <div class="agent-columns">
          <Facts agent={agent} history={history} />
          <div class="agent-column">
            <Tasks
              agent={agent}
              onDone={(words) => {
                done.value = words;
              }}
            />
            <VitalsTable agent={agent} />
            <AgentAlerts about={about} />
          </div>
        </div>
      )}
      <HistoryList history={history} />
    </article>
  );
}

function Refused({ words }: { words: string }) {
  const { view } = usePage();
  return (
    <p class="empty">
      {words}. <a href={hrefOf({ kind: "agents", view: view.value })}>To all agents</a>
    </p>
  );
}

type About = AgentPageProps;

/** The agent as it is, asked for every second, and at once when something happens to it. */
function useAgent(about: About): Answer<Agent> {
  const { api } = usePage();
  const { organizationId, agentId } = about;
  const { answer } = useAsking(
    `agent ${organizationId}/${agentId}`,
    ASKED_EVERY_MS,
    async (options) => (await api.status.getAgent(about, options)).agent as Agent,
    (event) => event.agentId === agentId && event.organizationId === organizationId,
  );
  return answer;
}

function useBeatWatch(about: About, answer: Answer<Agent>): BeatWatch {
  const { api, clock, live } = usePage();
  const watch = useMemo(
    () => new BeatWatch({ api, clock, link: live.link }, about),
    [api, clock, live, about],
  );
  useEffect(() => () => watch.stop(), [watch]);
  useEffect(() => {
    if (answer.kind !== "known" || answer.value.lastBeatAt === undefined) return;
    const { sinceLastBeat } = answer.value;
    const silentMs = sinceLastBeat ? durationMs(sinceLastBeat) : 0;
    watch.compare(answer.at.mono - silentMs, answer.at.mono);
  }, [watch, answer]);
  return watch;
}

function useHistory(about: About): AgentHistory {
  const { api, events, live } = usePage();
  const history = useMemo(() => new AgentHistory({ api, events }, about), [api, events, about]);
  useEffect(() => () => history.stop(), [history]);
  const isLive = live.link.value.kind === "live";
  useEffect(() => {
    if (isLive && history.history.peek().trouble !== "") history.reload();
  }, [history, isLive]);
  return history;
}
