import type { Page } from "playwright-core";
import { describe, expect, test } from "vitest";
import type { RunEvent } from "../../../src/run/events.ts";
import { RUN_PANEL_VERSION } from "../../../src/run/panel/panelMessage.ts";
import type { Rerun } from "../../../src/run/panel/rerun.ts";
import { finishedRun, iterate, LogWriter, stageOne, started } from "../../run/exampleEvents.ts";
import { exampleTrajectory, withTexts } from "../../run/exampleTrajectories.ts";
import { settled } from "../drawnPage.ts";
import { invented, inventedWords } from "../inventedLanguage.ts";
import { browserPath } from "../rendererPage.ts";
import { choose, keepPicture, type PanelGiven, panelTests, seriousFindings, themeNames } from "./panelTests.ts";

const finished = withTexts(finishedRun());

/** Rows by configurations with these rewards: the start's first, then those of accepted updates. */
function gridOf(rewards: readonly (readonly number[])[]): RunEvent[] {
  const exampleIds = (rewards[0] ?? []).map((_, row) => `row ${row}`);
  const log = new LogWriter().add(started()).add({
    type: "evaluation",
    of: "unoptimized",
    split: "validation",
    mean: 0.5,
    n: exampleIds.length,
    exampleIds,
    scores: [...(rewards[0] ?? [])],
    failures: [],
    texts: exampleIds.map((id) => `text of ${id}`),
  });
  for (const [index, after] of rewards.slice(1).entries()) {
    log.add({
      type: "update",
      iteration: index + 1,
      component: "retriever",
      decision: "accepted",
      reason: "it rose",
      before: { k: index },
      after: { k: index + 1 },
      scorer: "local",
      rewardBefore: 0,
      rewardAfter: 1,
      validation: { before: [...(rewards[index] ?? [])], after: [...after], exampleIds },
    });
  }
  return log.events;
}

