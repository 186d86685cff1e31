import { landscapeChart } from "../../run/charts/landscapeChart.ts";
import type { Palette } from "../../run/charts/palette.ts";
import { Html, html } from "../../run/report/html.ts";
import { picture } from "../../run/report/picture.ts";
import type { LandscapeView } from "../../run/views/findings.ts";

/** The editor's colours, and where there is no editor, those of ink on paper. */
const inPage: Palette = {
  ink: "var(--vscode-foreground, #1f2328)",
  quiet: "var(--vscode-descriptionForeground, #59636e)",
  grid: "var(--vscode-panel-border, #d1d9e0)",
  paper: "var(--vscode-editor-background, #ffffff)",
  line: "var(--vscode-charts-blue, #0550ae)",
  accepted: "var(--vscode-charts-green, #116329)",
  rejected: "var(--vscode-charts-red, #a40e26)",
  local: "var(--vscode-charts-orange, #953800)",
  global: "var(--vscode-charts-blue, #0550ae)",
  series: [
    "var(--vscode-charts-blue, #0550ae)",
    "var(--vscode-charts-orange, #953800)",
    "var(--vscode-charts-green, #116329)",
    "var(--vscode-charts-purple, #6639ba)",
  ],
};

const onPaper: Palette = {
  ink: "#1f2328",
  quiet: "#59636e",
  grid: "#d1d9e0",
  paper: "#ffffff",
  line: "#0550ae",
  accepted: "#116329",
  rejected: "#a40e26",
  local: "#953800",
  global: "#0550ae",
  series: ["#0550ae", "#953800", "#116329", "#6639ba"],
};

/** A landscape as pictures; loaded only when one is drawn, because charts are the heaviest part of the program. */
export function landscapePictures(view: LandscapeView): {
  readonly inPage: Html;
  readonly alone: Html;
  readonly summary: string;
} {
  const chart = landscapeChart(view, inPage);
  const alone = picture(landscapeChart(view, onPaper), "landscape").markup.replace(/^<svg([^>]*)>/, (opening) => {
    return `${opening}<rect width="${chart.width}" height="${chart.height}" fill="${onPaper.paper}"/>`;
  });
  return {
    inPage: html`<div style="max-width:${chart.width}px">${picture(chart, "landscape")}</div>`,
    alone: new Html(alone),
    summary: chart.summary,
  };
}
