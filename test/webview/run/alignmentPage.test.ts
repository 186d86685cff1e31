import type { Page } from "playwright-core";
import { describe, expect, test } from "vitest";
import type { RunEvent } from "../../../src/run/events.ts";
import { alignmentRun, fitTextsOf } from "../../run/alignmentEvents.ts";
import { finishedRun } from "../../run/exampleEvents.ts";
import { invented, inventedWords } from "../inventedLanguage.ts";
import { browserPath } from "../rendererPage.ts";
import { choose, keepPicture, type PanelGiven, panelTests, seriousFindings, themeNames } from "./panelTests.ts";
import { FOLDER } from "./runPanelPage.ts";

const whole = alignmentRun();
const fits = Object.fromEntries(
  whole.flatMap((event) => (event.type === "rewards" ? [[event.seq, fitTextsOf()]] : [])),
);

describe.skipIf(browserPath === undefined)("the page of alignment", () => {
  const openPanel = panelTests();
  const open = async (given: PanelGiven = {}, events: readonly RunEvent[] = whole) => {
    const panel = await openPanel({ front: "alignment", fits, ...given }, events);
    await panel.page.locator(".alignment-page").waitFor();
    return panel;
  };
  const title = (page: Page) => page.locator(".fit h2").innerText();
  const figure = (page: Page, name: string) => page.locator("figure", { hasText: name });

  test("shows every component's alignment in words, and the first one's last fit in depth", async () => {
    const { page } = await open();
    const words = await figure(page, "Alignment of each local reward").locator(".summary").innerText();
    expect(words).toContain("Share of held-out pairs that each local reward orders rightly; 0.5 is chance.");
    expect(words).toContain("question_rewriter: from 0.500 to 0.840 over 4 fits");
    expect(await title(page)).toBe("question_rewriter, iteration 11");
    const fit = page.locator(".fit");
    expect(await fit.locator("> p").first().innerText()).toBe("Trusted: candidates are scored by this local reward.");
    expect(await fit.locator(".factList").innerText()).toMatch(
      /Alignment\s+0\.840 \[0\.771, 0\.891\]\s+On pairs trained on\s+0\.990\s+Held-out pairs\s+236 of 236, from 59 examples\s+Ordered wrongly\s+38\s+Brier score\s+0\.190/,
    );
    for (const [name, said] of [
      ["Loss of the fit", "Loss of held-out pairs in use: 0.500 nats."],
      ["How certain it is, and how often right", "expected calibration error"],
      ["What it prefers", "It falls most when an output is made: shorter, 50 % (-1.400)."],
    ] as const) {
      expect(await figure(page, name).locator(".summary").innerText()).toContain(said);
    }
    expect(await page.locator(".alignment-page > .quiet").innerText()).toBe("Made with the simulated model.");
  });

  test("shows any fit of any component, from the lists", async () => {
    const { page } = await open();
    await choose(page, "Component", "answer_generator");
    await expect.poll(() => title(page)).toBe("answer_generator, iteration 10");
    await choose(page, "Fit", "iteration 0: 0.820 on 96 pairs");
    await expect.poll(() => title(page)).toBe("answer_generator, before the first iteration");
    await choose(page, "Component", "question_rewriter");
    await choose(page, "Fit", "iteration 0: 0.500 on 48 pairs");
    await expect
      .poll(() => page.locator(".fit > p").first().innerText())
      .toBe("Not trusted, candidates are scored by the global reward: alignment 0.500 is below the threshold 0.550.");
  });

  test("is drawn over the iterations or over the pairs that were fitted", async () => {
    const { page } = await open();
    await choose(page, "Drawn over", "preference pairs");
    const chart = figure(page, "Alignment of each local reward");
    await chart.getByRole("button", { name: "Show Table" }).click();
    expect(await chart.locator("table tbody tr").count()).toBe(17);
    await page.keyboard.press("Tab");
    const canvas = chart.locator(".canvas");
    await canvas.focus();
    // From point to point of the first component, and into the last one.
    for (let step = 0; step < 2; step++) await page.keyboard.press("ArrowRight");
    await page.keyboard.press("Enter");
    await expect.poll(() => title(page)).toBe("question_rewriter, iteration 3");
  });

  test("lists the pairs that are most wrong, sorts them, and puts one side by side", async () => {
    const { page, requests } = await open();
    const mistakes = page.locator(".mistakes");
    await mistakes.getByRole("heading", { name: "Example train-17" }).waitFor();
    expect(await mistakes.locator("> p").innerText()).toBe("2 of 38 pairs that are ordered wrongly.");
    const names = () => mistakes.locator("tbody th").allInnerTexts();
    expect(await names()).toEqual(["train-17", "train-3"]);
    expect(await mistakes.locator("tbody tr").first().innerText()).toMatch(/train-17\s+0\.917\s+-2\.400\s+0\.750/);
    await mistakes.getByRole("button", { name: "Global gap" }).click();
    await expect.poll(names).toEqual(["train-3", "train-17"]);
    await mistakes.getByRole("button", { name: "train-3", exact: true }).click();
    await mistakes.getByRole("heading", { name: "Example train-3" }).waitFor();
    const sides = mistakes.locator(".textPair > div");
    expect(await sides.first().innerText()).toMatch(
      /Preferred by the local reward\s+global reward 0\.000, predicted to be the better one with 0\.711/,
    );
    expect(await sides.first().locator("mark").allInnerTexts()).toEqual(["1866"]);
    expect(await sides.last().locator("mark").allInnerTexts()).toEqual(["1822"]);
    expect(await sides.last().locator("pre").innerText()).toBe("in 1822, by the city");
    await mistakes.getByRole("button", { name: "Save as CSV" }).click();
    await expect.poll(() => requests.at(-1)).toMatchObject({ type: "save", name: "alignment-mistakes.csv" });
    expect(JSON.stringify(requests.at(-1))).toContain("in 1866, by the city");
  });

  test("reads an output that was changed, chosen from the list or on the chart", async () => {
    const { page } = await open();
    const changed = page.locator(".changed");
    await changed.getByText("the one whose local reward moved most, by -1.700").waitFor();
    expect(await changed.locator(".textPair > div").first().locator("mark").innerText()).toContain("the river of Riga");
    await choose(page, "Read an output that was made", "words reordered, 50 %");
    await changed.getByText("by +0.400").waitFor();
    const canvas = figure(page, "What it prefers").locator(".canvas");
    await canvas.focus();
    await page.keyboard.press("ArrowRight");
    await page.keyboard.press("Enter");
    await changed.getByText("by -1.700").waitFor();
  });

  test("can be used by keyboard alone", async () => {
    const { page } = await open();
    await page.getByRole("combobox", { name: "Component" }).focus();
    await page.keyboard.press("ArrowDown");
    await expect.poll(() => title(page)).toBe("info_extractor, iteration 12");
    await page.locator(".mistakes .choose").first().focus();
    await page.keyboard.press("ArrowDown");
    await page.keyboard.press("Enter");
    await page.locator(".mistakes").getByRole("heading", { name: "Example train-3" }).waitFor();
    expect(await page.evaluate("document.activeElement.textContent")).toBe("train-3");
  });

  test("follows a live run: the last fit, or the one that is looked at", async () => {
    const until = whole.findIndex((event) => event.type === "rewards" && event.iteration === 7);
    const { page, add } = await open({ live: true }, whole.slice(0, until));
    expect(await title(page)).toBe("question_rewriter, iteration 3");
    await add(whole.slice(until, until + 1));
    await expect.poll(() => title(page)).toBe("question_rewriter, iteration 7");
    await choose(page, "Fit", "iteration 0: 0.500 on 48 pairs");
    await expect.poll(() => title(page)).toContain("before the first iteration");
    await add(whole.slice(until + 1));
    await expect
      .poll(() => figure(page, "Alignment of each local reward").locator(".summary").innerText())
      .toContain("question_rewriter: from 0.500 to 0.840");
    expect(await title(page)).toContain("before the first iteration");
    // Chosen again, the last one is followed again.
    await choose(page, "Fit", "iteration 11: 0.840 on 236 pairs");
    await expect.poll(() => title(page)).toBe("question_rewriter, iteration 11");
  });

  test("goes on where it was, after it was thrown away", async () => {
    const first = await open();
    await choose(first.page, "Component", "hint_generator");
    await choose(first.page, "Fit", "iteration 5: 0.640 on 140 pairs");
    await choose(first.page, "Drawn over", "preference pairs");
    await choose(first.page, "Read an output that was made", "echoing the input, 50 %");
    await first.page.locator(".mistakes").getByRole("button", { name: "train-3", exact: true }).click();
    await figure(first.page, "Loss of the fit").getByRole("button", { name: "Show Table" }).click();
    const { page } = await open({ state: await first.state() });
    await expect.poll(() => title(page)).toBe("hint_generator, iteration 5");
    await page.locator(".mistakes").getByRole("heading", { name: "Example train-3" }).waitFor();
    await page.locator(".changed").getByText("Example train-5: ").waitFor();
    expect(await page.locator(".changed .textPair").innerText()).toContain("echoing the input, 50 %");
    expect(await figure(page, "Loss of the fit").locator("table").isVisible()).toBe(true);
    // The second of the two that are offered.
    await expect.poll(() => page.locator("vscode-dropdown").first().getAttribute("current-value")).toBe("1");
  });

  test.each([null, 7, { query: { fit: "x" } }, { query: {}, over: "moons", charts: [], mistakes: 3 }])(
    "ignores what it does not understand: %j",
    async (kept) => {
      const state = { version: 1, folder: FOLDER, page: "alignment", pages: { alignment: kept } };
      const { page } = await open({ state });
      expect(await title(page)).toBe("question_rewriter, iteration 11");
    },
  );

  test("says of older logs what they do not tell, and how to come by it", async () => {
    const { page } = await open({}, finishedRun());
    const notice = await page.locator(".fit .notice").innerText();
    expect(notice).toContain("An earlier version recorded this fit");
    expect(notice).toContain("Run the experiment again, or resume the run");
    expect(await figure(page, "Loss of the fit").locator(".summary").innerText()).toContain("Epochs tried: 3.");
    expect(await page.locator(".mistakes").isVisible()).toBe(false);
    expect(await figure(page, "What it prefers").isVisible()).toBe(false);
  });

  test("says of rewards of chance that there is nothing to tell", async () => {
    const events = finishedRun().map((event) => (event.type === "rewards" ? { ...event, backbone: "random" } : event));
    const { page } = await open({}, events);
    expect(await page.locator(".fit .notice").innerText()).toContain("This reward is drawn by chance");
  });

  test("says that nothing was fitted yet, and what that takes", async () => {
    const { page } = await open({}, whole.slice(0, 3));
    const words = await page.locator(".alignment-page .summary").first().innerText();
    expect(words).toContain("No local reward was fitted yet. They are fitted after preference pairs were collected");
    expect(await page.locator(".fit").isVisible()).toBe(false);
  });

  test.each([
    ["none", { kind: "none" }, "The texts of this fit are not in the run's folder"],
    ["unreadable", { kind: "unreadable", message: "fit-97.json: not valid JSON." }, "fit-97.json: not valid JSON."],
  ] as const)("says where texts are %s", async (_kind, fit, words) => {
    const { page } = await open({ fits: Object.fromEntries(Object.keys(fits).map((seq) => [seq, fit])) });
    await page.locator(".mistakes").getByText(words).waitFor();
    expect(await page.locator(".mistakes table").isVisible()).toBe(false);
    expect(await page.locator(".changed").isVisible()).toBe(false);
    expect(await figure(page, "What it prefers").isVisible()).toBe(true);
  });

  test("speaks the editor's language", async () => {
    const { page } = await open({ words: inventedWords });
    await page.locator(".mistakes caption").waitFor();
    expect(await page.locator(".mistakes caption").innerText()).toBe(
      invented("Held-out pairs that the local reward orders wrongly, those that it is most certain of"),
    );
  });

  test.each(themeNames)("can be read by everyone in %s", async (theme) => {
    const { page } = await open({ theme });
    await page.locator(".mistakes").getByRole("heading", { name: "Example train-17" }).waitFor();
    expect(await seriousFindings(page)).toEqual([]);
    await keepPicture(page, `run-alignment-${theme}`);
  });

  test("opens from a component of the overview", async () => {
    const { page } = await openPanel({ front: "overview", fits }, whole);
    await choose(page, "Details of", "hint_generator");
    await page.getByRole("button", { name: "Show Its Alignment" }).click();
    await expect.poll(() => title(page)).toBe("hint_generator, iteration 9");
  });

  test("fits into a narrow column", async () => {
    const { page } = await open({ width: 480 });
    await page.locator(".mistakes").getByRole("heading", { name: "Example train-17" }).waitFor();
    expect(await page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")).toBe(0);
  });
});
