import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";

const file = (path: string) => fileURLToPath(new URL(`../../../${path}`, import.meta.url));
const charts = readdirSync(file("src/run/charts"))
  .map((name) => readFileSync(file(`src/run/charts/${name}`), "utf8"))
  .join("\n");
const modules = readFileSync(file("webview/run/chartModules.ts"), "utf8");

test("the panel loads the kinds of series that charts are made of, and no others", () => {
  const loaded = [...modules.matchAll(/^ {2}(\w+)Chart,$/gm)].map(([, name = ""]) => name.toLowerCase());
  expect(loaded.length).toBeGreaterThan(3);
  const kinds = ["bar", "boxplot", "candlestick", "custom", "effectScatter", "funnel", "gauge", "graph", "heatmap"]
    .concat(["line", "lines", "map", "parallel", "pictorialBar", "pie", "radar", "sankey", "scatter", "sunburst"])
    .concat(["themeRiver", "tree", "treemap"]);
  const used = kinds.filter((kind) => charts.includes(`type: "${kind}"`));
  expect([...new Set(loaded)].sort()).toEqual(used.map((kind) => kind.toLowerCase()).sort());
});

test("and the parts around them that they ask for", () => {
  const parts = { markLine: "MarkLine", markArea: "MarkArea", markPoint: "MarkPoint", visualMap: "VisualMap" };
  for (const [option, name] of Object.entries(parts)) {
    expect(modules.includes(`${name}Component`), option).toBe(new RegExp(`\\b${option}\\b`).test(charts));
  }
});
