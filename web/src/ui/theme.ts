import { computed, type ReadonlySignal, type Signal, signal } from "@preact/signals";

export type Theme = "light" | "dark";

const PLACE = "heartbeat-theme";

/** Dark and light: as the system has it, until somebody chooses. */
export class Themes {
  readonly theme: ReadonlySignal<Theme>;
  readonly #chosen: Signal<Theme | undefined>;
  readonly #storage: Storage;

  constructor(window: Window) {
    this.#storage = window.localStorage;
    const isDark = window.matchMedia("(prefers-color-scheme: dark)");
    const system: Signal<Theme> = signal(isDark.matches ? "dark" : "light");
    isDark.addEventListener("change", () => {
      system.value = isDark.matches ? "dark" : "light";
    });
    this.#chosen = signal(readTheme(this.#storage.getItem(PLACE)));
    this.theme = computed(() => this.#chosen.value ?? system.value);
    this.theme.subscribe((theme) => {
      window.document.documentElement.dataset.theme = theme;
    });
  }

  switch(): void {
    const theme = this.theme.peek() === "dark" ? "light" : "dark";
    this.#storage.setItem(PLACE, theme);
    this.#chosen.value = theme;
  }
}

const readTheme = (text: string | null): Theme | undefined =>
  text === "light" || text === "dark" ? text : undefined;
