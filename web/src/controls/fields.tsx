import type { Signal } from "@preact/signals";
import { useId } from "preact/hooks";

/** How long something lasts, as it is being written. */
export interface Lasting {
  readonly amount: string;
  readonly unit: Unit;
}

const units = { minutes: 60_000, hours: 3_600_000, days: 86_400_000 } as const;
type Unit = keyof typeof units;
const names = Object.keys(units) as Unit[];

export const lastingMs = ({ amount, unit }: Lasting): number => Number(amount) * units[unit];

/** For how long: a number and its unit. */
export function LastingField({ label, lasting }: { label: string; lasting: Signal<Lasting> }) {
  const id = useId();
  const set = (change: Partial<Lasting>) => {
    lasting.value = { ...lasting.peek(), ...change };
  };
  return (
    <>
      <label for={id}>{label}</label>
      <span class="lasting">
        <input
          id={id}
          type="number"
          inputMode="decimal"
          min="0"
          step="any"
          required
          value={lasting.value.amount}
          onInput={(event) => set({ amount: event.currentTarget.value })}
        />
        <select
          aria-label="Unit"
          value={lasting.value.unit}
          onChange={(event) => set({ unit: event.currentTarget.value as Unit })}
        >
          {names.map((name) => (
            <option key={name} value={name}>
              {name}
            </option>
          ))}
        </select>
      </span>
    </>
  );
}

export interface TextFieldProps {
  readonly label: string;
  readonly text: Signal<string>;
  readonly hint?: string;
}

export function TextField({ label, text, hint }: TextFieldProps) {
  const id = useId();
  return (
    <>
      <label for={id}>{label}</label>
      <input
        id={id}
        type="text"
        autocomplete="off"
        spellcheck={false}
        aria-describedby={hint && `${id}-hint`}
        value={text.value}
        onInput={(event) => {
          text.value = event.currentTarget.value;
        }}
      />
      {hint && (
        <p id={`${id}-hint`} class="hint">
          {hint}
        </p>
      )}
    </>
  );
}

/** Why, for whoever looks later. */
export const ReasonField = ({ text }: { text: Signal<string> }) => (
  <TextField label="Why (for whoever looks later)" text={text} />
);
