import { AgentState, AgentStateSchema } from "../../../gen/typescript/heartbeat/v1/heartbeat_pb.js";
import { word } from "../../../src/cli/words.ts";

/** What a person has chosen to see of the fleet. All of it is in the URL, so that a view can be shared. */
export interface View {
  /** A part of an id. */
  readonly search: string;
  /** Empty: any. */
  readonly states: readonly AgentState[];
  readonly type: string;
  readonly organization: string;
  /** As "key=value", all of which an agent must carry; "key" alone is any value. */
  readonly labels: readonly string[];
  readonly order: Order;
  readonly form: Form;
  /** The list's column, with "-" before it when reversed; empty: as `order` says. */
  readonly sort: string;
}

export const orders = ["worst", "name", "type", "organization"] as const;
/** Worst first, by name, or in groups. */
export type Order = (typeof orders)[number];

export const forms = ["auto", "wall", "list"] as const;
/** "auto" is a list where there is room for nothing else. */
export type Form = (typeof forms)[number];

export const wholeView: View = {
  search: "",
  states: [],
  type: "",
  organization: "",
  labels: [],
  order: "worst",
  form: "auto",
  sort: "",
};

/** The states in the order of their urgency, and their words. */
export const states: readonly AgentState[] = [
  AgentState.DOWN,
  AgentState.SUSPECT,
  AgentState.EXPECTED,
  AgentState.ALIVE,
  AgentState.LEFT,
];

export const stateWord = (state: AgentState): string => word(AgentStateSchema, state);

/** Whether it leaves anybody out. */
export const isNarrowed = ({ search, states, type, organization, labels }: View): boolean =>
  search !== "" || states.length > 0 || type !== "" || organization !== "" || labels.length > 0;

/** As a URL says it; what is as usual is left out. */
export function toQuery(view: View): string {
  const query = new URLSearchParams();
  const set = (name: string, value: string, usual: string) => {
    if (value !== usual) query.set(name, value);
  };
  set("search", view.search, "");
  set("state", view.states.map(stateWord).join(","), "");
  set("type", view.type, "");
  set("organization", view.organization, "");
  for (const label of view.labels) query.append("label", label);
  set("order", view.order, wholeView.order);
  set("form", view.form, wholeView.form);
  set("sort", view.sort, "");
  return query.toString();
}

/** What a URL says; whatever makes no sense in it is as usual. */
export function fromQuery(text: string): View {
  const query = new URLSearchParams(text);
  const words = (query.get("state") ?? "").toUpperCase().split(",");
  const one = <Value extends string>(name: string, known: readonly Value[], usual: Value): Value =>
    known.find((value) => value === query.get(name)) ?? usual;
  return {
    search: query.get("search") ?? "",
    states: states.filter((state) => words.includes(stateWord(state))),
    type: query.get("type") ?? "",
    organization: query.get("organization") ?? "",
    labels: query.getAll("label").filter((label) => label !== ""),
    order: one("order", orders, wholeView.order),
    form: one("form", forms, wholeView.form),
    sort: query.get("sort") ?? "",
  };
}
