import { LEAST_CONTRAST, standingOut, toldApart } from "../../src/run/charts/contrast.ts";
import { editorSeries, type Palette } from "../../src/run/charts/palette.ts";
import { element } from "../element.ts";

/** The editor's colours; where a theme leaves one out, the nearest that every theme has stands in. */
const colours = {
  ink: "var(--vscode-foreground)",
  quiet: "var(--vscode-descriptionForeground, var(--vscode-foreground))",
  // Not the border of panels: where contrast is high, that is as strong as the lines which the grid is only for.
  grid: "color-mix(in srgb, var(--vscode-foreground) 22%, transparent)",
  paper: "var(--vscode-editor-background)",
  line: "var(--vscode-charts-blue, var(--vscode-foreground))",
  accepted: "var(--vscode-charts-green, var(--vscode-foreground))",
  rejected: "var(--vscode-charts-red, var(--vscode-errorForeground, var(--vscode-foreground)))",
  local: "var(--vscode-charts-orange, var(--vscode-charts-yellow, var(--vscode-foreground)))",
  global: "var(--vscode-charts-blue, var(--vscode-foreground))",
} as const;

/** Where the system forces its own colours on a page, these are what lies behind charts and what is written on them. */
const forced = {
  ...colours,
  ink: "CanvasText",
  quiet: "CanvasText",
  paper: "Canvas",
  grid: "color-mix(in srgb, CanvasText 22%, Canvas)",
};

/** Whether the system forces its colours on the page, as it does with high contrast in Windows. */
const forcing = window.matchMedia("(forced-colors: active)");
/** Which colours those are goes with this. */
const dark = window.matchMedia("(prefers-color-scheme: dark)");

/**
 * The editor's colours of this moment, as `#rrggbb` on the page's background: a canvas knows no custom properties. Where a
 * theme's own are too faint to be made out, they are mixed with as much of its ink as it takes.
 */
export function pagePalette(): Palette {
  const probe = element("span", { hidden: true });
  // Else each of them would be read as the one that is forced.
  probe.style.forcedColorAdjust = "none";
  document.body.append(probe);
  const canvas = new OffscreenCanvas(1, 1);
  const pen = canvas.getContext("2d", { willReadFrequently: true });
  const computed = (colour: string): string => {
    probe.style.color = colour;
    return getComputedStyle(probe).color;
  };
  const wanted = forcing.matches ? forced : colours;
  const back = computed(wanted.paper);
  const plain = (colour: string): string => {
    if (pen === null) return computed(colour);
    for (const layer of [back, computed(colour)]) {
      pen.fillStyle = layer;
      pen.fillRect(0, 0, 1, 1);
    }
    const [red = 0, green = 0, blue = 0] = pen.getImageData(0, 0, 1, 1).data;
    return `#${[red, green, blue].map((channel) => channel.toString(16).padStart(2, "0")).join("")}`;
  };
  try {
    const paper = plain(wanted.paper);
    const base = { paper, ink: plain(wanted.ink) };
    const text = (colour: string) => standingOut(plain(colour), base, LEAST_CONTRAST.text);
    const graphics = (colour: string) => standingOut(plain(colour), base, LEAST_CONTRAST.graphics);
    return {
      ...base,
      quiet: text(wanted.quiet),
      grid: plain(wanted.grid),
      line: graphics(wanted.line),
      accepted: graphics(wanted.accepted),
      rejected: graphics(wanted.rejected),
      local: graphics(wanted.local),
      global: graphics(wanted.global),
      series: toldApart(
        editorSeries.map((name) => graphics(`var(--vscode-charts-${name}, var(--vscode-foreground))`)),
        base,
      ),
    };
  } finally {
    probe.remove();
  }
}

/**
 * Calls back whenever the editor has put another theme on the page, or the system its colours.
 * @returns ends it
 */
export function onThemeChange(changed: () => void): () => void {
  const observer = new MutationObserver(() => changed());
  observer.observe(document.documentElement, { attributes: true, attributeFilter: ["style", "class"] });
  observer.observe(document.body, { attributes: true, attributeFilter: ["class", "data-vscode-theme-id"] });
  for (const one of [forcing, dark]) one.addEventListener("change", changed);
  return () => {
    observer.disconnect();
    for (const one of [forcing, dark]) one.removeEventListener("change", changed);
  };
}
