import type { Page } from "playwright-core";

/** How many points of the trace on the screen have the colour of a state. */
export function painted(page: Page, token: "--alive" | "--suspect" | "--down"): Promise<number> {
  return page.evaluate((name) => {
    const canvas = document.querySelector<HTMLCanvasElement>("canvas.strip");
    const context = canvas?.getContext("2d");
    if (!canvas || !context || canvas.width === 0) return 0;
    const colour = getComputedStyle(document.documentElement).getPropertyValue(name).trim();
    const [red, green, blue] = [1, 3, 5].map((at) => Number.parseInt(colour.slice(at, at + 2), 16));
    const { data } = context.getImageData(0, 0, canvas.width, canvas.height);
    let count = 0;
    for (let at = 0; at < data.length; at += 4) {
      const isIt = data[at] === red && data[at + 1] === green && data[at + 2] === blue;
      if (isIt && data[at + 3] === 255) count++;
    }
    return count;
  }, token);
}
