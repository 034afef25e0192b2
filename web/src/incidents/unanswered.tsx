import type { Answer } from "../data/asking.ts";

export interface UnansweredProps {
  readonly answer: Exclude<Answer<unknown>, { kind: "known" }>;
  readonly what: string;
}

/** In place of what the server has not told, or does not tell. */
export const Unanswered = ({ answer, what }: UnansweredProps) => (
  <p class="hint">
    {answer.kind === "asking"
      ? `Asking for the ${what} …`
      : `No ${what}: ${answer.error.rawMessage}.`}
  </p>
);
