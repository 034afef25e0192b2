import { durationMs } from "@bufbuild/protobuf/wkt";
import { useComputed, useSignal } from "@preact/signals";
import { useEffect, useRef } from "preact/hooks";
import { type Agent, AgentState } from "../../../gen/typescript/heartbeat/v1/heartbeat_pb.js";
import type { Answer } from "../data/asking.ts";
import { usePage } from "../page.ts";
import { useMedia } from "../ui/media.ts";
import type { BeatWatch, Listening } from "./beat-watch.ts";
import { GapsChart } from "./gaps-chart.tsx";
import type { AgentHistory } from "./history.ts";
import { marksOf, standingsOf } from "./marks.ts";
import { pulseWords } from "./pulse.ts";
import type { Pace } from "./strip.ts";
import type { Shown } from "./strip-canvas.ts";
import { StripView } from "./strip-view.ts";

export interface BeatTraceProps {
  readonly watch: BeatWatch;
  readonly history: AgentHistory;
  readonly answer: Answer<Agent>;
}

const STILL = "(prefers-reduced-motion: reduce)";

/** The beats as they arrive, like the trace of a heart, and in words. */
export function BeatTrace({ watch, history, answer }: BeatTraceProps) {
  const { clock, now, theme } = usePage();
  const canvas = useRef<HTMLCanvasElement>(null);
  const view = useRef<StripView>(undefined);
  const shown = useShown(watch, history, answer);
  const latest = useRef(shown);
  latest.current = shown;
  const isStill = useMedia(STILL).value;

  useEffect(() => {
    if (canvas.current === null) return;
    const strip = new StripView(clock, canvas.current, () => latest.current);
    view.current = strip;
    return () => strip.stop();
  }, [clock]);
  useEffect(() => view.current?.run(isStill), [clock, isStill]);
  // Another theme has other colours.
  useEffect(() => view.current?.paint(), [theme.value]);

  const agent = answer.kind === "known" ? answer.value : undefined;
  const listening = watch.listening.value;
  return (
    <section class="panel trace" aria-label="Beats">
      <div class="trace-head">
        <h2>Beats</h2>
        <p id="pulse" data-listening={listening}>
          {listening === "listening" || listening === "lost"
            ? pulseWords(watch.trace, agent, shown.pace, now.value.mono)
            : quiet[listening]}
        </p>
      </div>
      {listening !== "absent" && (
        <>
          <canvas
            ref={canvas}
            class="strip"
            role="img"
            aria-label="Trace of the beats"
            aria-describedby="pulse"
          />
          <GapsChart trace={watch.trace} pace={shown.pace} wallOffset={shown.wallOffset} />
        </>
      )}
    </section>
  );
}

const quiet: Readonly<Record<Exclude<Listening, "listening" | "lost">, string>> = {
  connecting: "Asking for the beats …",
  absent: "This server does not tell of single beats.",
};

/** What the strip shows, made anew when something that it is made of has changed. */
function useShown(watch: BeatWatch, history: AgentHistory, answer: Answer<Agent>): Shown {
  const { live, now } = usePage();
  const agent = useSignal<Agent | undefined>(undefined);
  if (answer.kind === "known") agent.value = answer.value;
  return useComputed((): Shown => {
    const known = agent.value;
    const offset = live.overview.value?.serverWallOffset;
    const wallOffset = offset ?? now.peek().wall - now.peek().mono;
    const { events } = history.history.value;
    return {
      trace: watch.trace,
      marks: marksOf(events, wallOffset),
      standings: standingsOf(events, wallOffset),
      state: known?.state ?? AgentState.UNSPECIFIED,
      pace: paceOf(known),
      isAwaited: known !== undefined && isAwaited(known),
      wallOffset,
    };
  }).value;
}

const awaitedStates: readonly AgentState[] = [AgentState.ALIVE, AgentState.SUSPECT];

const isAwaited = ({ state, paused }: Agent) => awaitedStates.includes(state) && !paused;

function paceOf(agent: Agent | undefined): Pace | undefined {
  const { interval, grace } = agent?.policy ?? {};
  if (interval === undefined || grace === undefined) return undefined;
  return { intervalMs: durationMs(interval), graceMs: durationMs(grace) };
}
