import type { Page } from "playwright-core";
import { describe, expect, test } from "vitest";
import type { RunEvent } from "../../../src/run/events.ts";
import { RUN_PANEL_VERSION } from "../../../src/run/panel/panelMessage.ts";
import { mean } from "../../../src/run/statistics.ts";
import { finishedRun, iterate, stageOne } from "../../run/exampleEvents.ts";
import { inventedWords } from "../inventedLanguage.ts";
import { browserPath } from "../rendererPage.ts";
import { keepPicture, type PanelGiven, panelTests, seriousFindings, themeNames } from "./panelTests.ts";
import { FOLDER } from "./runPanelPage.ts";

const RUNS = "/w/.optimas/runs";
const [OTHER, THIRD] = [`${RUNS}/20260315-101500-hotpotqa-p2wd`, `${RUNS}/20260316-080000-hotpotqa-m7xc`];

function others(): Readonly<Record<string, readonly RunEvent[]>> {
  const log = stageOne({ seed: 9 });
  for (const iteration of [1, 2, 3]) iterate(log, iteration, { seed: 9 });
  return {
    [OTHER]: moved(finishedRun({ seed: 8, iterations: 9, budgetRuns: 1500 })),
    [THIRD]: log.events.map(
      (event): RunEvent =>
        event.type === "run.started"
          ? { ...event, data: { ...event.data, validation: { n: 80, hash: "77aa", source: "other.jsonl" } } }
          : event,
    ),
  };
}

/** The same run, had it gone a little otherwise: scores of examples depend on the iteration alone. */
function moved(events: readonly RunEvent[]): RunEvent[] {
  const scores = (given: readonly number[]) =>
    given.map((score, row) => Math.min(1, score + ((row * 7) % 11 < 4 ? 0.12 : row % 5 === 0 ? -0.1 : 0)));
  return events.map((event) => {
    switch (event.type) {
      case "evaluation": {
        const now = event.of === "unoptimized" ? event.scores : scores(event.scores);
        return { ...event, scores: now, mean: mean(now) };
      }
      case "update": {
        const { validation } = event;
        if (validation === null) return event;
        return {
          ...event,
          validation: { ...validation, before: scores(validation.before), after: scores(validation.after) },
        };
      }
      case "summary":
        return {
          ...event,
          configuration: { ...event.configuration, question_rewriter: "Rephrase the whole question." },
        };
      default:
        return event;
    }
  });
}

function keptAs(query: unknown, more: object = {}) {
  return { version: RUN_PANEL_VERSION, folder: FOLDER, page: "compare", pages: { compare: { query, ...more } } };
}

