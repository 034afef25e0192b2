/** What a person pressed: a character, or the name of a key that has none. */
export type Key =
  | { readonly kind: "character"; readonly character: string }
  | { readonly kind: NamedKey };

export type NamedKey =
  | "up"
  | "down"
  | "pageUp"
  | "pageDown"
  | "home"
  | "end"
  | "enter"
  | "escape"
  | "backspace"
  | "interrupt"
  | "suspend";

/** What terminals send, in their several dialects. */
const sequences: Readonly<Record<string, NamedKey>> = {
  "\u001b[A": "up",
  "\u001bOA": "up",
  "\u001b[B": "down",
  "\u001bOB": "down",
  "\u001b[5~": "pageUp",
  "\u001b[6~": "pageDown",
  "\u001b[H": "home",
  "\u001bOH": "home",
  "\u001b[1~": "home",
  "\u001b[7~": "home",
  "\u001b[F": "end",
  "\u001bOF": "end",
  "\u001b[4~": "end",
  "\u001b[8~": "end",
  "\r": "enter",
  "\n": "enter",
  "\u001b": "escape",
  "\u007f": "backspace",
  "\b": "backspace",
  "\u0003": "interrupt",
  "\u001a": "suspend",
};

/** One key: a sequence that begins with escape, or else a character. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: escape is what sequences begin with
const oneKey = /\u001b(?:\[[0-9;?]*[@-~]|O[@-~])|[\s\S]/gu;

/** The keys of what a terminal sent at once. What has no meaning here is left out. */
export function keysOf(text: string): Key[] {
  return [...text.matchAll(oneKey)].flatMap(([pressed]): Key[] => {
    const kind = sequences[pressed];
    if (kind !== undefined) return [{ kind }];
    // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is left out
    return /^[\u0000-\u001f\u007f-\u009f]/.test(pressed)
      ? []
      : [{ kind: "character", character: pressed }];
  });
}
