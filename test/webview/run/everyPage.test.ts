import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import type { Page } from "playwright-core";
import { describe, expect, test } from "vitest";
import { finishedRun } from "../../run/exampleEvents.ts";
import { noteDrawing } from "../drawnContrasts.ts";
import { settled } from "../drawnPage.ts";
import { browserPath } from "../rendererPage.ts";
import { changeTheme } from "../themes.ts";
import { readHandles } from "../withoutPointer.ts";
import { pageSamples } from "./pageSamples.ts";
import { keepPicture, type PanelGiven, panelTests, seriousFindings, themeNames } from "./panelTests.ts";
import { FOLDER } from "./runPanelPage.ts";

// What holds for every page of the panel: whoever adds one to `webview/run/pages.ts` adds samples of it here.

const registered = [
  ...readFileSync(fileURLToPath(new URL("../../../webview/run/pages.ts", import.meta.url)), "utf8").matchAll(
    /^ {2}(\w+): \{ title/gm,
  ),
].map(([, name = ""]) => name);

test("every page of the panel has samples", () => {
  expect(registered.length).toBeGreaterThan(3);
  expect(Object.keys(pageSamples).sort()).toEqual([...registered].sort());
});

/** Pages whose charts lead somewhere, can be marked, and have legends that are long at 320 pixels. */
const keyedPages: Readonly<Record<"opens" | "marks" | "turns", readonly string[]>> = {
  opens: ["overview", "landscape", "updates", "alignment"],
  marks: ["landscape"],
  turns: ["overview", "landscape", "alignment", "budget", "compare"],
};

/** The pixels of all charts that are seen, by their titles. */
function drawn(page: Page): Promise<[string, string][]> {
  return page.evaluate<[string, string][]>(`[...document.querySelectorAll("figure")]
    .filter((figure) => figure.offsetParent !== null && figure.querySelector("canvas") !== null)
    .map((figure) => [figure.querySelector("h3").textContent, figure.querySelector("canvas").toDataURL()])`);
}

/** Charts that are seen and lack what those who cannot see them need. */
function speechless(page: Page): Promise<string[]> {
  return page.evaluate<string[]>(`[...document.querySelectorAll("figure.chart")]
    .filter((figure) => figure.offsetParent !== null && figure.querySelector("canvas") !== null)
    .filter((figure) => {
      const canvas = figure.querySelector(".canvas");
      const told = canvas.getAttribute("aria-describedby").split(" ").map((id) => document.getElementById(id).textContent.trim());
      const said = told.every((one) => one.length > 10) ? told.join(" ") : "";
      const named = document.getElementById(canvas.getAttribute("aria-labelledby")).textContent.trim();
      const table = figure.querySelector("[aria-expanded]");
      return said.length < 10 || named === "" || table === null || canvas.tabIndex !== 0;
    })
    .map((figure) => figure.querySelector("h3").textContent)`);
}

describe.skipIf(browserPath === undefined).each(registered)("the page %s", (front) => {
  const samples = Object.entries(pageSamples[front] ?? {});
  const [[, first] = ["", { events: finishedRun() }]] = samples;
  const openPanel = panelTests();
  const open = (given: PanelGiven = {}, events = first.events) =>
    openPanel({ front, ...first.given, ...given }, events);
  /** Place of a tab that is not this page's. */
  const another = front === registered[0] ? 1 : 0;
  const inFront = async (page: Page) => {
    await page.locator(`#page-${front}`).waitFor();
    await settled(page);
  };

  test("keeps nobody out, in every theme and however narrow, and stands still where motion is not wanted", async () => {
    for (const [name, { events, given }] of samples) {
      const { page } = await open({ ...given, reducedMotion: true }, events);
      await inFront(page);
      for (const theme of themeNames) {
        await changeTheme(page, theme);
        await inFront(page);
        expect(await seriousFindings(page), `${name}, ${theme}`).toEqual([]);
        await keepPicture(page, `run-${front}-${name.replaceAll(" ", "-")}-${theme}`);
      }
      expect(await speechless(page), name).toEqual([]);
      const moving = "document.getAnimations().filter(({ playState }) => playState === 'running').length";
      expect(await page.evaluate(moving), name).toBe(0);
      for (const width of [550, 420]) {
        await page.setViewportSize({ width, height: 1000 });
        await inFront(page);
        expect(await page.evaluate("document.documentElement.scrollWidth"), `${name}, ${width}`).toBeLessThanOrEqual(
          width,
        );
      }
    }
  });

  test("looks after a change of theme as if it had been opened in the new one, in front and behind", async () => {
    const theme = "high-contrast-light";
    const fresh = await open({ theme });
    await inFront(fresh.page);
    const pictures = await drawn(fresh.page);
    const { page } = await open({ theme: "dark" });
    await inFront(page);
    const before = await drawn(page);
    await changeTheme(page, theme);
    await expect.poll(() => drawn(page)).toEqual(pictures);
    await page.getByRole("tab").nth(another).click();
    await changeTheme(page, "dark");
    await page.locator(`#tab-${front}`).click();
    await expect.poll(() => drawn(page)).toEqual(before);
    if (before.length > 0) expect(pictures).not.toEqual(before);
  });

  test("is left alone while another page is in front", async () => {
    const { events } = first;
    const half = Math.max(1, Math.floor(events.length / 2));
    const { page, add, shows } = await open({ live: true }, events.slice(0, half));
    await inFront(page);
    await page.getByRole("tab").nth(another).click();
    await page.evaluate(`(() => {
      globalThis.changes = 0;
      const behind = document.getElementById(${JSON.stringify(`page-${front}`)});
      new MutationObserver((all) => { globalThis.changes += all.length; })
        .observe(behind, { subtree: true, childList: true, attributes: true, characterData: true });
    })()`);
    await add(events.slice(half));
    await settled(page);
    expect(await page.evaluate("globalThis.changes")).toBe(0);
    expect(shows.at(-1)).not.toBe(front);
  });

  test("is the same again after it was hidden or the window was loaded anew", async () => {
    const one = await open();
    await inFront(one.page);
    const tables = one.page.locator(`#page-${front}`).getByRole("button", { name: "Show Table" });
    if ((await tables.count()) > 0) await tables.first().click();
    const state = await one.state();
    const again = await open({ state });
    await inFront(again.page);
    expect(await again.page.getByRole("tab", { selected: true }).getAttribute("id")).toBe(`tab-${front}`);
    const text = await one.page.locator(`#page-${front}`).innerText();
    await expect.poll(() => again.page.locator(`#page-${front}`).innerText()).toBe(text);
    expect(await again.state()).toEqual(state);
    expect(state).toMatchObject({ folder: FOLDER, page: front });
  });

  test("hears a pointer's press although the page changes where it takes the focus from", async () => {
    for (const [name, { events, given }] of samples) {
      const { page } = await open(given, events);
      await inFront(page);
      const figures = page.locator("figure.chart:has(.canvas:not([hidden])):visible");
      for (const figure of await figures.all()) {
        // Below what is seen of a chart only while it has the focus.
        const button = figures.last().locator(".tools vscode-button[aria-expanded]").first();
        const isOpen = () => button.getAttribute("aria-expanded");
        const canvas = figure.locator(".canvas");
        await canvas.focus();
        await page.keyboard.press("Home");
        await page.evaluate("scrollTo(0, document.body.scrollHeight)");
        const before = await isOpen();
        await button.click({ delay: 100 });
        await expect.poll(isOpen, { message: name }).not.toBe(before);
        await expect.poll(() => figure.locator(".pointed").isVisible()).toBe(false);
        const seenKeys = async () => ((await figure.locator(".keys").boundingBox())?.height ?? 0) > 10;
        await canvas.click({ position: { x: 4, y: 4 } });
        expect(await seenKeys(), name).toBe(false);
        await page.keyboard.press("Home");
        await expect.poll(seenKeys, { message: name }).toBe(true);
      }
    }
  });

  /** What the charts of the samples had to be tried with. */
  const met = new Set<string>();
  const expectMet = (what: keyof typeof keyedPages) =>
    expect(met.has(what), what).toBe(keyedPages[what].includes(front));
  const keyed = (page: Page, words: string) =>
    page.locator("figure.chart:has(.canvas:not([hidden])):visible").filter({ hasText: words });
  const picture = (page: Page, title: string) =>
    page.evaluate<string>(
      `[...document.querySelectorAll("figure")].find((one) => one.querySelector("h3").textContent === ${JSON.stringify(title)})
        .querySelector("canvas").toDataURL()`,
    );

  test("opens by Enter what the items of its charts lead to", async () => {
    for (const [name, { events, given }] of samples) {
      const titles = async (page: Page) => keyed(page, "Enter opens an item.").locator("h3").allInnerTexts();
      const first = await open(given, events);
      await inFront(first.page);
      for (const title of await titles(first.page)) {
        met.add("opens");
        // What is opened may take the place of the chart.
        const { page, requests, shows, state } = await open(given, events);
        await inFront(page);
        const canvas = page.locator("figure.chart:visible").filter({ hasText: title }).first().locator(".canvas");
        const left = async () =>
          JSON.stringify([await state(), requests, shows.at(-1), await page.locator("main").innerText()]);
        const opens = async () => {
          await canvas.focus();
          await settled(page);
          const before = await left();
          await page.keyboard.press("Enter");
          for (let look = 0; look < 5; look++) {
            await settled(page);
            if ((await left()) !== before) return true;
          }
          return false;
        };
        await canvas.focus();
        await page.keyboard.press("Home");
        let isOpened = await opens();
        // The start and what is open already lead nowhere.
        for (let item = 0; item < 8 && !isOpened; item++) {
          await page.keyboard.press(item % 2 === 0 ? "ArrowRight" : "ArrowDown");
          isOpened = await opens();
        }
        expect(isOpened, `${name}, ${title}`).toBe(true);
      }
    }
    expectMet("opens");
  });

  test("marks by keyboard what can be marked on its charts by pointer, and takes it back", async () => {
    for (const [name, { events, given }] of samples) {
      const { page, state } = await open(given, events);
      await inFront(page);
      const ranges = page.locator("details.ranges:visible");
      for (const range of await ranges.all()) {
        const title = await range.locator("xpath=preceding-sibling::figure").locator("h3").innerText();
        met.add("marks");
        const [before, kept] = [await picture(page, title), JSON.stringify(await state())];
        await range.locator("summary").focus();
        await page.keyboard.press("Enter");
        for (const key of ["Tab", "9", "Tab"]) await page.keyboard.press(key);
        await expect.poll(() => picture(page, title), { message: name }).not.toBe(before);
        expect(JSON.stringify(await state()), name).not.toBe(kept);
        for (const key of ["Shift+Tab", "Delete", "Tab"]) await page.keyboard.press(key);
        await expect.poll(() => picture(page, title), { message: name }).toBe(before);
      }
    }
    expectMet("marks");
  });

  test("turns long legends by keys where it is narrow, until every name was seen", async () => {
    for (const [name, { events, given }] of samples) {
      const { page } = await open({ ...given, reducedMotion: true }, events);
      await inFront(page);
      await readHandles(page);
      await noteDrawing(page);
      await page.setViewportSize({ width: 320, height: 900 });
      await inFront(page);
      const written = (title: string) =>
        page.evaluate<string[]>(
          `drawn.filter(({ chart, least }) => chart === ${JSON.stringify(title)} && least > 4).map(({ what }) => what)`,
        );
      await page.evaluate("drawn.length = 0");
      await changeTheme(page, "light");
      await inFront(page);
      for (const title of await keyed(page, "Page Down and Page Up turn it").locator("h3").allInnerTexts()) {
        const cut = (await written(title)).filter((one) => one.endsWith(" (cut)")).map((one) => one.slice(0, -6));
        if (cut.length === 0) continue;
        met.add("turns");
        await page.locator("figure.chart:visible").filter({ hasText: title }).first().locator(".canvas").focus();
        const seen = new Set<string>();
        for (let press = 0; press < 12 && !cut.every((one) => seen.has(one)); press++) {
          await page.evaluate("drawn.length = 0");
          await page.keyboard.press("PageDown");
          await inFront(page);
          for (const one of await written(title)) seen.add(one);
        }
        expect(
          cut.filter((one) => !seen.has(one)),
          `${name}, ${title}`,
        ).toEqual([]);
      }
    }
    expectMet("turns");
  });
});
