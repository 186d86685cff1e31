import type { Palette } from "../../src/run/charts/palette.ts";
import { element } from "../element.ts";

/** The editor's colours; where a theme leaves one out, the nearest that every theme has stands in. */
const colours = {
  ink: "var(--vscode-foreground)",
  quiet: "var(--vscode-descriptionForeground, var(--vscode-foreground))",
  grid: "var(--vscode-panel-border, color-mix(in srgb, var(--vscode-foreground) 25%, transparent))",
  paper: "var(--vscode-editor-background)",
  line: "var(--vscode-charts-blue, var(--vscode-foreground))",
  accepted: "var(--vscode-charts-green, var(--vscode-foreground))",
  rejected: "var(--vscode-charts-red, var(--vscode-errorForeground, var(--vscode-foreground)))",
  local: "var(--vscode-charts-orange, var(--vscode-charts-yellow, var(--vscode-foreground)))",
  global: "var(--vscode-charts-blue, var(--vscode-foreground))",
} as const;
const seriesColours = ["blue", "orange", "green", "purple", "red", "yellow"] as const;

/** The editor's colours of this moment, as `#rrggbb` on the page's background: a canvas knows no custom properties. */
export function pagePalette(): Palette {
  const probe = element("span", { hidden: true });
  document.body.append(probe);
  const canvas = new OffscreenCanvas(1, 1);
  const pen = canvas.getContext("2d", { willReadFrequently: true });
  const computed = (colour: string): string => {
    probe.style.color = colour;
    return getComputedStyle(probe).color;
  };
  const paper = computed(colours.paper);
  const plain = (colour: string): string => {
    if (pen === null) return computed(colour);
    for (const layer of [paper, computed(colour)]) {
      pen.fillStyle = layer;
      pen.fillRect(0, 0, 1, 1);
    }
    const [red = 0, green = 0, blue = 0] = pen.getImageData(0, 0, 1, 1).data;
    return `#${[red, green, blue].map((channel) => channel.toString(16).padStart(2, "0")).join("")}`;
  };
  try {
    return {
      ink: plain(colours.ink),
      quiet: plain(colours.quiet),
      grid: plain(colours.grid),
      paper: plain(colours.paper),
      line: plain(colours.line),
      accepted: plain(colours.accepted),
      rejected: plain(colours.rejected),
      local: plain(colours.local),
      global: plain(colours.global),
      series: seriesColours.map((name) => plain(`var(--vscode-charts-${name}, var(--vscode-foreground))`)),
    };
  } finally {
    probe.remove();
  }
}

/**
 * Calls back whenever the editor has put another theme on the page.
 * @returns ends it
 */
export function onThemeChange(changed: () => void): () => void {
  const observer = new MutationObserver(() => changed());
  observer.observe(document.documentElement, { attributes: true, attributeFilter: ["style", "class"] });
  observer.observe(document.body, { attributes: true, attributeFilter: ["class", "data-vscode-theme-id"] });
  return () => observer.disconnect();
}
