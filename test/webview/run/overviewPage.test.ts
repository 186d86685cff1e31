import type { Locator, Page } from "playwright-core";
import { describe, expect, test } from "vitest";
import type { RunEvent } from "../../../src/run/events.ts";
import { RUN_PANEL_VERSION } from "../../../src/run/panel/panelMessage.ts";
import { finishedRun, iterate, stageOne } from "../../run/exampleEvents.ts";
import { nastyPieces } from "../../run/nastyText.ts";
import { invented, inventedWords } from "../inventedLanguage.ts";
import { browserPath } from "../rendererPage.ts";
import { choose, type PanelGiven, panelTests } from "./panelTests.ts";
import { FOLDER } from "./runPanelPage.ts";

const isFocused = (one: Locator) => one.evaluate((element) => element.matches(":focus"));

describe.skipIf(browserPath === undefined)("the pages of a run's course and budget", () => {
  const openPanel = panelTests();
  const open = async (given: PanelGiven = {}, events: readonly RunEvent[] = finishedRun()) => {
    const panel = await openPanel({ front: "overview", ...given }, events);
    return panel;
  };
  const chart = (page: Page, name: string) =>
    page.getByRole("figure").filter({ has: page.getByText(name, { exact: true }) });

  describe("its overview", () => {
    test("shows the reward over the iterations and the system, each with words and a table", async () => {
      const { page } = await open();
      const curve = chart(page, "Global reward over the iterations");
      expect(await curve.locator("canvas").count()).toBe(1);
      expect(await curve.locator(".summary").innerText()).toMatch(
        /^Mean validation reward in force: 0\.\d{3} at the start/,
      );
      await curve.getByRole("button", { name: "Show Table" }).click();
      expect(await curve.getByRole("row").count()).toBe(14);
      const system = chart(page, "System");
      await system.getByRole("button", { name: "Show Table" }).click();
      expect(await system.getByRole("rowheader").allInnerTexts()).toContain("retriever");
      expect(
        await page
          .getByText("2 of 5", { exact: true })
          .or(page.getByText("3 of 5", { exact: true }))
          .count(),
      ).toBe(1);
      expect(await page.getByText("simulated model").first().isVisible()).toBe(true);
    });

    test("keeps the system readable on a narrow page, which itself stays as wide as it is", async () => {
      // Each component reads what the one before it gives: as many columns as there are components.
      const chained = finishedRun().map((event) => {
        if (event.type !== "run.started") return event;
        const components = event.system.components.map((one, index) => ({
          ...one,
          inputs: [`text${index}`],
          outputs: [`text${index + 1}`],
        }));
        return { ...event, system: { ...event.system, components } };
      });
      const { page } = await open({}, chained);
      await page.setViewportSize({ width: 400, height: 900 });
      const canvas = chart(page, "System").locator(".canvas");
      const widthOf = (one: Locator) => one.evaluate((element) => element.clientWidth);
      await expect.poll(() => widthOf(canvas.locator(".."))).toBeLessThan(400);
      // It is moved sideways by itself, and has room for what each card says.
      expect(await widthOf(canvas)).toBeGreaterThan(600);
      await expect.poll(async () => (await widthOf(canvas.locator("canvas"))) > 600).toBe(true);
      expect(await page.evaluate("document.documentElement.scrollWidth")).toBeLessThanOrEqual(400);
      expect(await widthOf(chart(page, "Global reward over the iterations").locator(".canvas"))).toBeLessThan(400);
    });

    test("saves a chart in the kind that is chosen from its menu, by keyboard and by pointer", async () => {
      const { page, requests } = await open();
      const curve = chart(page, "Global reward over the iterations");
      const button = curve.getByRole("button", { name: "Export" });
      const menu = curve.getByRole("menu");
      const saved = () => requests.flatMap((request) => (request.type === "save" ? [request.name] : []));
      await button.focus();
      await page.keyboard.press("Enter");
      expect(await isFocused(menu.getByRole("menuitem", { name: "Save as SVG" }))).toBe(true);
      await page.keyboard.press("ArrowUp");
      expect(await isFocused(menu.getByRole("menuitem", { name: "Save as JSONL" }))).toBe(true);
      await page.keyboard.press("Escape");
      expect(await menu.isVisible()).toBe(false);
      expect(await isFocused(button)).toBe(true);
      await page.keyboard.press("ArrowDown");
      await page.keyboard.press("ArrowDown");
      await page.keyboard.press("ArrowDown");
      await page.keyboard.press("Enter");
      await expect.poll(saved).toEqual(["reward-over-iterations.csv"]);
      await button.click();
      await menu.getByRole("menuitem", { name: "Save as SVG" }).click();
      await expect.poll(saved).toEqual(["reward-over-iterations.csv", "reward-over-iterations.svg"]);
      expect(await menu.isVisible()).toBe(false);
      await button.click();
      await page.getByRole("heading", { name: "System" }).click();
      expect(await menu.isVisible()).toBe(false);
    });

    test("grows with a run that goes on, and keeps the focus where it is", async () => {
      const log = stageOne();
      const { page, add } = await open({ live: true }, [...log.events]);
      const curve = chart(page, "Global reward over the iterations");
      expect(await curve.locator(".summary").innerText()).toMatch(
        /^Mean validation reward in force: 0\.\d{3} at the start\. /,
      );
      await curve.locator(".canvas").focus();
      const before = log.events.length;
      iterate(log, 1);
      await add(log.events.slice(before));
      await expect.poll(() => curve.locator(".summary").innerText()).toContain("after iteration 1");
      expect(await page.getByText("1 accepted, 0 rejected, 0 unchanged").isVisible()).toBe(true);
      expect(await isFocused(curve.locator(".canvas"))).toBe(true);
    });

    test("opens the landscape of a component by keyboard and by pointer", async () => {
      const { page } = await open();
      const canvas = chart(page, "System").locator(".canvas");
      await canvas.focus();
      for (const key of ["ArrowRight", "ArrowRight", "ArrowRight", "Enter"]) await page.keyboard.press(key);
      const landscape = page.getByRole("tab", { name: "Landscape" });
      await expect.poll(() => landscape.getAttribute("aria-selected")).toBe("true");
      await expect
        .poll(() => page.locator(".landscape-page .summary:visible").first().innerText())
        .toContain("retriever.k");
      await page.getByRole("tab", { name: "Overview" }).click();
      await canvas.scrollIntoViewIfNeeded();
      const box = await canvas.boundingBox();
      if (box === null) throw new Error("the system is not laid out");
      await page.mouse.click(box.x + box.width / 2, box.y + box.height / 2);
      await expect.poll(() => landscape.getAttribute("aria-selected")).toBe("true");
    });

    test("looks closely at a component that is chosen by keyboard, and goes back", async () => {
      const { page, state } = await open();
      await choose(page, "Details of", "retriever");
      const component = page.getByRole("region", { name: "retriever" });
      await component.waitFor();
      expect(await component.getByRole("region", { name: "Value at the start" }).innerText()).toBe("k = 5");
      expect(await component.getByRole("region", { name: "Value in force" }).innerText()).toBe("k = 10");
      await expect.poll(() => page.evaluate("document.activeElement?.textContent")).toBe("retriever");
      expect(await state()).toMatchObject({ pages: { overview: { component: "retriever" } } });
      await component.getByRole("button", { name: "Close" }).click();
      await component.waitFor({ state: "hidden" });
      await expect.poll(() => isFocused(page.getByRole("combobox", { name: "Details of" }))).toBe(true);
    });

    test("goes on after a reload where it was", async () => {
      const curve = { zoom: [{ start: 20, end: 60 }], table: true };
      const state = keptAs({ component: "answer_generator", curve });
      const { page } = await open({ state });
      await page.getByRole("region", { name: "answer_generator" }).waitFor();
      expect(await chart(page, "Global reward over the iterations").getByRole("table").count()).toBe(1);
      expect(await page.evaluate("document.activeElement === document.body")).toBe(true);
    });

    test("opens the update of a dot, and the updates of a component", async () => {
      const { page } = await open();
      await chart(page, "Global reward over the iterations").locator(".canvas").focus();
      for (const key of ["ArrowRight", "ArrowDown", "ArrowDown", "Enter"]) await page.keyboard.press(key);
      await expect.poll(() => page.getByRole("tab", { name: "Updates" }).getAttribute("aria-selected")).toBe("true");
    });
  });

  describe("its budget", () => {
    test("waits for something to show", async () => {
      const [first] = stageOne().events;
      const { page } = await open({}, first === undefined ? [] : [first]);
      await page.getByRole("tab", { name: "Budget" }).click();
      await page.getByText("Nothing was spent yet.").first().waitFor();
      expect(await page.locator("canvas:visible").count()).toBe(0);
    });
  });

  test("is narrow without scrolling sideways", async () => {
    const { page } = await open({ width: 420 });
    for (const tab of ["Overview", "Budget"]) {
      await page.getByRole("tab", { name: tab }).click();
      const width = await page.evaluate<number>("document.documentElement.scrollWidth");
      expect(width, tab).toBeLessThanOrEqual(420);
    }
  });

  test("speaks the editor's language", async () => {
    const { page } = await open({ words: inventedWords });
    expect(await page.getByText(invented("Time at work")).first().isVisible()).toBe(true);
    const summary = await page.locator(".summary").first().innerText();
    expect(summary).not.toContain("Mean validation reward in force");
  });

  test("shows nasty texts inert", async () => {
    const text = nastyPieces.join(" ");
    const events = finishedRun({ text: () => text }).map((event): RunEvent => {
      return JSON.parse(JSON.stringify(event).replaceAll('"retriever"', () => JSON.stringify(text)));
    });
    const state = { ...keptAs({ component: text }), page: "overview" };
    const { page } = await open({ state }, events);
    await page.locator(".component h3").waitFor();
    expect(await page.locator(".component h3").innerText()).toContain("<script>alert(1)</script>");
    for (const tab of ["Overview", "Budget"]) {
      await page.getByRole("tab", { name: tab }).click();
      for (const button of await page.getByRole("button", { name: "Show Table" }).all()) {
        if (await button.isVisible()) await button.click();
      }
      expect(await page.locator("main :is(script, img, iframe, object, embed, style)").count(), tab).toBe(0);
      expect(await page.locator("main").innerText()).not.toMatch(/[\u202e\u2066]/);
    }
  });
});

function keptAs(overview: unknown) {
  return {
    version: RUN_PANEL_VERSION,
    folder: FOLDER,
    page: "overview",
    pages: { overview },
  };
}
