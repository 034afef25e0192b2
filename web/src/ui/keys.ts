import { useEffect } from "preact/hooks";
import type { Page } from "../page.ts";

/** The keys that work everywhere, as the help lists them. */
export function useKeys({ themes }: Page, onHelp: () => void): void {
  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      if (event.ctrlKey || event.metaKey || event.altKey || isTyping(event.target)) return;
      const act = { "/": toSearch, "?": onHelp, t: () => themes.switch() }[event.key];
      if (act === undefined || document.querySelector("dialog[open]") !== null) return;
      event.preventDefault();
      act();
    };
    document.addEventListener("keydown", onKey);
    return () => document.removeEventListener("keydown", onKey);
  }, [themes, onHelp]);
}

function toSearch(): void {
  const search = document.getElementById("search");
  if (search instanceof HTMLInputElement) search.select();
}

export const isTyping = (target: EventTarget | null): boolean =>
  target instanceof HTMLElement && target.closest("input, textarea, select") !== null;
