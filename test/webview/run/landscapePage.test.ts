import type { Page } from "playwright-core";
import { describe, expect, test } from "vitest";
import type { RunEvent } from "../../../src/run/events.ts";
import { landscapeRun } from "../../run/exampleEvents.ts";
import { candidate, gridRun, opened, promptRun, update } from "../../run/panel/landscapeEvents.ts";
import { invented, inventedWords } from "../inventedLanguage.ts";
import { browserPath } from "../rendererPage.ts";
import { choose, keepPicture, type PanelGiven, panelTests, seriousFindings, themeNames } from "./panelTests.ts";

function choiceRun(): RunEvent[] {
  const models = { "fake:small": { inputs: 5, reward: 0.8 }, "fake:large": { inputs: 15, reward: 0.6 } };
  const after = { perInput: true, fallback: "fake:large" } as const;
  return opened()
    .add(candidate("chooser", "fake:small", { reward: 0.4, current: true }))
    .add(candidate("chooser", "fake:large", { reward: 0.6 }))
    .add(update("chooser", { before: "fake:small", after, models, iteration: 2 })).events;
}

describe.skipIf(browserPath === undefined)("the page of landscapes", () => {
  const openPanel = panelTests();
  const open = async (events: readonly RunEvent[], given: PanelGiven = {}) => {
    const panel = await openPanel({ front: "landscape", ...given }, events);
    await panel.page.locator(".landscape-page").waitFor();
    return panel;
  };
  const chart = (page: Page, title: string) => page.locator("figure.chart", { hasText: title });
  const summary = (page: Page, title: string) => chart(page, title).locator(".summary").innerText();
  const titles = async (page: Page) => {
    const all = await page.locator("figure.chart:visible h3").allInnerTexts();
    return all;
  };

  test("draws the measured curve of one option with the best of both rewards", async () => {
    const { page } = await open(landscapeRun());
    expect(await titles(page)).toContain("Local and global reward over one option");
    expect(await titles(page)).not.toContain("Reward over two options");
    expect(await summary(page, "over one option")).toMatch(/global reward is highest at 10/);
    await chart(page, "over one option").getByRole("button", { name: "Show Table" }).click();
    const rows = await chart(page, "over one option").locator("tbody tr").allInnerTexts();
    expect(rows).toHaveLength(4);
    expect(rows[1]).toMatch(/^5\s.*yes$/);
  });

  test("draws a heat map over any two of several options, lines through all, and what matters", async () => {
    const { page } = await open(gridRun());
    expect(await titles(page)).toEqual([
      "Local and global reward over one option",
      "Reward over two options",
      "Reward over all options",
      "Importance of each option",
      "Local against global reward",
      "Candidates over the iterations",
    ]);
    expect(await summary(page, "Importance")).toContain("go with k");
    expect(await summary(page, "over two options")).toContain("highest at k = 25");
    await choose(page, "Option across", "stem");
    await expect.poll(() => summary(page, "over two options")).toContain("highest at stem = ");
    await expect.poll(() => summary(page, "over one option")).toContain("retriever.stem");
    await choose(page, "Reward", "global reward");
    await expect.poll(() => summary(page, "over two options")).toBe("No value has this reward yet.");
  });

  test("lists what lies in the ranges that are given by keyboard, and keeps them", async () => {
    const { page, state } = await open(gridRun());
    const count = page.locator(".linesView p[role='status']");
    const listed = page.getByRole("region", { name: "Values in the ranges, the best first" }).locator("tbody tr");
    expect(await count.innerText()).toBe("24 of 24 values are in the ranges.");
    await page.getByText("Ranges: drag along an axis").press("Enter");
    await page.getByRole("spinbutton", { name: "k, from" }).fill("5");
    await page.getByRole("spinbutton", { name: "k, from" }).press("Tab");
    await expect.poll(() => count.innerText()).toBe("18 of 24 values are in the ranges.");
    expect(await page.getByRole("spinbutton", { name: "k, to" }).evaluate((one) => one.matches(":focus"))).toBe(true);
    await page.getByRole("group", { name: "stem" }).getByRole("checkbox", { name: "true" }).press(" ");
    await expect.poll(() => count.innerText()).toBe("9 of 24 values are in the ranges.");
    expect(await listed.count()).toBe(9);
    expect(await summary(page, "Reward over all options")).toContain("In the ranges: 9.");
    const again = await open(gridRun(), { state: await state() });
    expect(await again.page.locator(".linesView p[role='status']").innerText()).toContain("9 of 24");
    await again.page.getByRole("button", { name: "Clear Ranges" }).click();
    await expect.poll(() => again.page.locator(".linesView p[role='status']").innerText()).toContain("24 of 24");
  });

  test("lists what lies in a stretch that is marked on an axis, until another place of it is touched", async () => {
    const { page } = await open(gridRun());
    const count = page.locator(".linesView p[role='status']");
    const canvas = chart(page, "Reward over all options").locator(".canvas");
    await canvas.scrollIntoViewIfNeeded();
    const box = await canvas.boundingBox();
    if (box === null) throw new Error("the chart is not laid out");
    // The first axis, of k, stands at the left edge and goes from 0, below, to 25: about 10 alone is marked.
    const x = box.x + 60;
    await page.mouse.move(x, box.y + 150);
    await page.mouse.down();
    await page.mouse.move(x, box.y + 200, { steps: 4 });
    await page.mouse.move(x, box.y + 260, { steps: 4 });
    await page.mouse.up();
    await expect.poll(() => count.innerText()).toBe("6 of 24 values are in the ranges.");
    expect(await summary(page, "Reward over all options")).toContain("In the ranges:");
    await keepPicture(page, "run-landscape-ranges");
    await page.mouse.move(x, box.y + 320);
    await page.mouse.down();
    await page.mouse.move(x, box.y + 322);
    await page.mouse.up();
    await expect.poll(() => count.innerText()).toBe("24 of 24 values are in the ranges.");
  });

  test("draws candidates by local and global reward, with rank correlation and regression", async () => {
    const { page } = await open(promptRun(400));
    const said = await summary(page, "Local against global reward");
    expect(said).toMatch(/both rewards: 41\..*Rank correlation of local and global reward: 0\.\d{3}\./);
    expect(said).toMatch(/Least squares: global reward = -?\d\.\d{3} [+-] \d\.\d{3} × local reward\./);
  });

  test("reads a candidate whole by keyboard, and opens its diff against the value in force", async () => {
    const events = promptRun(60);
    const { page, requests } = await open(events);
    const canvas = chart(page, "Candidates over").locator(".canvas");
    await canvas.focus();
    await page.keyboard.press("Home");
    await page.keyboard.press("ArrowRight");
    const text = page.locator("pre.candidate");
    // Before anything is pointed to, what is in force, or the newest: never an empty box.
    await expect.poll(() => text.innerText()).toContain("Take care");
    await expect.poll(() => text.innerText()).toContain("Answer the question in 1 words. Take care");
    expect(await text.innerText()).toContain("and stop.");
    await page.keyboard.press("Enter");
    const seq = events.filter(({ type }) => type === "candidate")[1]?.seq;
    await expect.poll(() => requests.at(-1)).toEqual({ type: "do", deed: "diff", seq, component: "answerer" });
    await page.getByRole("button", { name: "Compare with the Value in Force" }).click();
    await expect.poll(() => requests.length).toBe(2);
  });

  test("does the same under a pointer", async () => {
    const log = opened().add(candidate("answerer", "The one candidate.\nIn two lines.", { reward: 0.5 }));
    const { page, requests } = await open(log.events);
    const canvas = chart(page, "Candidates over").locator(".canvas");
    await canvas.scrollIntoViewIfNeeded();
    const box = await canvas.boundingBox();
    if (box === null) throw new Error("the chart is not laid out");
    // Iteration 1 of 1 stands at the right edge of the grid, the only reward in the middle of its height.
    const at = { x: box.x + box.width - 28, y: box.y + 44 + (box.height - 44 - 46) / 2 };
    await page.mouse.move(at.x - 30, at.y);
    await page.mouse.move(at.x, at.y, { steps: 5 });
    await expect.poll(() => page.locator("pre.candidate").innerText()).toBe("The one candidate.\nIn two lines.");
    expect(await page.locator(".hint").innerText()).toContain("The one candidate. In two lines.");
    await page.mouse.click(at.x, at.y);
    await expect.poll(() => requests.at(-1)).toMatchObject({ type: "do", deed: "diff" });
  });

  test("shows how models are chosen for each input, and each model's reward", async () => {
    const { page } = await open(choiceRun());
    expect(await summary(page, "chosen for each input")).toContain("most often fake:large, for 75 % of the inputs");
    expect(await summary(page, "Reward of each model")).toContain("fake:large: 0.600");
  });

  test("goes on with a run that is being written, and keeps the list that is open", async () => {
    const events = promptRun(40);
    const { page, add } = await open(events.slice(0, 12), { live: true });
    expect(await page.locator(".landscape-page .facts").innerText()).toContain("Scored: 10 times.");
    await page.getByRole("combobox", { name: "Component" }).click();
    await add(events.slice(12));
    await expect.poll(() => page.locator(".landscape-page .facts").innerText()).toContain("Scored: 40 times.");
    await page.getByRole("option", { name: /^retriever/ }).click();
    await page.getByText("Nothing was tried in this component yet.").waitFor();
  });

  test("takes a range that was typed when the pointer goes on to the next field, which keeps the focus", async () => {
    const { page } = await open(gridRun());
    await page.getByText("Ranges: drag along an axis").press("Enter");
    await page.getByRole("spinbutton", { name: "k, from" }).fill("5");
    await page.getByRole("spinbutton", { name: "k, to" }).click();
    await expect.poll(() => summary(page, "Reward over all options")).toContain("In the ranges:");
    await page.keyboard.type("10");
    await page.keyboard.press("Tab");
    await expect.poll(() => page.getByRole("spinbutton", { name: "k, to" }).inputValue()).toBe("10");
    await expect.poll(() => page.locator(".linesView p[role='status']").innerText()).toMatch(/^(?!24)\d+ of 24 values/);
  });

  test("stays as it was left", async () => {
    const first = await open(gridRun());
    await choose(first.page, "Option across", "cut");
    await expect.poll(() => summary(first.page, "over one option")).toContain("retriever.cut");
    await chart(first.page, "over two options").getByRole("button", { name: "Show Table" }).click();
    const state = await first.state();
    const { page } = await open(gridRun(), { state });
    expect(await summary(page, "over one option")).toContain("retriever.cut");
    expect(await chart(page, "over two options").locator("tbody tr").count()).toBeGreaterThan(5);
  });

  test("holds 100,000 candidates in less than 60 MB", async () => {
    const { page } = await open(promptRun(100_000));
    await expect.poll(() => page.locator(".landscape-page .facts").innerText()).toContain("Scored: 100,000 times.");
    const client = await page.context().newCDPSession(page);
    await client.send("HeapProfiler.collectGarbage");
    const { usedSize } = await client.send("Runtime.getHeapUsage");
    console.log(`page heap with 100,000 candidates: ${(usedSize / 1e6).toFixed(1)} MB`);
    expect(usedSize).toBeLessThan(60e6);
  });

  test("is in the editor's language", async () => {
    const { page } = await open(gridRun(), { words: inventedWords });
    const said = await page.locator(".landscape-page").innerText();
    expect(said).toContain(invented("Importance of each option"));
    const pictures = await page.locator("figure.chart:visible .summary").allInnerTexts();
    for (const text of pictures) expect(text).not.toMatch(/\bThe mean|\bhighest\b/);
  });

  describe.each(themeNames)("in %s", (theme) => {
    test.each([
      ["options", gridRun],
      ["prompts", () => promptRun(300)],
      ["models", choiceRun],
    ] as const)("has nothing that keeps people out: %s", async (name, run) => {
      const { page } = await open(run(), { theme });
      await chart(page, name === "models" ? "Reward of each" : "Candidates over")
        .getByRole("button", { name: "Show Table" })
        .click();
      await page.mouse.move(0, 0);
      expect(await seriousFindings(page)).toEqual([]);
      await keepPicture(page, `run-landscape-${name}-${theme}`);
    });
  });
});
