import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import type { Page } from "playwright-core";
import { describe, expect, test } from "vitest";
import { finishedRun } from "../../run/exampleEvents.ts";
import { browserPath } from "../rendererPage.ts";
import { type ThemeName, themes } from "../themes.ts";
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

/** Puts another theme on a page, as the editor does. */
async function changeTheme(page: Page, name: ThemeName): Promise<void> {
  const { body, variables } = themes[name];
  // What the new theme leaves out is not there, whatever the old one had.
  const all = Object.values(themes).flatMap((theme) => Object.keys(theme.variables));
  const values = { ...Object.fromEntries(all.map((variable) => [variable, "initial"])), ...variables };
  await page.evaluate(`(() => {
    const { style } = document.documentElement;
    for (const [name, value] of ${JSON.stringify(Object.entries(values))}) style.setProperty(name, value);
    document.body.className = ${JSON.stringify(body)};
    document.body.dataset.vscodeThemeKind = ${JSON.stringify(body)};
  })()`);
}

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
      const said = document.getElementById(canvas.getAttribute("aria-describedby")).textContent.trim();
      const named = document.getElementById(canvas.getAttribute("aria-labelledby")).textContent.trim();
      const table = figure.querySelector("[aria-expanded]");
      return said.length < 10 || named === "" || table === null || canvas.tabIndex !== 0;
    })
    .map((figure) => figure.querySelector("h3").textContent)`);
}

describe.skipIf(browserPath === undefined).each(registered)("the page %s", { timeout: 120_000 }, (front) => {
  const samples = Object.entries(pageSamples[front] ?? {});
  const [[, first] = ["", { events: finishedRun() }]] = samples;
  const openPanel = panelTests();
  const open = (given: PanelGiven = {}, events = first.events) =>
    openPanel({ front, ...first.given, ...given }, events);
  /** Place of a tab that is not this page's. */
  const another = front === registered[0] ? 1 : 0;
  const settled = async (page: Page) => {
    await page.locator(`#page-${front}`).waitFor();
    // Charts are drawn when they are laid out, and texts that were asked for come after that.
    await page.evaluate("new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve)))");
    await page.evaluate("new Promise((resolve) => requestIdleCallback(resolve))");
  };

  test("keeps nobody out, in every theme and however narrow, and stands still where motion is not wanted", async () => {
    for (const [name, { events, given }] of samples) {
      const { page } = await open({ ...given, reducedMotion: true }, events);
      await settled(page);
      for (const theme of themeNames) {
        await changeTheme(page, theme);
        await settled(page);
        expect(await seriousFindings(page), `${name}, ${theme}`).toEqual([]);
        await keepPicture(page, `run-${front}-${name.replaceAll(" ", "-")}-${theme}`);
      }
      expect(await speechless(page), name).toEqual([]);
      const moving = "document.getAnimations().filter(({ playState }) => playState === 'running').length";
      expect(await page.evaluate(moving), name).toBe(0);
      for (const width of [550, 420]) {
        await page.setViewportSize({ width, height: 1000 });
        await settled(page);
        expect(await page.evaluate("document.documentElement.scrollWidth"), `${name}, ${width}`).toBeLessThanOrEqual(
          width,
        );
      }
    }
  });

  test("looks after a change of theme as if it had been opened in the new one, in front and behind", async () => {
    const theme = "high-contrast-light";
    const fresh = await open({ theme });
    await settled(fresh.page);
    const pictures = await drawn(fresh.page);
    const { page } = await open({ theme: "dark" });
    await settled(page);
    const before = await drawn(page);
    await changeTheme(page, theme);
    await expect.poll(() => drawn(page), { timeout: 20_000 }).toEqual(pictures);
    await page.getByRole("tab").nth(another).click();
    await changeTheme(page, "dark");
    await page.locator(`#tab-${front}`).click();
    await expect.poll(() => drawn(page), { timeout: 20_000 }).toEqual(before);
    if (before.length > 0) expect(pictures).not.toEqual(before);
  });

  test("is left alone while another page is in front", async () => {
    const { events } = first;
    const half = Math.max(1, Math.floor(events.length / 2));
    const { page, add, shows } = await open({ live: true }, events.slice(0, half));
    await settled(page);
    await page.getByRole("tab").nth(another).click();
    await page.evaluate(`(() => {
      globalThis.changes = 0;
      const behind = document.getElementById(${JSON.stringify(`page-${front}`)});
      new MutationObserver((all) => { globalThis.changes += all.length; })
        .observe(behind, { subtree: true, childList: true, attributes: true, characterData: true });
    })()`);
    await add(events.slice(half));
    await page.evaluate("new Promise((resolve) => requestIdleCallback(resolve))");
    expect(await page.evaluate("globalThis.changes")).toBe(0);
    expect(shows.at(-1)).not.toBe(front);
  });

  test("is the same again after it was hidden or the window was loaded anew", async () => {
    const one = await open();
    await settled(one.page);
    const tables = one.page.locator(`#page-${front}`).getByRole("button", { name: "Show Table" });
    if ((await tables.count()) > 0) await tables.first().click();
    const state = await one.state();
    const again = await open({ state });
    await settled(again.page);
    expect(await again.page.getByRole("tab", { selected: true }).getAttribute("id")).toBe(`tab-${front}`);
    expect(await again.page.locator(`#page-${front}`).innerText()).toBe(
      await one.page.locator(`#page-${front}`).innerText(),
    );
    expect(await again.state()).toEqual(state);
    expect(state).toMatchObject({ folder: FOLDER, page: front });
  });
});