describe.skipIf(browserPath === undefined)("the page that compares runs", () => {
  const openPanel = panelTests();
  const open = async (given: PanelGiven = {}, events = finishedRun()) => {
    const panel = await openPanel({ front: "compare", others: others(), ...given }, events);
    return panel;
  };
  const chart = (page: Page) => page.getByRole("figure").filter({ hasText: "Global rewards of the runs" });
  const table = (page: Page, name: string) => page.getByRole("region", { name });
  const cells = (page: Page, name: string, row: string) =>
    table(page, name)
      .getByRole("row")
      .filter({ has: page.getByRole("rowheader", { name: row, exact: true }) })
      .getByRole("cell")
      .allInnerTexts();
  const SCORES = "Scores, with the 95 % interval of the paired difference";
  const FIGURES = "Runs, updates and budgets";
  const VALUES = "Values in force, by component";
  const SETTINGS = "What the runs were started with that differs";
  const both = { state: keptAs({ runs: [OTHER, THIRD] }) };

  test("says what to do while there is only one run, and has others chosen", async () => {
    const { page, requests, tell } = await open();
    expect(await page.getByText("Only this run is here.").isVisible()).toBe(true);
    expect(await page.locator("canvas:visible").count()).toBe(0);
    await page.getByRole("button", { name: "Add a Run to Compare..." }).press("Enter");
    await expect.poll(() => requests.at(-1)).toEqual({ type: "pickRuns", runs: [] });
    await tell({ type: "open", version: RUN_PANEL_VERSION, page: "compare", kept: { query: { runs: [OTHER] } } });
    await page.getByText("20260315-101500-hotpotqa-p2wd").first().waitFor();
    await expect.poll(() => chart(page).locator(".summary").innerText()).toMatch(/^A: from .* B: from /);
  });

  test("shows rewards, scores on the same rows, budgets, settings and values side by side", async () => {
    const { page } = await open(both);
    const differences = () => cells(page, SCORES, "Difference to A, validation rows");
    await expect.poll(async () => (await differences())[1]).toMatch(/^[+-]?0\.\d{3} \[[+-]?0\.\d{3}, [+-]?0\.\d{3}\]$/);
    expect((await differences())[0]).toBe("the others are compared with it");
    expect((await differences())[2]).toBe("no paired comparison: the rows are of other data");
    expect(await page.getByText("Not all runs have measured the same rows.").isVisible()).toBe(true);
    expect(await cells(page, FIGURES, "System runs")).toEqual([
      expect.stringContaining("of 2,000"),
      expect.stringContaining("of 1,500"),
      expect.stringContaining("of 2,000"),
    ]);
    expect(await cells(page, SETTINGS, "Seed")).toEqual(["7", "8", "9"]);
    expect((await cells(page, SETTINGS, "Validation rows")).at(-1)).toContain("80");
    expect(await cells(page, VALUES, "retriever")).toEqual([
      expect.stringContaining("k = 10"),
      expect.any(String),
      expect.any(String),
    ]);
  });

  test("compares with another run when asked to, by keyboard", async () => {
    const { page, state } = await open(both);
    await page.getByRole("combobox", { name: "Compare with" }).waitFor();
    await page.getByRole("combobox", { name: "Compare with" }).focus();
    await page.keyboard.press("ArrowDown");
    await page.keyboard.press("Enter");
    await expect
      .poll(() => cells(page, SCORES, "Difference to B, validation rows"))
      .toEqual([expect.stringMatching(/^[+-]?0\.\d{3} \[/), "the others are compared with it", expect.any(String)]);
    expect(await state()).toMatchObject({ pages: { compare: { query: { reference: OTHER } } } });
  });

  test("draws rewards over iterations, system runs, calls, tokens or time", async () => {
    const { page, state } = await open({ state: keptAs({ runs: [OTHER] }) });
    await page.getByRole("radio", { name: "iteration" }).waitFor();
    const drawn = () => page.evaluate<string>(`document.querySelector("figure canvas").toDataURL()`);
    const before = await drawn();
    await page.getByRole("radio", { name: "iteration" }).focus();
    await page.keyboard.press("ArrowRight");
    await expect.poll(drawn).not.toBe(before);
    expect(await state()).toMatchObject({ pages: { compare: { axis: "systemRuns" } } });
    await page.getByRole("radio", { name: "time at work" }).click();
    expect(await state()).toMatchObject({ pages: { compare: { axis: "time" } } });
    await chart(page).getByRole("button", { name: "Show Table" }).click();
    expect(await chart(page).getByRole("rowheader").allInnerTexts()).toContain("B 20260315-101500-hotpotqa-p2wd");
  });

  test("narrows values to what differs", async () => {
    const { page, state } = await open({ state: keptAs({ runs: [THIRD] }) });
    const box = page.getByRole("checkbox", { name: /^Only components that differ/ });
    await box.waitFor();
    const names = () => table(page, VALUES).getByRole("rowheader").allInnerTexts();
    expect(await names()).toHaveLength(5);
    const [, count] = /\((\d) of 5\)/.exec((await box.getAttribute("aria-label")) ?? "") ?? [];
    await box.press("Space");
    await expect.poll(async () => (await names()).length).toBe(Number(count));
    expect(Number(count)).toBeLessThan(5);
    expect(await table(page, VALUES).locator("del, ins").count()).toBeGreaterThan(0);
    const whole = await table(page, VALUES).innerText();
    await page.getByRole("checkbox", { name: "Only differences", exact: true }).press("Space");
    expect((await table(page, VALUES).innerText()).length).toBeLessThanOrEqual(whole.length);
    expect(await state()).toMatchObject({
      pages: { compare: { onlyDifferences: true, query: { differingOnly: true } } },
    });
  });

  test("saves all tables, and the whole comparison", async () => {
    const { page, requests } = await open(both);
    await page.getByRole("button", { name: "Save All as CSV" }).press("Enter");
    const saved = () => requests.flatMap((request) => (request.type === "save" ? [request] : []));
    await expect.poll(() => saved().at(-1)?.name).toBe("runs-compared.csv");
    const csv = JSON.stringify(saved().at(-1)?.content);
    for (const part of ["C 20260316-080000-hotpotqa-m7xc", "Seed,7,8,9", "k = 10 | changed by its run"]) {
      expect(csv).toContain(part);
    }
    await page.getByRole("button", { name: "Save All as JSON" }).press("Enter");
    await expect.poll(() => saved().at(-1)?.name).toBe("runs-compared.json");
    const content = saved().at(-1)?.content;
    if (content?.kind !== "text") throw new Error("a comparison is text");
    expect(JSON.parse(content.text)).toMatchObject({ reference: 0, runs: [{}, {}, {}] });
  });

  test("opens and removes a run, keeps the focus, and refuses a seventh", async () => {
    const many = Object.fromEntries([1, 2, 3, 4, 5].map((one) => [`${RUNS}/run-${one}`, finishedRun({ seed: one })]));
    const { page, requests } = await open({ others: many, state: keptAs({ runs: Object.keys(many) }) });
    const add = page.getByRole("button", { name: "Add a Run to Compare..." });
    await page.getByText("At most 6 runs can be compared. Remove one first.").waitFor();
    await expect.poll(() => add.isDisabled()).toBe(true);
    await page.getByRole("button", { name: "Open run C" }).press("Enter");
    await expect.poll(() => requests.at(-1)).toEqual({ type: "openRun", folder: `${RUNS}/run-2` });
    await page.getByRole("button", { name: "Remove run C from the comparison" }).press("Enter");
    await expect
      .poll(() => page.getByRole("list", { name: "Runs that are compared" }).getByRole("listitem").count())
      .toBe(5);
    expect(await page.getByText("At most 6 runs").count()).toBe(0);
    await expect.poll(() => add.evaluate((element) => element.matches(":focus"))).toBe(true);
    expect(await page.getByText("run-2").count()).toBe(0);
  });

  test("grows with a run that goes on, and leaves alone what is as it was", async () => {
    const log = stageOne({ seed: 9 });
    const growing = { [OTHER]: log.events };
    const { page, add } = await open({ others: growing, live: true, state: keptAs({ runs: [OTHER] }) });
    await expect.poll(() => cells(page, FIGURES, "Iterations")).toEqual(["12 of 12", "0 of 12"]);
    await page.evaluate(`globalThis.before = document.querySelector("td.value")`);
    iterate(log, 1, { seed: 9 });
    await add([]);
    await expect.poll(() => cells(page, FIGURES, "Iterations")).toEqual(["12 of 12", "1 of 12"]);
    expect(await page.evaluate(`globalThis.before === document.querySelector("td.value")`)).toBe(true);
    expect(await page.locator(".runs [data-live]").count()).toBe(2);
  });

  test("tells why a run cannot be read, and shows the others", async () => {
    const { page } = await open({ state: keptAs({ runs: [`${RUNS}/gone`, OTHER] }) });
    await page.getByText(`cannot be read: There is no run in ${RUNS}/gone.`).first().waitFor();
    expect((await cells(page, SETTINGS, "Seed"))[1]).toBe("–");
    await expect.poll(() => chart(page).locator(".summary").innerText()).toContain("C: from");
  });

  test("goes on after a reload where it was", async () => {
    const kept = { axis: "systemRuns", onlyDifferences: true, chart: { zoom: [{ start: 10, end: 70 }], table: true } };
    const { page } = await open({ state: keptAs({ runs: [OTHER], reference: OTHER, differingOnly: true }, kept) });
    await expect.poll(() => cells(page, SCORES, "Difference to B, validation rows")).toHaveLength(2);
    expect(await chart(page).getByRole("table").count()).toBe(1);
    const chosen = page.getByRole("radio", { name: "system runs" });
    await expect.poll(() => chosen.getAttribute("aria-checked")).toBe("true");
    expect(await page.evaluate("document.activeElement === document.body")).toBe(true);
  });

  describe.each(themeNames)("in the theme %s", (theme) => {
    test("is drawn in its colours, and axe finds nothing serious", async () => {
      const { page } = await open({ ...both, theme });
      await expect.poll(() => cells(page, SETTINGS, "Seed")).toEqual(["7", "8", "9"]);
      await keepPicture(page, `run-compare-${theme}`);
      expect(await seriousFindings(page)).toEqual([]);
    });
  });

  test("is narrow without scrolling sideways", async () => {
    const { page } = await open({ ...both, width: 420 });
    await expect.poll(() => cells(page, SETTINGS, "Seed")).toHaveLength(3);
    expect(await page.evaluate<number>("document.documentElement.scrollWidth")).toBeLessThanOrEqual(420);
  });

  test("speaks the editor's language", async () => {
    const { page } = await open({ ...both, words: inventedWords });
    await page.locator("td.value").first().waitFor();
    const text = await page.locator("main").innerText();
    for (const english of ["Model calls", "Time at work", "Seed", "accepted,", "the others are compared"]) {
      expect(text).not.toContain(english);
    }
  });
});
