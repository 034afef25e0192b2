import { useSignal } from "@preact/signals";
import { usePage } from "../page.ts";
import { StateMark, stateClass } from "../ui/state-mark.tsx";
import type { Arrangement } from "../view/arrange.ts";
import { isNarrowed, type Order, orders, states, stateWord, wholeView } from "../view/view.ts";

const orderWords: Readonly<Record<Order, string>> = {
  worst: "worst first",
  name: "by name",
  type: "by type",
  organization: "by organization",
};

/** What is chosen of the fleet, and how many are in which state. */
export function Toolbar({ arrangement, isList }: { arrangement: Arrangement; isList: boolean }) {
  const { view, choose } = usePage();
  const { search, type, organization, order } = view.value;
  return (
    <search class="toolbar" aria-label="Agents">
      <StateChips arrangement={arrangement} />
      <div class="toolbar-row">
        <input
          id="search"
          type="search"
          aria-label="Search for a part of an id"
          placeholder="Search ids  ( / )"
          value={search}
          onInput={(event) => choose({ search: event.currentTarget.value })}
          onKeyDown={(event) => {
            if (event.key === "Escape") event.currentTarget.blur();
          }}
        />
        <Choice
          label="Type"
          all="all types"
          value={type}
          choices={arrangement.types}
          onChoose={(value) => choose({ type: value })}
        />
        <Choice
          label="Organization"
          all="all organizations"
          value={organization}
          choices={arrangement.organizations}
          onChoose={(value) => choose({ organization: value })}
        />
        <LabelFilter />
        <span class="toolbar-end">
          <select
            aria-label="Order"
            value={order}
            onChange={(event) =>
              choose({
                order: orders.find((one) => one === event.currentTarget.value) ?? wholeView.order,
              })
            }
          >
            {orders.map((one) => (
              <option key={one} value={one}>
                {orderWords[one]}
              </option>
            ))}
          </select>
          <fieldset class="forms">
            <legend class="unseen">Form</legend>
            <button type="button" aria-pressed={!isList} onClick={() => choose({ form: "wall" })}>
              Wall
            </button>
            <button type="button" aria-pressed={isList} onClick={() => choose({ form: "list" })}>
              List
            </button>
          </fieldset>
        </span>
      </div>
      {isNarrowed(view.value) && <Narrowed arrangement={arrangement} />}
    </search>
  );
}

function StateChips({ arrangement: { counts, all } }: { arrangement: Arrangement }) {
  const { view, choose } = usePage();
  const chosen = view.value.states;
  return (
    <div class="chips">
      <h1 class="chips-all">
        {all.toLocaleString("en-US")} {all === 1 ? "agent" : "agents"}
      </h1>
      {states.map((state) => {
        const isChosen = chosen.includes(state);
        const count = counts.get(state) ?? 0;
        const isEmpty = count === 0 && !isChosen;
        const next = isChosen ? chosen.filter((one) => one !== state) : [...chosen, state];
        return (
          <button
            key={state}
            type="button"
            class={`chip is-${stateClass(state)}${isEmpty ? " is-empty" : ""}`}
            aria-pressed={isChosen}
            data-state={stateWord(state)}
            onClick={() => choose({ states: states.filter((one) => next.includes(one)) })}
          >
            <StateMark state={state} />
            <span class="count">{count.toLocaleString("en-US")}</span>
          </button>
        );
      })}
    </div>
  );
}

interface ChoiceProps {
  readonly label: string;
  readonly all: string;
  readonly value: string;
  readonly choices: readonly string[];
  onChoose(value: string): void;
}

/** One of what there is; nothing to choose where there is but one. */
function Choice({ label, all, value, choices, onChoose }: ChoiceProps) {
  if (choices.length < 2 && value === "") return null;
  const known = value === "" || choices.includes(value) ? choices : [value, ...choices];
  return (
    <select
      aria-label={label}
      value={value}
      onChange={(event) => onChoose(event.currentTarget.value)}
    >
      <option value="">{all}</option>
      {known.map((choice) => (
        <option key={choice} value={choice}>
          {choice}
        </option>
      ))}
    </select>
  );
}

/** A label that agents must carry: with a value, or with any. */
function LabelFilter() {
  const { view, choose } = usePage();
  const text = useSignal("");
  const onSubmit = (event: Event) => {
    event.preventDefault();
    const label = text.value.trim();
    text.value = "";
    if (label === "" || view.value.labels.includes(label)) return;
    choose({ labels: [...view.value.labels, label] });
  };
  return (
    <form onSubmit={onSubmit}>
      <input
        class="label-filter"
        aria-label="Label that agents must carry, as key=value"
        placeholder="label: key=value ⏎"
        value={text.value}
        onInput={(event) => {
          text.value = event.currentTarget.value;
        }}
      />
    </form>
  );
}

function Narrowed({ arrangement: { wanted, all } }: { arrangement: Arrangement }) {
  const { view, choose } = usePage();
  const { labels, order, form, sort } = view.value;
  return (
    <p class="narrowed">
      <span role="status">
        {wanted.toLocaleString("en-US")} of {all.toLocaleString("en-US")}
      </span>
      {labels.map((label) => (
        <button
          key={label}
          type="button"
          class="label-chip"
          onClick={() => choose({ labels: labels.filter((one) => one !== label) })}
        >
          {label} <span aria-hidden="true">×</span>
          <span class="unseen">, remove</span>
        </button>
      ))}
      <button
        type="button"
        class="quiet"
        onClick={() => choose({ ...wholeView, order, form, sort })}
      >
        Show all
      </button>
    </p>
  );
}