describe.skipIf(browserPath === undefined)("the page of examples", () => {
  const openPanel = panelTests();
  const open = async (given: PanelGiven = {}, events: readonly RunEvent[] = finished) => {
    const trajectory = (exampleId: string, iteration: number) => exampleTrajectory(exampleId, iteration);
    const panel = await openPanel({ front: "examples", trajectory, ...given }, events);
    await panel.page.locator(".examples-page").waitFor();
    return panel;
  };
  const names = (page: Page) => page.locator("tbody th .name").allInnerTexts();
  const cell = (page: Page, row: number, column: number) =>
    page
      .locator("tbody tr")
      .nth(row)
      .locator("td")
      .nth(column + 1);
  const title = (page: Page) => page.locator(".cell h2").innerText();
  const focused = (page: Page) => page.evaluate<string>("document.activeElement.innerText.trim()");

  test("shows every row under the start and every accepted configuration, rejected ones on request", async () => {
    const { page } = await open();
    const heads = page.locator("thead th");
    expect(await heads.count()).toBe(2 + 1 + 3);
    expect(await heads.nth(2).innerText()).toMatch(/^Start\s+0\.\d{3}$/);
    expect(await page.locator("tbody tr").count()).toBe(50);
    expect(await page.getByRole("grid").getAttribute("aria-rowcount")).toBe("61");
    await page.getByRole("checkbox", { name: "Rejected configurations too (6)" }).click();
    await expect.poll(() => heads.count()).toBe(2 + 1 + 9);
    expect(await page.locator(".above").innerText()).toContain("60 of 60 rows, 10 configurations");
  });

  test("shades cells by their reward and tells better from worse without colour", async () => {
    const { page } = await open(
      {},
      gridOf([
        [0, 1, 0.5],
        [1, 0, 0.5],
      ]),
    );
    expect(await cell(page, 0, 0).getAttribute("data-shade")).toBe("0");
    expect(await cell(page, 0, 1).getAttribute("data-shade")).toBe("10");
    const changes = page.locator("tbody tr td:nth-child(2)");
    expect(await changes.allInnerTexts()).toEqual(["+1.000", "-1.000", "0.000"]);
    const marks = await page.evaluate<string[]>(
      `[...document.querySelectorAll("tbody tr td:nth-child(2)")].map((one) => getComputedStyle(one, "::before").content)`,
    );
    expect(marks.map((mark) => mark.slice(0, 2))).toEqual(['"▲', '"▼', "no"]);
  });

  test("finds rows by text, by what became of them and by reward, and sorts by every heading", async () => {
    const { page } = await open(
      {},
      gridOf([
        [0.2, 0.9, 0.5],
        [0.8, 0.9, 0.1],
      ]),
    );
    await page.getByRole("searchbox").fill("TEXT of row 1");
    await expect.poll(() => names(page)).toEqual(["row 1"]);
    await page.getByRole("searchbox").fill("nothing like it");
    await page.getByText("No row is like that.").waitFor();
    await page.getByRole("searchbox").fill("");
    await expect.poll(() => names(page)).toEqual(["row 0", "row 1", "row 2"]);
    await page.getByRole("spinbutton", { name: "Least reward" }).fill("0.5");
    await expect.poll(() => names(page)).toEqual(["row 0", "row 1"]);
    await page.getByRole("spinbutton", { name: "Least reward" }).fill("");
    await page.getByRole("columnheader", { name: "Change" }).click();
    await expect.poll(() => names(page)).toEqual(["row 0", "row 1", "row 2"]);
    await page.getByRole("columnheader", { name: "Start" }).click();
    await expect.poll(() => names(page)).toEqual(["row 0", "row 2", "row 1"]);
    await page.getByRole("columnheader", { name: "Start" }).click();
    await expect.poll(() => names(page)).toEqual(["row 1", "row 2", "row 0"]);
    expect(await page.getByRole("columnheader", { name: "Start" }).getAttribute("aria-sort")).toBe("descending");
    await choose(page, "Rows", "worse than at the start");
    await expect.poll(() => names(page)).toEqual(["row 2"]);
  });

  test("can be walked through by keyboard alone, over the edges of its pages", async () => {
    const { page } = await open();
    const first = (await names(page))[0];
    await page.getByRole("searchbox").focus();
    await page.locator('.examples-page table [tabindex="0"]').focus();
    expect(await focused(page)).toContain(first);
    await page.keyboard.press("ArrowRight");
    await page.keyboard.press("ArrowRight");
    expect(await focused(page)).toBe(await cell(page, 0, 0).innerText());
    await page.keyboard.press("End");
    expect(await focused(page)).toBe(await cell(page, 0, 3).innerText());
    await page.keyboard.press("Home");
    expect(await focused(page)).toContain(first);
    await page.keyboard.press("ArrowUp");
    expect(await focused(page)).toBe("Row");
    await page.keyboard.press("Control+End");
    await page.keyboard.press("ArrowDown");
    await expect.poll(() => page.locator("tbody tr").count()).toBe(10);
    const place = `const at = document.activeElement; [at.parentElement.rowIndex, at.cellIndex]`;
    await expect.poll(() => page.evaluate(place)).toEqual([1, 5]);
    await page.keyboard.press("ArrowUp");
    await expect.poll(() => page.locator("tbody tr").count()).toBe(50);
    await expect.poll(() => page.evaluate(place)).toEqual([50, 5]);
    await page.keyboard.press("Home");
    await page.keyboard.press("Enter");
    await expect.poll(() => page.locator('td[aria-selected="true"]').count()).toBe(1);
    await page.locator(".cell").waitFor();
    await page.getByRole("button", { name: "Copy as JSON" }).focus();
    await page.keyboard.press("Escape");
    await expect.poll(() => page.locator(".cell").isHidden()).toBe(true);
    expect(await page.evaluate(place)).toEqual([50, 0]);
  });

  test("shows what each component got and gave, and what it gave under another configuration", async () => {
    const { page } = await open();
    await cell(page, 0, 1).click();
    await expect.poll(() => title(page)).toMatch(/ · Iteration 1: answer_generator accepted$/);
    const steps = page.locator(".step h3");
    await expect
      .poll(() => steps.allInnerTexts())
      .toEqual(["1. question_rewriter", "2. info_extractor", "3. retriever", "4. answer_generator"]);
    const answer = page.locator(".step").nth(3);
    expect(await answer.innerText()).toMatch(/local reward 0\.410 · 0\.120 s · model calls: 1/);
    expect(await page.locator(".step").nth(1).innerText()).toContain("no local reward was learnt by then");
    expect(await page.locator(".step").nth(2).innerText()).toContain("12 s");
    // What the row says under the name of an output stands beside it; no component got it.
    const input = page.locator(".step").first().getByRole("group", { name: "Input" });
    expect(await input.innerText()).not.toContain("Ada Lovelace");
    expect(await answer.getByRole("group", { name: "Output" }).innerText()).toContain("The row says: Ada Lovelace.");
    await choose(page, "Compare with", /^Start/);
    await expect.poll(() => answer.locator("del").allInnerTexts()).toEqual(["It was written by ", "."]);
    expect(await answer.innerText()).toMatch(/local reward 0\.400 → 0\.410/);
    expect(await page.locator(".step").first().innerText()).toContain("the same output");
    await page.getByRole("checkbox", { name: "Only differences" }).click();
    await expect.poll(() => page.locator(".step").first().innerText()).toContain("Nothing differs here.");
    await page.getByRole("button", { name: "Show Update" }).click();
    await expect.poll(() => page.locator(".update h2").innerText()).toBe("answer_generator, iteration 1: accepted");
  });

  test("copies a cell with everything in it, and has the whole grid saved", async () => {
    const { page, requests } = await open();
    await cell(page, 2, 0).click();
    await page.locator(".step").first().waitFor();
    await page.getByRole("button", { name: "Copy as JSON" }).click();
    await expect.poll(() => requests.at(-1)?.type).toBe("copy");
    const [last] = requests.slice(-1);
    const copied = JSON.parse(last?.type === "copy" ? last.text : "null");
    expect(copied).toMatchObject({ iteration: 0, decision: "start", simulated: true, row: { answer: "Ada Lovelace" } });
    expect(copied.steps[0]).toMatchObject({ component: "question_rewriter", localReward: 0.61, ms: 120, calls: 1 });
    await page.getByRole("searchbox").fill("chapter");
    await page.getByRole("button", { name: "CSV", exact: true }).click();
    await expect.poll(() => requests.at(-1)).toMatchObject({ type: "exportTable", page: "examples", kind: "csv" });
  });

  test("says what running a row again costs, how far it is and how it came off beside the earlier one", async () => {
    const { page, requests, tell } = await open();
    await cell(page, 0, 0).click();
    await page.locator(".step").first().waitFor();
    const { exampleId } = { exampleId: (await names(page))[0] ?? "" };
    await page.getByText("Costs one system run (simulated model).").waitFor();
    await page.getByRole("button", { name: "Run This Row Again" }).click();
    await expect.poll(() => requests.at(-1)).toEqual({ type: "rerun", exampleId, iteration: 0 });
    const of = { exampleId, iteration: 0 };
    const told = (rerun: Rerun) => tell({ type: "rerun", version: RUN_PANEL_VERSION, rerun });
    await told({ kind: "opening", of });
    await page.getByText("Opening the experiment in a process of its own…").waitFor();
    await told({ kind: "running", of, done: 2, total: 5 });
    await page.getByText("Running the row: 2 of 5 components are done.").waitFor();
    await page.getByRole("button", { name: "Stop", exact: true }).click();
    await expect.poll(() => requests.at(-1)).toEqual({ type: "stopRerun" });
    await told({ kind: "stopping", of });
    await page.getByRole("button", { name: "Stop by Force" }).waitFor();
    await told({ kind: "stopped", of });
    await page.getByText("It was stopped. Nothing is kept of it.").waitFor();
    await told({ kind: "opening", of });
    await told({
      kind: "done",
      of,
      model: "simulated:text",
      simulated: true,
      rewardsProblem: null,
      result: {
        kind: "example",
        exampleId,
        example: { id: exampleId, question: "Who?" },
        score: 1,
        ms: 2345,
        failure: null,
        steps: [
          {
            component: "answer_generator",
            input: { question: "Who?" },
            output: { text: "Ada" },
            value: "Answer the question.",
            localReward: 0.7,
            ms: 400,
          },
        ],
      },
    });
    await page.getByText(/Run again: reward 1\.000, in the run .* It took 2\.3 s with simulated model\./).waitFor();
    // Compared at once, from the run to the row run again.
    const answer = page.locator(".step").filter({ hasText: "answer_generator" });
    await expect.poll(() => answer.innerText()).toContain("local reward 0.400 → 0.700");
    await page.getByText("question_rewriter did not run here.").waitFor();
    await told({ kind: "refused", of, message: "Nothing runs in Restricted Mode.", remedy: "trust" });
    await page.getByRole("button", { name: "Manage Workspace Trust" }).click();
    await expect.poll(() => requests.at(-1)).toEqual({ type: "manageTrust" });
    await told({ kind: "failed", of, message: "experiment.ts: no such row" });
    await page.getByRole("button", { name: "Show Log" }).click();
    await expect.poll(() => requests.at(-1)).toEqual({ type: "showLog" });
  });

  test("says honestly what a folder does not hold", async () => {
    const older = await open({ trajectory: () => ({ kind: "none", why: "older" }) });
    await cell(older.page, 0, 0).click();
    await older.page.getByText("This run has kept no trajectories").waitFor();
    const full = await open({ trajectory: () => ({ kind: "none", why: "full" }) });
    await cell(full.page, 0, 0).click();
    await full.page.getByText("as many trajectories as it may").waitFor();
    const torn = await open({ trajectory: () => ({ kind: "unreadable", message: "line 3 is damaged" }) });
    await cell(torn.page, 0, 0).click();
    await torn.page.getByText("line 3 is damaged").waitFor();
    const { page } = await open({}, [...stageOne().events].slice(0, 1));
    await page.getByText(/No row was measured yet/).waitFor();
  });

  test("keeps the place in the grid while the run goes on", async () => {
    const log = stageOne();
    for (let iteration = 1; iteration <= 3; iteration++) iterate(log, iteration);
    const { page, add } = await open({ live: true }, [...log.events]);
    await cell(page, 3, 0).click();
    await expect.poll(() => title(page)).toContain("· Start");
    const before = await page.locator("thead th").count();
    const known = log.events.length;
    for (let iteration = 4; iteration <= 12; iteration++) iterate(log, iteration);
    await add(log.events.slice(known));
    await expect.poll(() => page.locator("thead th").count()).toBeGreaterThan(before);
    expect(await page.evaluate("document.activeElement.parentElement.rowIndex")).toBe(4);
    expect(await title(page)).toContain("· Start");
  });

  test("goes on where it was, after it was thrown away", async () => {
    const first = await open();
    await first.page.getByRole("checkbox", { name: /^Rejected configurations/ }).click();
    await first.page.getByRole("searchbox").fill("chapter");
    await cell(first.page, 1, 1).click();
    await first.page.locator(".step").first().waitFor();
    const before = await title(first.page);
    const again = await open({ state: await first.state() });
    await expect.poll(() => title(again.page)).toBe(before);
    const rejected = again.page.getByRole("checkbox", { name: /^Rejected configurations/ });
    await expect.poll(() => rejected.isChecked()).toBe(true);
    for (const state of [{ query: 7 }, null, { query: { text: 3 }, look: { against: 1 } }]) {
      const kept = {
        version: 1,
        folder: "/w/.optimas/runs/2026-03-14-0930-k3vq",
        page: "examples",
        pages: { examples: state },
      };
      expect(await names((await open({ state: kept })).page)).toHaveLength(50);
    }
  });

  test("holds 10,000 rows under 50 configurations with no more cells than are seen", async () => {
    const rows = Array.from({ length: 10_000 }, (_, row) => (row % 100) / 100);
    const { page } = await open(
      {},
      gridOf(Array.from({ length: 51 }, (_, at) => rows.map((one) => (one + at / 50) % 1))),
    );
    expect(await page.locator("tbody tr").count()).toBe(50);
    expect(await page.locator("td").count()).toBeLessThanOrEqual(50 * 51);
    await page
      .getByRole("navigation", { name: "Pages of configurations" })
      .getByRole("button", { name: "Next" })
      .click();
    await expect.poll(() => page.locator("thead th").count()).toBe(3);
    await page.getByRole("navigation", { name: "Pages of rows" }).getByRole("button", { name: "Next" }).click();
    await expect.poll(() => names(page).then(([name]) => name)).toBe("row 50");
  });

  test("speaks the editor's language", async () => {
    const { page } = await open({ words: inventedWords });
    await expect.poll(() => page.locator("thead th").first().innerText()).toBe(invented("Row"));
  });

  test.each(themeNames)("can be read by everyone in %s", async (theme) => {
    const { page } = await open({ theme });
    await cell(page, 1, 1).click();
    await choose(page, "Compare with", /^Start/);
    await page.locator(".step ins, .step del").first().waitFor();
    await page.mouse.move(0, 0);
    await settled(page);
    expect(await seriousFindings(page)).toEqual([]);
    await keepPicture(page, `run-examples-cell-${theme}`);
  });
});
