import type { Page } from "playwright-core";

export interface TextContrast {
  readonly part: string;
  readonly text: string;
  /** Ratio of luminances as WCAG 2 defines it, from 1 to 21. */
  readonly contrast: number;
}

const script = String.raw`(() => {
  const numbers = (text) => (text.match(/[\d.]+/g) ?? []).map(Number);
  const linear = (part) => (part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4);
  const luminance = ([r, g, b]) => 0.2126 * linear(r / 255) + 0.7152 * linear(g / 255) + 0.0722 * linear(b / 255);
  const over = ([r, g, b, a = 1], [x, y, z]) => [r * a + x * (1 - a), g * a + y * (1 - a), b * a + z * (1 - a)];
  const page = numbers(getComputedStyle(document.body).backgroundColor);
  const found = [];
  for (const host of document.querySelectorAll("#output > div > div")) {
    for (const part of host.shadowRoot.querySelectorAll("strong, span, p, dt, dd, summary, h3, button, ins, del, pre, text")) {
      // Signs are no text, and what is only spoken has no colour.
      if (part.textContent.trim() === "" || part.closest("[hidden], .spoken, [aria-hidden]")) continue;
      let back = page;
      const around = [];
      for (let node = part; node !== null; node = node.parentElement) around.unshift(node);
      for (const node of around) back = over(numbers(getComputedStyle(node).backgroundColor), back);
      const style = getComputedStyle(part);
      const ink = over(numbers(part.localName === "text" ? style.fill : style.color), back);
      const [light, dark] = [luminance(ink), luminance(back)].sort((a, b) => b - a);
      const name = part.localName + "." + (part.getAttribute("class") ?? "");
      found.push({ part: name, text: part.textContent.slice(0, 30), contrast: (light + 0.05) / (dark + 0.05) });
    }
  }
  return found;
})()`;

/** Contrast of all text in the outputs of a page with what is behind it. */
export function textContrasts(page: Page): Promise<TextContrast[]> {
  return page.evaluate<TextContrast[]>(script);
}
