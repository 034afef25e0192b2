import { useEffect, useRef } from "preact/hooks";
import uPlot from "uplot";
import "uplot/dist/uPlot.min.css";
import { usePage } from "../page.ts";
import { clockTime } from "../ui/words.ts";
import { jitters } from "./jitter.ts";
import { longestGap, type Pace } from "./strip.ts";
import type { Trace } from "./trace.ts";

export interface GapsChartProps {
  readonly trace: Trace;
  readonly pace: Pace | undefined;
  readonly wallOffset: number;
}

const HEIGHT = 150;

/** The time between beats, and how much it varies. */
export function GapsChart({ trace, pace, wallOffset }: GapsChartProps) {
  const { now, theme } = usePage();
  const place = useRef<HTMLDivElement>(null);
  const chart = useRef<uPlot>(undefined);
  useEffect(() => {
    const element = place.current;
    if (element === null) return;
    const made = new uPlot(optionsOf(element), seriesOf(trace, pace, wallOffset), element);
    chart.current = made;
    const sizes = new ResizeObserver(() => {
      made.setSize({ width: element.clientWidth, height: HEIGHT });
    });
    sizes.observe(element);
    return () => {
      sizes.disconnect();
      made.destroy();
    };
  }, [trace, theme.value]);
  // Once a second is as often as anybody reads a curve.
  useEffect(() => chart.current?.setData(seriesOf(trace, pace, wallOffset)), [trace, now.value]);
  return (
    <figure class="gaps">
      <figcaption>
        <span class="key is-gap">gap between beats</span>
        <span class="key is-jitter">jitter</span>
        <span class="hint">ms</span>
      </figcaption>
      <div ref={place} class="gaps-chart" aria-hidden="true" />
    </figure>
  );
}

/** How many beats a curve shows: more than a screen has pixels for are no curve. */
const SHOWN = 240;

/** By the server's wall clock, in seconds. */
export function seriesOf(
  { arrivals }: Trace,
  pace: Pace | undefined,
  wallOffset: number,
): uPlot.AlignedData {
  const shown = arrivals.slice(-SHOWN);
  // A gap that is not known breaks the curve.
  const gaps = shown.map(({ gapMs }) => gapMs ?? null);
  const times = shown.map(({ at }) => (at + wallOffset) / 1_000);
  return [times, gaps, jitters(gaps, longestGap(pace))];
}

function optionsOf(element: HTMLElement): uPlot.Options {
  const style = getComputedStyle(element);
  const colour = (name: string) => style.getPropertyValue(`--${name}`).trim();
  const font = `11px ${style.fontFamily}`;
  const axis: uPlot.Axis = {
    font,
    stroke: colour("text-soft"),
    grid: { stroke: colour("line"), width: 1 },
    ticks: { show: false },
  };
  return {
    width: element.clientWidth,
    height: HEIGHT,
    legend: { show: false },
    cursor: { show: false },
    scales: { gap: { range: fromZero }, jitter: { range: fromZero } },
    axes: [
      {
        ...axis,
        size: 24,
        space: 96,
        values: (_, seconds) => seconds.map((at) => clockTime(at * 1_000)),
      },
      { ...axis, scale: "gap", size: 56, space: 28 },
      { ...axis, scale: "jitter", side: 1, size: 48, space: 28, grid: { show: false } },
    ],
    series: [
      {},
      { scale: "gap", stroke: colour("alive-text"), width: 1.5, points: { size: 4 } },
      {
        scale: "jitter",
        stroke: colour("accent"),
        width: 1.5,
        dash: [4, 3],
        points: { show: false },
      },
    ],
  };
}

/** A curve that begins at zero shows how much a deviation is of the whole. */
const fromZero = (_: uPlot, __: number, most: number): uPlot.Range.MinMax => [
  0,
  Math.max(1, (most || 0) * 1.15),
];
