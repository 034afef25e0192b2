import type { Signal } from "@preact/signals";
import { states, stateWord } from "../view/view.ts";
import { Dialog } from "./dialog.tsx";
import { StateMark } from "./state-mark.tsx";

const keys: readonly (readonly [string, string])[] = [
  ["/", "search for a part of an id"],
  ["Tab", "to the wall or list, and on"],
  ["arrows, Home, End, PageUp, PageDown", "move from agent to agent"],
  ["Enter", "everything about that agent"],
  ["p, s, u", "on an agent's page: pause or resume, silence, unregister"],
  ["Escape", "leave a dialog or the search"],
  ["t", "dark or light"],
  ["?", "this help"],
];

const meanings: Readonly<Record<string, string>> = {
  DOWN: "given up: too many missed beats, too long a silence, or its own word",
  SUSPECT: "at least one missed beat; held: kept from DOWN by protection",
  EXPECTED: "registered, and not heard from yet",
  ALIVE: "no missed beat",
  LEFT: "gone by its own or an operator's wish",
};

/** The keys, and what each colour and mark means. */
export function Help({ isOpen }: { isOpen: Signal<boolean> }) {
  const onClose = () => {
    isOpen.value = false;
  };
  return (
    <Dialog title="Keys and colours" isOpen={isOpen.value} onClose={onClose}>
      <dl class="help">
        {keys.map(([key, meaning]) => (
          <div key={key}>
            <dt>
              {key.split(", ").map((one) => (
                <kbd key={one}>{one}</kbd>
              ))}
            </dt>
            <dd>{meaning}</dd>
          </div>
        ))}
        {states.map((state) => (
          <div key={state}>
            <dt>
              <StateMark state={state} />
            </dt>
            <dd>{meanings[stateWord(state)]}</dd>
          </div>
        ))}
      </dl>
      <div class="dialog-buttons">
        <button type="button" onClick={onClose}>
          Close
        </button>
      </div>
    </Dialog>
  );
}
