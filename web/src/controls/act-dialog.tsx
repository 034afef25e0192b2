import type { CallOptions } from "@connectrpc/connect";
import { useSignal } from "@preact/signals";
import type { ComponentChildren } from "preact";
import { Dialog } from "../ui/dialog.tsx";
import { type Refusal, refusalOf } from "./refusal.ts";

export interface ActDialogProps extends ActFormProps {
  readonly title: string;
  readonly isOpen: boolean;
}

/** A dialog that asks before something is done, and says why if it was not. */
export function ActDialog({ title, isOpen, ...form }: ActDialogProps) {
  return (
    <Dialog title={title} isOpen={isOpen} onClose={form.onClose}>
      <ActForm {...form} />
    </Dialog>
  );
}

interface ActFormProps {
  /** What is done, as the button says it: "Pause". */
  readonly verb: string;
  readonly isDangerous?: boolean;
  readonly children: ComponentChildren;
  onClose(): void;
  /** Does it. Resolves with a sentence that says what was done, or with why it was not. */
  act(options: CallOptions): Promise<string | Refusal>;
  onDone(done: string): void;
}

type Acting =
  | { readonly kind: "idle" }
  | { readonly kind: "busy" }
  | { readonly kind: "refused"; readonly refusal: Refusal };

const ANSWER_WITHIN_MS = 10_000;

/** A form of its own for each opening: what was refused before is forgotten. */
function ActForm({ verb, isDangerous, children, onClose, act, onDone }: ActFormProps) {
  const acting = useSignal<Acting>({ kind: "idle" });
  const isBusy = acting.value.kind === "busy";
  const onSubmit = async (event: Event) => {
    event.preventDefault();
    // Enter may come twice before the button is drawn as busy.
    if (acting.peek().kind === "busy") return;
    acting.value = { kind: "busy" };
    try {
      const done = await act({ timeoutMs: ANSWER_WITHIN_MS });
      if (typeof done !== "string") {
        acting.value = { kind: "refused", refusal: done };
        return;
      }
      onDone(done);
      onClose();
    } catch (error) {
      acting.value = { kind: "refused", refusal: refusalOf(error) };
    }
  };
  return (
    <form onSubmit={onSubmit} aria-busy={isBusy}>
      {children}
      <div role="alert">
        {acting.value.kind === "refused" && <Refused refusal={acting.value.refusal} />}
      </div>
      <div class="dialog-buttons">
        <button type="button" onClick={onClose}>
          {isBusy ? "Close" : "Leave it"}
        </button>
        <button type="submit" class={isDangerous ? "danger" : "primary"} disabled={isBusy}>
          {isBusy ? `${verb} …` : verb}
        </button>
      </div>
    </form>
  );
}

function Refused({ refusal: { meaning, words } }: { refusal: Refusal }) {
  return (
    <p class="refusal">
      <strong>{meaning}</strong>
      {words !== "" && <span>{words}</span>}
    </p>
  );
}
