import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";

const file = (path: string) => fileURLToPath(new URL(`../../../${path}`, import.meta.url));
const charts = readdirSync(file("src/run/charts"))
  .map((name) => readFileSync(file(`src/run/charts/${name}`), "utf8"))
  .join("\n");
const [parts, panel, report] = [
  "src/run/charts/chartParts.ts",
  "webview/run/chartModules.ts",
  "src/run/report/picture.ts",
].map((path) => readFileSync(file(path), "utf8"));

test("the kinds of series are loaded that charts are made of, and no others", () => {
  const loaded = [...(parts ?? "").matchAll(/^ {2}(\w+)Chart,$/gm)].map(([, name = ""]) => name.toLowerCase());
  expect(loaded.length).toBeGreaterThan(3);
  const kinds = ["bar", "boxplot", "candlestick", "custom", "effectScatter", "funnel", "gauge", "graph", "heatmap"]
    .concat(["line", "lines", "map", "parallel", "pictorialBar", "pie", "radar", "sankey", "scatter", "sunburst"])
    .concat(["themeRiver", "tree", "treemap"]);
  const used = kinds.filter((kind) => charts.includes(`type: "${kind}"`));
  expect([...new Set(loaded)].sort()).toEqual(used.map((kind) => kind.toLowerCase()).sort());
});

test("and the parts around them that they ask for", () => {
  const named = { markLine: "MarkLine", markArea: "MarkArea", markPoint: "MarkPoint", visualMap: "VisualMap" };
  for (const [option, name] of Object.entries(named)) {
    expect(parts?.includes(`${name}Component`), option).toBe(new RegExp(`\\b${option}\\b`).test(charts));
  }
});

test("panel and report draw with the same parts", () => {
  for (const drawer of [panel, report]) {
    expect(drawer).toContain("...chartParts");
    expect(drawer).not.toContain("echarts/charts");
  }
});
