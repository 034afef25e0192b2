import { type ReadonlySignal, useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";

/** Whether a media query holds, kept up to date. */
export function useMedia(query: string): ReadonlySignal<boolean> {
  const matches = useSignal(window.matchMedia(query).matches);
  useEffect(() => {
    const list = window.matchMedia(query);
    const follow = () => {
      matches.value = list.matches;
    };
    follow();
    list.addEventListener("change", follow);
    return () => list.removeEventListener("change", follow);
  }, [query, matches]);
  return matches;
}
