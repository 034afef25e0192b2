import type { Page } from "playwright-core";

type Token = "--alive" | "--suspect" | "--down";

/** How many points of a canvas, an agent's trace if no other is named, have the colour of a state. */
export function painted(page: Page, token: Token, selector = "canvas.strip"): Promise<number> {
  return page.evaluate(
    ([name, selector]) => {
      const canvas = document.querySelector<HTMLCanvasElement>(selector);
      const context = canvas?.getContext("2d");
      if (!canvas || !context || canvas.width === 0) return 0;
      const colour = getComputedStyle(document.documentElement).getPropertyValue(name).trim();
      const [red, green, blue] = [1, 3, 5].map((at) =>
        Number.parseInt(colour.slice(at, at + 2), 16),
      );
      const { data } = context.getImageData(0, 0, canvas.width, canvas.height);
      let count = 0;
      for (let at = 0; at < data.length; at += 4) {
        const isIt = data[at] === red && data[at + 1] === green && data[at + 2] === blue;
        if (isIt && data[at + 3] === 255) count++;
      }
      return count;
    },
    [token, selector] as const,
  );
}
