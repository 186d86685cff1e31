import type { Page } from "playwright-core";

/**
 * Listens to the pens of all charts. Of text it notes what lies behind it when it is written, and whether it has room; of
 * shapes the stronger of filling and outline. Tints are left out, which have an edge or a line of their own beside them,
 * as are the hairlines of a grid, and what is drawn with paper.
 */
const script = `(() => {
  globalThis.drawn = [];
  const proto = CanvasRenderingContext2D.prototype;
  const TINT = 0.35;
  const paper = () => handles.over(getComputedStyle(document.body).backgroundColor, [255, 255, 255]);
  const grid = () => {
    const ink = getComputedStyle(document.body).color;
    return handles.over("color-mix(in srgb, " + ink + " 22%, transparent)", paper());
  };
  const figureOf = (context) => (context.canvas instanceof HTMLCanvasElement ? context.canvas.closest("figure") : null);
  let shape;
  const { beginPath, fill, stroke, fillText } = proto;
  proto.beginPath = function () {
    shape = undefined;
    return beginPath.call(this);
  };
  for (const [kind, draw] of [["fill", fill], ["stroke", stroke]]) {
    proto[kind] = function (...given) {
      const figure = figureOf(this);
      const style = kind === "fill" ? this.fillStyle : this.strokeStyle;
      if (figure !== null && typeof style === "string" && !(kind === "fill" && this.globalAlpha <= TINT) && !style.endsWith(", 0)")) {
        const colour = handles.over(style, paper(), this.globalAlpha);
        const isNothing = colour.join() === paper().join() || (this.lineWidth <= 1 && colour.every((part, at) => Math.abs(part - grid()[at]) <= 2));
        const one = { chart: figure.querySelector("h3").textContent, what: style + " " + this.globalAlpha.toFixed(2), contrast: handles.contrast(colour, paper()), least: 3 };
        if (shape === undefined && !isNothing) { shape = one; drawn.push(one); }
        else if (shape !== undefined && one.contrast > shape.contrast) Object.assign(shape, one);
        else if (shape === undefined) shape = { contrast: 0 };
      }
      return draw.apply(this, given);
    };
  }
  proto.fillText = function (text, x, y, ...given) {
    const figure = figureOf(this);
    if (figure !== null && typeof this.fillStyle === "string") {
      const turn = this.getTransform();
      const isTurned = Math.abs(turn.b) > 0.1;
      const width = this.measureText(text).width * Math.hypot(turn.a, turn.b);
      const at = turn.a * x + turn.c * y + turn.e;
      const left = at - (isTurned || this.textAlign === "left" || this.textAlign === "start" ? 0 : this.textAlign === "center" ? width / 2 : width);
      const top = turn.b * x + turn.d * y + turn.f;
      const page = paper();
      const { data } = this.getImageData(Math.max(0, Math.round(left)), Math.max(0, Math.round(top) - 2), isTurned ? 1 : Math.max(1, Math.round(width)), 4);
      const counts = new Map();
      for (let index = 0; index < data.length; index += 4) {
        const alpha = data[index + 3] / 255;
        const colour = [0, 1, 2].map((part) => Math.round(data[index + part] * alpha + page[part] * (1 - alpha))).join();
        counts.set(colour, (counts.get(colour) ?? 0) + 1);
      }
      const back = [...counts].sort(([, a], [, b]) => b - a)[0][0].split(",").map(Number);
      const isCut = !isTurned && (left < -1 || left + width > this.canvas.width + 1);
      const contrast = handles.contrast(handles.over(this.fillStyle, back, this.globalAlpha), back);
      drawn.push({ chart: figure.querySelector("h3").textContent, what: text + (isCut ? " (cut)" : ""), contrast: isCut ? 0 : contrast, least: 4.5 });
    }
    return fillText.call(this, text, x, y, ...given);
  };
})()`;

/** From now on, what charts draw is noted. After `readHandles`. */
export async function noteDrawing(page: Page): Promise<void> {
  await page.evaluate(script);
}

/** Texts and shapes that were drawn since the last time and do not stand out from what is behind them. */
export function faintDrawing(page: Page): Promise<string[]> {
  return page.evaluate<string[]>(`[...new Set(drawn.splice(0).filter(({ contrast, least }) => contrast < least)
    .map(({ chart, what, contrast }) => chart + ": " + what + " has " + contrast.toFixed(2)))]`);
}
