import { getComments } from "@bufbuild/protoplugin";

/** The comment of something in the contract, as one text: its lines were broken for a screen. */
export function comment(desc) {
  const { leading, trailing } = getComments(desc);
  const paragraphs = `${leading ?? ""}\n\n${trailing ?? ""}`.trim().split(/\n\s*\n/);
  return paragraphs.map((text) => text.trim().replaceAll(/\s*\n\s*/g, " ")).join("\n\n");
}

/** What a text says first, without the full stop. */
export function firstSentence(text) {
  return (/^.+?(?=[.:;]\s|\.$|$)/.exec(text) ?? [""])[0];
}
