import type { Locator, Page } from "playwright-core";
import { describe, expect, test } from "vitest";
import type { RunEvent, SpentCalls } from "../../../src/run/events.ts";
import { estimatedRun } from "../../run/estimatedRun.ts";
import { exampleCalls } from "../../run/exampleCalls.ts";
import { finishedRun, iterate, stageOne } from "../../run/exampleEvents.ts";
import { allHostile } from "../../run/hostileTexts.ts";
import { invented, inventedWords } from "../inventedLanguage.ts";
import { browserPath } from "../rendererPage.ts";
import { choose, keepPicture, type PanelGiven, panelTests, seriousFindings, themeNames } from "./panelTests.ts";

const models = ["openai:gpt-4o-mini", "openai:gpt-4o"] as const;
const price = { inputPerMillion: 0.15, outputPerMillion: 0.6, asOf: "2026-03-14", source: "the provider's list" };

/** A run whose log tells of every call, of models with a price and without. */
function pricedRun(given: { readonly simulated?: boolean; readonly priced?: boolean } = {}): RunEvent[] {
  const { simulated = false, priced = true } = given;
  const log = stageOne({ simulated });
  iterate(log, 1, { simulated });
  const spent = (who: string, purpose: string, calls: number, model: string = models[0]): SpentCalls => ({
    who,
    purpose,
    model,
    calls,
    inputTokens: 800 * calls,
    outputTokens: 90 * calls,
  });
  const executions = {
    validation: { retriever: 60, answer_generator: 60 },
    "offline pairs": { answer_generator: 900 },
  };
  log.add({
    type: "checkpoint",
    iteration: 1,
    executions,
    spentCalls: [
      spent("answer_generator", "validation", 60),
      { ...spent("answer_generator", "offline pairs", 900), recorded: 40 },
      spent("proposer", "local search", 12, priced ? models[0] : models[1]),
    ],
    models: {
      [models[0]]: { simulated, price: simulated ? null : price },
      [models[1]]: { simulated, price: null },
    },
  });
  return log.events;
}

