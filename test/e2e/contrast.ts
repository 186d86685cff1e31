import type { Page } from "playwright-core";

/** A text that is hard to read. */
export interface ContrastFault {
  readonly text: string;
  /** Of foreground and background, from 1 (alike) to 21 (black on white), as WCAG 2 defines it. */
  readonly ratio: number;
  readonly foreground: string;
  readonly background: string;
}

/** Smallest ratios for text of normal size, and for signs that are no words (WCAG 2.2, 1.4.3 and 1.4.11, level AA). */
const SMALLEST = { words: 4.5, signs: 3 };

/** Runs in the frame of a notebook's outputs, on everything inside shadow roots: what our renderer has drawn. */
const measure = `((smallest) => {
  const parse = (color) => {
    const [r = 0, g = 0, b = 0, a = 1] = (color.match(/[\\d.]+/g) ?? []).map(Number);
    return color.startsWith("color(srgb") ? [r * 255, g * 255, b * 255, a] : [r, g, b, color === "transparent" ? 0 : a];
  };
  const over = ([r, g, b, a], below) => [r, g, b].map((value, i) => value * a + below[i] * (1 - a)).concat(1);
  const parentOf = (element) => element.parentElement ?? element.getRootNode().host;
  const backgroundOf = (element) => {
    const layers = [];
    for (let at = element; at; at = parentOf(at)) layers.push(parse(getComputedStyle(at).backgroundColor));
    // The frame is transparent; the editor lies below it.
    const editor = getComputedStyle(document.documentElement).getPropertyValue("--vscode-editor-background").trim();
    const probe = document.createElement("i");
    probe.style.color = editor || "white";
    document.body.append(probe);
    const base = parse(getComputedStyle(probe).color);
    probe.remove();
    return layers.reverse().reduce((below, layer) => over(layer, below), base);
  };
  const luminance = ([r, g, b]) => {
    const linear = (v) => (v / 255 <= 0.03928 ? v / 255 / 12.92 : ((v / 255 + 0.055) / 1.055) ** 2.4);
    return 0.2126 * linear(r) + 0.7152 * linear(g) + 0.0722 * linear(b);
  };
  const faults = [];
  let texts = 0;
  const visit = (root) => {
    for (const element of root.querySelectorAll("*")) {
      if (element.shadowRoot) visit(element.shadowRoot);
      if (root === document || element.localName === "style") continue;
      const text = [...element.childNodes].filter((node) => node.nodeType === 3).map((node) => node.data).join("").trim();
      if (text === "" || element.getClientRects().length === 0) continue;
      texts++;
      const style = getComputedStyle(element);
      const background = backgroundOf(element);
      const foreground = over(parse(element instanceof SVGElement ? style.fill : style.color), background);
      const [light, dark] = [luminance(foreground), luminance(background)].sort((a, b) => b - a);
      const ratio = (light + 0.05) / (dark + 0.05);
      if (ratio < (/[\\p{L}\\p{N}]/u.test(text) ? smallest.words : smallest.signs)) faults.push({ text, ratio, foreground: String(foreground), background: String(background) });
    }
  };
  visit(document);
  return { texts, faults };
})(${JSON.stringify(SMALLEST)})`;

/** Looks at every text that our renderer shows. @throws Error when it shows none */
export async function contrastFaults(page: Page): Promise<readonly ContrastFault[]> {
  const frames = page.frames().filter((frame) => frame.url().includes("/webview/browser/pre/fake.html"));
  const found = await Promise.all(
    frames.map((frame) => frame.evaluate<{ texts: number; faults: readonly ContrastFault[] }>(measure)),
  );
  if (found.every(({ texts }) => texts === 0)) throw new Error("The renderer shows no text.");
  return found.flatMap(({ faults }) => faults);
}
