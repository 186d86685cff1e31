import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { eventLine } from "../../src/run/eventLog.ts";
import type { RunEvent } from "../../src/run/events.ts";
import { writeReport } from "../../src/run/report/reportFile.ts";
import { scratchFolder } from "../data/scratchFolder.ts";
import { alignmentRun } from "../run/alignmentEvents.ts";
import { finishedRun, landscapeRun } from "../run/exampleEvents.ts";
import { browserPath, startBrowser } from "./rendererPage.ts";

const screenshots = fileURLToPath(new URL("../../test-results/screenshots", import.meta.url));

/** The same run with long names for some of its components, fields and rows, which nothing breaks into words. */
function withLongNames(events: readonly RunEvent[]): RunEvent[] {
  const long = (name: string, filled: string) => `${name}${filled.repeat(200)}`.slice(0, 200);
  return events.map((event) => {
    const text = JSON.stringify(event)
      .replaceAll('"retriever"', JSON.stringify(long("retriever", "x")))
      .replaceAll('"question_rewriter"', JSON.stringify(long("<img src=x onerror=alert(1)>", "&quot;")))
      .replaceAll('"question"', JSON.stringify(long("question", "W")))
      .replaceAll('"hotpotqa"', JSON.stringify(long("hotpotqa", "_")));
    return JSON.parse(text) as RunEvent;
  });
}

const runs: Readonly<Record<string, () => readonly RunEvent[]>> = {
  "a finished run": () => finishedRun(),
  "a run with long names": () => withLongNames(finishedRun()),
  "a landscape": () => landscapeRun(),
  "fits with long names": () => withLongNames(alignmentRun()),
};

/** What reaches beyond the window, and what of a picture lies outside of it. */
const beyond = `(() => {
  const width = document.documentElement.clientWidth;
  const clipped = (one) => one.closest(".scroll, svg") !== null;
  return [...document.body.querySelectorAll("*")]
    .filter((one) => !clipped(one) && one.getBoundingClientRect().right > width + 1)
    .map((one) => one.tagName + "." + one.className + " " + Math.round(one.getBoundingClientRect().right));
})()`;

describe.skipIf(browserPath === undefined)("a report", () => {
  let browser: Browser;
  beforeAll(async () => {
    browser = await startBrowser();
    mkdirSync(screenshots, { recursive: true });
  });
  afterAll(() => browser.close());

  test.each(Object.keys(runs))("of %s is no wider than its window", async (name) => {
    const folder = scratchFolder();
    const logged = (runs[name]?.() ?? []).filter(({ type }) => type !== "progress");
    writeFileSync(join(folder, "events.jsonl"), logged.map((event, seq) => eventLine({ ...event, seq })).join(""));
    const file = await writeReport(folder, join(folder, "report.html"));
    const page = await browser.newPage();
    await page.goto(pathToFileURL(file).href);
    await page.locator("details").evaluateAll((all) => {
      for (const one of all) one.setAttribute("open", "");
    });
    for (const width of [320, 420, 1200]) {
      await page.setViewportSize({ width, height: 900 });
      const picture = `report-${name.replaceAll(" ", "-")}-${width}.png`;
      await page.screenshot({ path: join(screenshots, picture), fullPage: true });

      expect.soft(await page.evaluate<string[]>(beyond), `at ${width}`).toEqual([]);
      expect.soft(await page.evaluate<number>("document.documentElement.scrollWidth")).toBeLessThanOrEqual(width);
    }
    await page.close();
  });
});
