import { afterEach, describe, expect, test } from "vitest";
import { exampleOutputs } from "../run/exampleOutputs.ts";
import { drawnFrames } from "./drawnPage.ts";
import { browserPath, openPage, type RendererPage, rendererCode, testBrowser } from "./rendererPage.ts";
import { seriousFindings } from "./seriousFindings.ts";
import { textContrasts } from "./textContrasts.ts";
import { changeTheme, type ThemeName, themes } from "./themes.ts";
import { cutOff, noteMarks, outOfReach, readHandles, unseen, unworked, vanished, walk } from "./withoutPointer.ts";

// What holds for the pages of the panel, for outputs in notebooks: see test/webview/run/withoutPointer.test.ts.

const themeNames = Object.keys(themes) as ThemeName[];
const outputs = {
  "a run at work": exampleOutputs.optimizing(),
  "an interrupted run": exampleOutputs.interrupted(),
  "a finished run": exampleOutputs.finished(),
};

describe.skipIf(browserPath === undefined).each(Object.entries(outputs))("an output of %s", (_, output) => {
  const opened: RendererPage[] = [];
  afterEach(async () => {
    const pages = opened.splice(0);
    await Promise.all(pages.map(({ page }) => page.close()));
    expect(pages.flatMap(({ refused }) => refused)).toEqual([]);
  });
  const open = async (given: Parameters<typeof openPage>[2] = {}) => {
    const one = await openPage(await testBrowser(), await rendererCode(), given);
    opened.push(one);
    await one.show(output);
    await readHandles(one.page);
    return one;
  };

  test("is worked by keyboard alone, and shows in every theme where that is", async () => {
    const { page } = await open();
    for (const fold of await page.locator("summary:visible").all()) await fold.press("Enter");
    const { stops, back } = await walk(page);
    expect(stops.length).toBeGreaterThan(3);
    expect(back).toEqual(stops.map(({ name }) => name).toReversed());
    expect(await outOfReach(page)).toEqual([]);
    for (const theme of themeNames) {
      await changeTheme(page, theme);
      await expect.poll(() => unseen(page), { message: theme }).toEqual([]);
      expect(await seriousFindings(page), theme).toEqual([]);
    }
    expect(await unworked(page)).toEqual([]);
  });

  test("is whole at 320 pixels, and at twice the size", async () => {
    const { page } = await open();
    for (const fold of await page.locator("summary:visible").all()) await fold.press("Enter");
    for (const width of [320, 640]) {
      await page.setViewportSize({ width, height: 900 });
      await drawnFrames(page);
      expect(await cutOff(page), `${width}`).toEqual([]);
    }
  });

  test("is read, seen and worked where the system forces its colours on it", async () => {
    const { page } = await open();
    await noteMarks(page);
    for (const colorScheme of ["dark", "light"] as const) {
      await changeTheme(page, colorScheme);
      await page.emulateMedia({ forcedColors: "active", colorScheme });
      await page.screenshot({
        path: `test-results/screenshots/forced-renderer-${output.status.state}-${colorScheme}.png`,
        fullPage: true,
      });
      expect(
        (await textContrasts(page)).filter(({ contrast }) => contrast < 4.5),
        colorScheme,
      ).toEqual([]);
      expect(await vanished(page), colorScheme).toEqual([]);
      const drawn = await page.evaluate<
        number[]
      >(`handles.all(document.body).filter((one) => one.matches(".line, circle") && one.closest("svg") !== null)
        .map((one) => [getComputedStyle(one).stroke, getComputedStyle(one).fill].filter((colour) => colour !== "none"))
        .map((colours) => Math.max(...colours.map((colour) => handles.contrast(handles.over(colour, handles.over("Canvas", [255, 255, 255])), handles.over("Canvas", [255, 255, 255])))))`);
      expect(Math.min(...drawn, 21), colorScheme).toBeGreaterThanOrEqual(3);
      await walk(page);
      await expect.poll(() => unseen(page), { message: colorScheme }).toEqual([]);
    }
  });

  test("goes on, ten times a second, under a focus and unfolded parts that stay, and is so again when it is loaded anew", async () => {
    const { page, show, state } = await open();
    const folds = await page.locator("summary:visible").all();
    for (const fold of folds) await fold.press("Enter");
    const names = () =>
      page.evaluate<string[]>(
        "handles.all(document.body).filter((one) => one.matches('details[open]')).map((one) => one.querySelector('summary').textContent)",
      );
    const left = await names();
    expect(left.length).toBe(folds.length);
    await page.evaluate("globalThis.held = handles.offered()");
    const count = await page.evaluate<number>("held.length");
    for (let index = 0; index < count; index += 1) {
      const before = await page.evaluate<string>(`held[${index}].focus(), handles.name(handles.now())`);
      await show({ ...output, time: { ...output.time, elapsedMs: output.time.elapsedMs + 100 * index } });
      expect(await page.evaluate<boolean>(`handles.now() === held[${index}]`), before).toBe(true);
    }
    expect(await names()).toEqual(left);
    const again = await open({ state: await state() });
    const there = await again.page.evaluate<string[]>(
      "handles.all(document.body).filter((one) => one.matches('details[open]')).map((one) => one.querySelector('summary').textContent)",
    );
    expect(there).toEqual(left);
  });
});
