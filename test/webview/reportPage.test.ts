import { existsSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import type { Browser, Page } from "playwright-core";
import { afterEach, beforeAll, describe, expect, test } from "vitest";
import { eventLine } from "../../src/run/eventLog.ts";
import type { RunEvent } from "../../src/run/events.ts";
import { writeReport } from "../../src/run/report/reportFile.ts";
import { scratchFolder } from "../data/scratchFolder.ts";
import { finishedRun, interruptedRun, landscapeRun } from "../run/exampleEvents.ts";
import { browserPath, testBrowser } from "./rendererPage.ts";
import { seriousFindings } from "./seriousFindings.ts";

/** Kept to be looked at. */
const screenshots = fileURLToPath(new URL("../../test-results/screenshots", import.meta.url));

/** The report of a run, written from its log into a file of its own. */
async function reportOf(events: readonly RunEvent[]): Promise<string> {
  const folder = scratchFolder();
  const logged = events.filter(({ type }) => type !== "progress");
  writeFileSync(join(folder, "events.jsonl"), logged.map((event, seq) => eventLine({ ...event, seq })).join(""));
  mkdirSync(join(folder, "to send"));
  return writeReport(folder, join(folder, "to send", "report.html"));
}

describe.skipIf(browserPath === undefined)("a report that was saved as a file", () => {
  let browser: Browser;
  let page: Page;
  const refused: string[] = [];
  beforeAll(async () => {
    browser = await testBrowser();
  });
  afterEach(async () => {
    await page.close();
    expect(refused.splice(0)).toEqual([]);
  });
  const open = async (events: readonly RunEvent[], given: Parameters<Browser["newPage"]>[0] = {}) => {
    const file = await reportOf(events);
    expect(existsSync(file)).toBe(true);
    page = await browser.newPage({ viewport: { width: 1100, height: 900 }, ...given });
    const own = pathToFileURL(file).href;
    page.on("request", (request) => {
      if (request.url() !== own) refused.push(request.url());
    });
    page.on("console", (message) => {
      if (["error", "warning"].includes(message.type())) refused.push(message.text());
    });
    page.on("pageerror", (error) => refused.push(String(error)));
    await page.goto(own);
    return page;
  };

  test("is opened from a disk, without anything else, and shows the pictures of the panel", async () => {
    await open(finishedRun());
    expect(await page.getByRole("heading", { level: 1 }).innerText()).toBe("hotpotqa");
    const figures = page.locator("figure > h3");
    expect(await figures.allInnerTexts()).toEqual(
      expect.arrayContaining([
        "Reward over iterations",
        "System",
        "Alignment over the iterations",
        "System runs over time",
      ]),
    );
    const picture = page.getByRole("img", { name: /^Mean validation reward in force/ });
    expect((await picture.boundingBox())?.width).toBeGreaterThan(600);
    expect(await page.locator("script").count()).toBe(0);
  });

  test("opens the table of a picture by keyboard", async () => {
    await open(landscapeRun());
    const figure = page.locator("figure").filter({ hasText: "Local and global reward over one option" });
    await figure.locator("summary").focus();
    await page.keyboard.press("Enter");
    await figure.getByRole("table").waitFor();
    expect(await figure.getByRole("rowheader").allInnerTexts()).toContain("25");
  });

  describe.each(["light", "dark"] as const)("where %s is preferred", (colorScheme) => {
    test("is drawn in its colours, and axe finds nothing serious", async () => {
      await open(finishedRun(), { colorScheme });
      await page.screenshot({ path: join(screenshots, `report-${colorScheme}.png`), fullPage: true });
      const paper = await page.evaluate<string>("getComputedStyle(document.body).backgroundColor");
      expect(paper).toBe(colorScheme === "light" ? "rgb(255, 255, 255)" : "rgb(20, 24, 30)");
      const cdp = await page.context().newCDPSession(page);
      // Its own policy lets no script run, not even one that looks at it.
      await cdp.send("Page.setBypassCSP", { enabled: true });
      await page.reload();
      await page.locator("details").evaluateAll((all) => {
        for (const one of all) one.setAttribute("open", "");
      });
      expect(await seriousFindings(page)).toEqual([]);
    });
  });

  test("is narrow without scrolling sideways, and says that its run is not finished", async () => {
    await open(interruptedRun(), { viewport: { width: 420, height: 800 } });
    expect(await page.getByText("The run was interrupted: stopped by Ctrl-C.").isVisible()).toBe(true);
    expect(await page.evaluate<number>("document.documentElement.scrollWidth")).toBeLessThanOrEqual(420);
  });
});
