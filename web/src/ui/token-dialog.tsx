import { useSignal } from "@preact/signals";
import { usePage } from "../page.ts";
import { Dialog } from "./dialog.tsx";

/** Asks for a token when the server wants one. It is kept for this tab alone. */
export function TokenDialog() {
  const { live, tokens } = usePage();
  const text = useSignal("");
  const link = live.link.value;
  const isWaved = useSignal(false);
  if (link.kind === "live") isWaved.value = false;
  const onSubmit = (event: Event) => {
    event.preventDefault();
    tokens.set(text.value.trim());
    text.value = "";
    live.restart();
  };
  return (
    <Dialog
      title="This server asks for a token"
      isOpen={link.kind === "refused" && !isWaved.value}
      onClose={() => {
        isWaved.value = true;
      }}
    >
      <form onSubmit={onSubmit}>
        <p>{link.kind === "refused" ? link.why : ""}</p>
        <label for="token">Token, as made by `heartbeat token`</label>
        <input
          id="token"
          type="password"
          autocomplete="off"
          required
          value={text.value}
          onInput={(event) => {
            text.value = event.currentTarget.value;
          }}
        />
        <p class="hint">
          It is kept in this tab until it is closed, and sent to this server alone.
        </p>
        <div class="dialog-buttons">
          <button type="submit" class="primary">
            Use it
          </button>
        </div>
      </form>
    </Dialog>
  );
}
