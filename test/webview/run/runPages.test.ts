import { describe, expect, test } from "vitest";
import type { RunEvent } from "../../../src/run/events.ts";
import { RUN_PANEL_VERSION, runPanelStateSchema } from "../../../src/run/panel/panelMessage.ts";
import { finishedRun, interruptedRun } from "../../run/exampleEvents.ts";
import { settled } from "../drawnPage.ts";
import { invented, inventedWords } from "../inventedLanguage.ts";
import { browserPath } from "../rendererPage.ts";
import { type PanelGiven, panelTests } from "./panelTests.ts";
import { FOLDER, type RunPanelTestPage, runPanelCode } from "./runPanelPage.ts";

const version = RUN_PANEL_VERSION;

describe("the script of the panel of runs", () => {
  test("is one file that loads nothing, and holds no code made at run time", async () => {
    const code = await runPanelCode();
    for (const forbidden of [/\bimport\s*[("'{*]/, /\brequire\(/, /XMLHttpRequest/, /\beval\(/]) {
      expect(forbidden.test(code), String(forbidden)).toBe(false);
    }
    const kilobytes = Buffer.byteLength(code) / 1024;
    console.log(`measured  the script of the panel of runs: ${kilobytes.toFixed(1)} KB`);
    expect(kilobytes).toBeLessThan(1100);
  });
});

describe.skipIf(browserPath === undefined)("the panel of a run", () => {
  const openPanel = panelTests();

  const open = (given: PanelGiven = {}, events: readonly RunEvent[] = finishedRun()) => openPanel(given, events);

  /** Puts a page in front. */
  async function choose({ page }: RunPanelTestPage, title: string): Promise<void> {
    await page.getByRole("tab", { name: title, exact: true }).click();
    await page.getByRole("tabpanel", { name: title, exact: true }).waitFor();
  }

  const tabs = (one: RunPanelTestPage) => one.page.getByRole("tab").allInnerTexts();

  test("says which run it is, how it stands, and that its model was simulated", async () => {
    const one = await open();
    const { page } = one;
    await page.getByRole("heading", { name: "hotpotqa", level: 1 }).waitFor();
    expect(await page.locator("header .status").innerText()).toBe("finished: all iterations done");
    expect(await page.locator("header .badge").innerText()).toBe("simulated model");
    expect(await page.locator("header .facts").innerText()).toMatch(
      /^12 of 12 iterations · [\d,.]+ (of [\d,.]+ )?system runs · /,
    );
    const killed = await open({}, interruptedRun().slice(0, -1));
    await killed.page.getByText("interrupted: its process is gone").first().waitFor();
    const live = await open({ live: true }, interruptedRun().slice(0, -1));
    await live.page.locator("header [data-live]").waitFor();
  });

  test("offers to go on with a run that broke off, and says nothing of what is to come there", async () => {
    const underWay = interruptedRun().slice(0, -1);
    const killed = await open({}, underWay);
    await killed.page.getByRole("button", { name: "Resume" }).click();
    await expect.poll(() => killed.requests.at(-1)).toMatchObject({ type: "resume" });
    const live = await open({ live: true }, underWay);
    await live.page.getByText("Time left, about").waitFor();
    for (const one of [live, await open({}, finishedRun())]) {
      await one.page.getByRole("heading", { name: "hotpotqa" }).waitFor();
      expect(await one.page.getByRole("button", { name: "Resume" }).count()).toBe(0);
    }
    expect(await killed.page.getByText("Time left, about").count()).toBe(0);
    await killed.page.getByText("Now at work on").waitFor({ state: "detached" });
  });

  test("says that the run starts from accepted values, not from the source's", async () => {
    const events = finishedRun().map((event) =>
      event.type === "run.started"
        ? { ...event, saved: { file: "qa.optimas.json", components: ["retriever", "hint_generator"] } }
        : event,
    );
    const facts = (panel: RunPanelTestPage) => panel.page.locator("header .facts").innerText();
    expect(await facts(await open({}, events))).toContain("starts from 2 saved values (qa.optimas.json)");
    expect(await facts(await open())).not.toContain("saved");
  });

  test("goes from page to page by mouse and by keyboard, and asks only for what is seen", async () => {
    const one = await open();
    const { page, shows } = one;
    const titles = await tabs(one);
    expect(titles.length).toBeGreaterThan(1);
    await page.getByRole("tab").first().focus();
    for (const title of [...titles.slice(1), titles[0] ?? ""]) {
      await page.keyboard.press("ArrowRight");
      expect(await page.getByRole("tab", { selected: true }).innerText()).toBe(title);
      expect(await page.getByRole("tabpanel").count()).toBe(1);
    }
    await page.keyboard.press("End");
    expect(await page.getByRole("tab", { selected: true }).innerText()).toBe(titles.at(-1));
    await expect.poll(() => shows.length).toBe(titles.length + 2);
  });

  test("keeps the page in front, and what each page keeps, while it is hidden or the window is closed", async () => {
    const first = await open();
    const titles = await tabs(first);
    const last = titles.at(-1) ?? "";
    await choose(first, last);
    const state = runPanelStateSchema.parse(await first.state());
    expect(state.folder).toBe(FOLDER);
    const again = await open({ state });
    expect(await again.page.getByRole("tab", { selected: true }).innerText()).toBe(last);
    const other = await open({ state: { ...state, folder: "/w/other" } });
    expect(await other.page.getByRole("tab", { selected: true }).innerText()).toBe(titles[0]);
    const odd = await open({ state: { ...state, version: 99, page: "none", pages: { overview: 7 } } });
    expect(await odd.page.getByRole("tab", { selected: true }).innerText()).toBe(titles[0]);
  });

  test("survives whatever a page may have kept", async () => {
    const first = await open();
    const titles = await tabs(first);
    const names = runPanelStateSchema.parse(await first.state()).pages;
    for (const kept of [null, 7, "x", [], { zoom: "x", query: { from: -1 } }]) {
      const pages = Object.fromEntries([...Object.keys(names), "overview", "updates"].map((name) => [name, kept]));
      const one = await open({ state: { version, folder: FOLDER, page: "updates", pages } });
      for (const title of titles) await choose(one, title);
    }
  });

  test("draws more of a live run as it comes, and ignores answers to questions that it no longer asks", async () => {
    const events = finishedRun();
    const half = Math.floor(events.length / 2);
    const one = await open({ live: true }, events.slice(0, half));
    const { page } = one;
    await page.locator("header [data-live]").waitFor();
    await one.add(events.slice(half));
    await page.getByText("finished: all iterations done").first().waitFor();
    // Its process is still there, and it is at work no longer.
    expect(await page.locator("header [data-live]").count()).toBe(0);
    const head = { runId: "stale", system: "stale" };
    await one.tell({ type: "shown", version, page: "overview", asked: 0, shown: null, head, live: true });
    expect(await page.getByRole("heading", { level: 1 }).innerText()).toBe("hotpotqa");
  });

  test("says what keeps it from showing the run", async () => {
    const one = await open({}, []);
    const { page } = one;
    await page.getByText("The run has not begun yet.").waitFor();
    await one.tell({ type: "reading", version, done: 25, total: 100 });
    await page.getByText("Reading the run: 25 %").waitFor();
    await one.tell({ type: "unreadable", version, message: "<b>events.jsonl</b>, line 3: not valid JSON." });
    await page.getByText("<b>events.jsonl</b>, line 3: not valid JSON.").waitFor();
    expect(await page.getByRole("heading", { level: 1 }).innerText()).toBe(FOLDER.split("/").at(-1));
    expect(await page.locator("main").getAttribute("aria-busy")).toBe("false");
    await one.add(finishedRun());
    await page.getByRole("heading", { name: "hotpotqa" }).waitFor();
    expect(await page.getByText("not valid JSON").isVisible()).toBe(false);
  });

  test("speaks the editor's language", async () => {
    const { page } = await open({ words: inventedWords });
    await page.getByRole("button", { name: invented("Open Report") }).waitFor();
    expect(await page.evaluate("document.documentElement.lang")).toBe("el-x-invented");
  });

  test("offers nothing to be pressed on a page before there is something that it is about", async () => {
    const one = await open({ unread: "updates" });
    const { page, requests, shows } = one;
    await page.getByRole("tab", { name: "Updates", exact: true }).click();
    await expect.poll(() => shows.at(-1)).toBe("updates");
    const revert = page.getByRole("button", { name: "Revert to Here" });
    expect(await revert.count()).toBe(0);
    await one.add([]);
    await revert.click();
    await expect.poll(() => requests.at(-1)).toMatchObject({ type: "do", deed: "revert" });
  });

  test("is pressed where a pointer went down, whatever the editor says meanwhile", async () => {
    const { page, tell } = await open();
    const button = page.locator("figure.chart vscode-button[aria-expanded]").first();
    const before = await button.getAttribute("aria-expanded");
    const place = await button.boundingBox();
    if (place === null) throw new Error("the chart is not laid out");
    await page.mouse.move(place.x + place.width / 2, place.y + place.height / 2);
    await page.mouse.down();
    const message = "The log cannot be read.\n".repeat(9);
    await tell({ type: "unreadable", version, message });
    await settled(page);
    expect(await page.getByText("The log cannot be read.").isVisible()).toBe(false);
    await page.mouse.up();
    await expect.poll(() => button.getAttribute("aria-expanded")).not.toBe(before);
    await page.getByText("The log cannot be read.").waitFor();
  });

  test("says when the editor does not take what was pressed, and no longer once it does", async () => {
    const one = await open({ isDeaf: true });
    const { page, tell } = one;
    await page.clock.install();
    const alert = page.getByRole("alert").filter({ hasText: "The editor has not taken" });
    await page.getByRole("button", { name: "Open Report" }).click();
    await page.clock.runFor(9000);
    expect(await alert.isVisible()).toBe(false);
    await page.clock.runFor(2000);
    await alert.waitFor();
    await tell({ type: "taken", version, id: 1 });
    await alert.waitFor({ state: "hidden" });
  });

  test("says nothing where the editor takes it", async () => {
    const { page, requests } = await open();
    await page.clock.install();
    await page.getByRole("button", { name: "Open Report" }).click();
    await expect.poll(() => requests).toEqual([{ type: "openReport" }]);
    await expect.poll(() => page.evaluate("asked === answered")).toBe(true);
    await page.clock.runFor(20_000);
    expect(await page.getByRole("alert").count()).toBe(0);
  });
});