describe.skipIf(browserPath === undefined)("the page of what a run has spent", () => {
  const openPanel = panelTests();
  const open = async (events: readonly RunEvent[], given: PanelGiven = {}) => {
    const panel = await openPanel({ front: "budget", ...given }, events);
    await panel.page.locator(".budget-page").waitFor();
    return panel;
  };
  const chart = (page: Page, name: string) =>
    page.getByRole("figure").filter({ has: page.getByText(name, { exact: true }) });
  const spent = (page: Page) => chart(page, "What was spent, by component and purpose");
  const calls = (page: Page) => chart(page, "Calls over time");
  const summaryOf = (figure: Locator) => figure.locator(".summary").innerText();
  const rows = (page: Page) => page.locator(".spent tbody tr").allInnerTexts();
  const fact = (page: Page, name: string) =>
    page
      .locator(".factList div")
      .filter({ has: page.getByText(name, { exact: true }) })
      .locator("dd")
      .innerText();

  test("shows runs, calls, tokens and money by component and purpose, in the unit that is wanted", async () => {
    const { page } = await open(pricedRun());
    expect(await summaryOf(spent(page))).toContain(
      "system runs in all; the largest part is answer_generator with 230.4",
    );
    await choose(page, "Unit", "tokens");
    expect(await summaryOf(spent(page))).toContain("865,080 tokens in all; the largest part is answer_generator");
    await choose(page, "Unit", "model calls");
    expect(await summaryOf(spent(page))).toContain("972 model calls in all");
    await choose(page, "A bar for each", "purpose");
    expect(await summaryOf(spent(page))).toContain("the largest part is offline pairs with 900.");
    await choose(page, "Unit", "US dollars");
    expect(await summaryOf(spent(page))).toContain("$0.17 US dollars in all");
    expect(await fact(page, "Money")).toBe("$0.17");
    expect(await fact(page, "Model calls")).toBe("972, and 40 from a record");
  });

  test("says that a simulated model costs nothing, and does not take an unknown price for none", async () => {
    const simulated = await open(pricedRun({ simulated: true }));
    expect(await fact(simulated.page, "Money")).toBe("$0: simulated model");
    await choose(simulated.page, "Unit", "US dollars");
    expect(await summaryOf(spent(simulated.page))).toBe("Money: $0: simulated model");
    const unknown = await open(pricedRun({ priced: false }));
    expect(await fact(unknown.page, "Money")).toBe("at least $0.17: the price of 12 calls is not known");
    expect((await rows(unknown.page)).find((row) => row.startsWith("proposer"))).toContain("not known");
    expect(await unknown.page.locator(".spent").innerText()).toContain(
      "$0.15, $0.60 (2026-03-14, the provider's list)",
    );
  });

  test("sorts what was spent by any column, by keyboard, and stays so", async () => {
    const { page, state } = await open(pricedRun());
    expect((await rows(page))[0]).toMatch(/^retriever/);
    await page.getByRole("button", { name: "Model calls", exact: true }).focus();
    await page.keyboard.press("Enter");
    expect((await rows(page))[0]).toMatch(/^answer_generator\s+offline pairs/);
    await page.keyboard.press("Enter");
    expect(await page.locator("th[aria-sort]").getAttribute("aria-sort")).toBe("ascending");
    await choose(page, "Unit", "tokens");
    const again = await open(pricedRun(), { state: await state() });
    expect(await again.page.locator("th[aria-sort]").getAttribute("aria-sort")).toBe("ascending");
    expect(await summaryOf(spent(again.page))).toContain("tokens in all");
  });

  test("tells as much as an older log does", async () => {
    const { page } = await open(finishedRun());
    expect(await rows(page)).toContainEqual(expect.stringMatching(/^proposer\s+not told apart/));
    expect(await fact(page, "Money")).toBe("$0: simulated model");
    expect(await summaryOf(calls(page))).toContain("When calls were made is not known");
    expect(await calls(page).locator("canvas").count()).toBe(0);
    const bare = (key: string, value: unknown) => (key === "executions" ? undefined : value);
    const older = await open(JSON.parse(JSON.stringify(finishedRun(), bare)) as RunEvent[]);
    expect(await summaryOf(spent(older.page))).toContain("The log does not tell which components ran");
    const early = await open(stageOne().events);
    expect(await early.page.getByText("The log does not tell which components ran").isVisible()).toBe(true);
  });

  test("says what was estimated, what came, and whether that lies within, as a table, in words and as a picture", async () => {
    const { page, state } = await open(estimatedRun());
    const table = page.getByRole("table", { name: "What was estimated before the run, and what came", exact: true });
    expect(await table.getByRole("row").allInnerTexts()).toEqual([
      expect.stringMatching(/^Of\s+Estimated\s+Came\s+Of what was likely\s+Beside the range$/),
      expect.stringMatching(/^model calls\s+about 900 \(420 to 2,600\)\s+972\s+108 %\s+within the range$/),
      expect.stringMatching(/^tokens\s+about 300,000 \(90,000 to 800,000\)\s+865,080\s+288 %\s+above the range$/),
      expect.stringMatching(/^money\s+about \$0\.11 .*\$0\.17\s+154 %\s+within the range$/),
      expect.stringMatching(/^time at work\s+about 9 min .*below the range$/),
    ]);
    expect(await page.locator(".estimate .notes").first().innerText()).toContain(
      "40 answers were taken from the record",
    );
    expect(await summaryOf(chart(page, "What came, beside what was estimated"))).toContain("tokens: 865,080 came");
    await page.getByText("How the estimate was computed").click();
    expect(await page.getByText("Minutes: a call is taken to last 1.5 s.").isVisible()).toBe(true);
    await expect.poll(state).toMatchObject({ pages: { budget: { charts: { estimate: { how: true } } } } });
    const again = await open(estimatedRun(), { state: await state() });
    expect(await again.page.getByText("Minutes: a call is taken to last 1.5 s.").isVisible()).toBe(true);
  });

  test("tells while a run goes on how far its estimate is spent, and of a run without one why", async () => {
    const events = estimatedRun();
    const { page, add } = await open(events.slice(0, -1), { live: true });
    expect(await page.locator(".estimate").innerText()).toContain("below the range so far");
    await add(events.slice(-1));
    await expect.poll(() => page.locator(".estimate").innerText()).toContain("972");
    expect(await page.locator(".estimate").innerText()).not.toContain("so far");
    const none = await open(finishedRun());
    expect(await none.page.locator(".estimate").innerText()).toContain("No estimate was kept with this run");
    expect(await none.page.locator(".estimate table").count()).toBe(0);
  });

  test("draws calls in lanes, zooms and moves by keyboard, and asks only for what is seen", async () => {
    const { page, state } = await open(finishedRun(), { calls: exampleCalls(3000) });
    expect(await summaryOf(calls(page))).toMatch(/^Calls: 3,000, at most \d+ at the same time\. Half of them took/);
    const canvas = calls(page).locator(".canvas");
    await canvas.focus();
    for (let press = 0; press < 8; press++) await page.keyboard.press("+");
    await expect.poll(() => summaryOf(calls(page))).toMatch(/Seen: .* to .*, calls: \d{2,3}\.$/);
    const before = await summaryOf(calls(page));
    await page.keyboard.press("Shift+ArrowRight");
    await expect.poll(() => summaryOf(calls(page))).not.toBe(before);
    await page.keyboard.press("ArrowRight");
    await expect.poll(() => calls(page).locator(".pointed").innerText()).toMatch(/took \d+ ms|took [\d.]+ s/);
    await calls(page).getByRole("button", { name: "Show Table" }).click();
    expect(await calls(page).getByRole("columnheader").allInnerTexts()).toContain("waited, ms");
    const seen = await summaryOf(calls(page));
    const again = await open(finishedRun(), { calls: exampleCalls(3000), state: await state() });
    expect(await summaryOf(calls(again.page))).toBe(seen);
    await again.page.getByRole("button", { name: "Whole Run" }).click();
    await expect.poll(() => summaryOf(calls(again.page))).not.toContain("Seen:");
  });

  test("moves under a pointer, and other lanes can be chosen", async () => {
    const { page, state } = await open(finishedRun(), { calls: exampleCalls(2000) });
    const canvas = calls(page).locator(".canvas");
    await canvas.scrollIntoViewIfNeeded();
    const box = await canvas.boundingBox();
    if (box === null) throw new Error("the chart is not laid out");
    await page.mouse.move(box.x + box.width / 2, box.y + box.height / 2);
    for (let turn = 0; turn < 5; turn++) await page.mouse.wheel(0, -300);
    await expect.poll(() => summaryOf(calls(page))).toContain("Seen:");
    // Somewhere in the first lane of the first component there is a call.
    const lane = box.y + 44 + 56 + 22 + 3;
    await expect
      .poll(async () => {
        for (let x = box.x + 170; x < box.x + box.width - 40; x += 12) {
          await page.mouse.move(x, lane);
          if ((await page.locator(".hint:visible").count()) > 0) return page.locator(".hint").innerText();
        }
        return "";
      })
      .toMatch(/took|calls, from/);
    await page.mouse.move(box.x + box.width / 2, box.y + box.height / 2);
    const zoomed = await summaryOf(calls(page));
    await page.mouse.down();
    await page.mouse.move(box.x + box.width / 2 - 120, box.y + box.height / 2, { steps: 6 });
    await page.mouse.up();
    await expect.poll(() => summaryOf(calls(page))).not.toBe(zoomed);
    await choose(page, "Lanes for each", "purpose");
    await expect.poll(state).toMatchObject({ pages: { budget: { timeline: { lanes: "purpose" } } } });
  });

  test("follows a run that is being written", async () => {
    const events = pricedRun();
    const all = exampleCalls(2000);
    const { page, add } = await open(events.slice(0, -1), { calls: all.slice(0, 500), live: true });
    await page.getByRole("button", { name: "Follow the Newest" }).click();
    await expect.poll(() => summaryOf(calls(page))).toContain("Seen:");
    const before = await summaryOf(calls(page));
    await add(events.slice(-1), all.slice(500));
    await expect.poll(() => summaryOf(calls(page))).toMatch(/^Calls: 2,000/);
    expect(await summaryOf(calls(page))).not.toBe(before);
    expect((await rows(page)).length).toBeGreaterThan(2);
  });

  test("keeps 100,000 calls in less than 60 MB", async () => {
    const { page } = await open(finishedRun(), { calls: exampleCalls(100_000) });
    expect(await summaryOf(calls(page))).toMatch(/^Calls: 100,000/);
    const client = await page.context().newCDPSession(page);
    await client.send("HeapProfiler.collectGarbage");
    const { usedSize } = await client.send("Runtime.getHeapUsage");
    console.log(`page heap with 100,000 calls: ${(usedSize / 1e6).toFixed(1)} MB`);
    expect(usedSize).toBeLessThan(60e6);
  });

  test("only reads texts that try to act", async () => {
    const dialogs: string[] = [];
    const { page } = await open(finishedRun({ text: () => allHostile }), {
      calls: exampleCalls(50, { who: () => allHostile }),
    });
    page.on("dialog", (dialog) => {
      dialogs.push(dialog.message());
      void dialog.dismiss();
    });
    await calls(page).locator(".canvas").focus();
    await page.keyboard.press("ArrowRight");
    await calls(page).getByRole("button", { name: "Show Table" }).click();
    expect(await page.locator(".budget-page :is(script, img, iframe, a, form)").count()).toBe(0);
    expect(dialogs).toEqual([]);
  });

  test("is in the editor's language", async () => {
    const { page } = await open(pricedRun(), { words: inventedWords, calls: exampleCalls(200) });
    const said = await page.locator(".budget-page").innerText();
    for (const words of ["Calls over time", "Unit", "Follow the Newest"]) expect(said).toContain(invented(words));
    expect(said).not.toMatch(/\bin all\b|\bat most\b/);
  });

  test("is narrow without scrolling sideways", async () => {
    const { page } = await open(pricedRun(), { width: 420, calls: exampleCalls(200) });
    const width = await page.evaluate<number>("document.documentElement.scrollWidth");
    expect(width).toBeLessThanOrEqual(420);
  });

  describe.each(themeNames)("in %s", (theme) => {
    test("has nothing that keeps people out", async () => {
      const { page } = await open(pricedRun(), { theme, calls: exampleCalls(1500) });
      await calls(page).getByRole("button", { name: "Show Table" }).click();
      await page.mouse.move(0, 0);
      expect(await seriousFindings(page)).toEqual([]);
      await calls(page).getByRole("button", { name: "Hide Table" }).click();
      await keepPicture(page, `run-budget-${theme}`);
    });
  });
});
