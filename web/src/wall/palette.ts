import { AgentState } from "../../../gen/typescript/heartbeat/v1/heartbeat_pb.js";
import { stateClass } from "../ui/state-mark.tsx";
import { states } from "../view/view.ts";

/** What a canvas paints with; the sheets have the colours. */
export interface Palette {
  readonly text: string;
  readonly textSoft: string;
  readonly ground: string;
  readonly font: string;
  ofState(state: AgentState): StateColours;
}

export interface StateColours {
  readonly fill: string;
  /** On the fill. */
  readonly ink: string;
  /** Behind a name, and the name. */
  readonly soft: string;
  readonly text: string;
}

/** Reads the colours of the theme that is on. */
export function readPalette(element: Element): Palette {
  const style = getComputedStyle(element);
  const read = (name: string) => style.getPropertyValue(`--${name}`).trim();
  const ofStates = new Map(
    states.map((state) => {
      const name = stateClass(state);
      const [fill, ink, soft, text] = ["", "-ink", "-soft", "-text"].map((end) => read(name + end));
      return [state, { fill, ink, soft, text } as StateColours];
    }),
  );
  const left = ofStates.get(AgentState.LEFT) as StateColours;
  return {
    text: read("text"),
    textSoft: read("text-soft"),
    ground: read("ground"),
    font: style.fontFamily,
    ofState: (state) => ofStates.get(state) ?? left,
  };
}
