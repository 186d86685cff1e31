import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { Browser, Page } from "playwright-core";
import { afterEach, beforeAll, expect } from "vitest";
import type { RunEvent } from "../../../src/run/events.ts";
import { settled } from "../drawnPage.ts";
import { testBrowser } from "../rendererPage.ts";
import { type ThemeName, themes } from "../themes.ts";
import { openRunPanel, type RunPanelTestPage, runPanelCode } from "./runPanelPage.ts";

export { seriousFindings } from "../seriousFindings.ts";

export type PanelGiven = Parameters<typeof openRunPanel>[3];

export const themeNames = Object.keys(themes) as ThemeName[];

const pictures = fileURLToPath(new URL("../../../test-results/screenshots", import.meta.url));

/**
 * Opens panels in one browser for the tests of one `describe`. They are closed after each test; none of them may have asked
 * the network for anything, broken its policy or thrown.
 */
export function panelTests(): (given: PanelGiven, events: readonly RunEvent[]) => Promise<RunPanelTestPage> {
  let browser: Browser | undefined;
  let code = "";
  let opened: RunPanelTestPage[] = [];
  beforeAll(async () => {
    mkdirSync(pictures, { recursive: true });
    [browser, code] = await Promise.all([testBrowser(), runPanelCode()]);
  });
  afterEach(async () => {
    const refused = opened.flatMap((one) => one.refused);
    await Promise.all(opened.map(({ page }) => page.close()));
    opened = [];
    expect(refused).toEqual([]);
  });
  return async (given, events) => {
    if (browser === undefined) throw new Error("the browser was not started");
    const panel = await openRunPanel(browser, code, events, given);
    opened.push(panel);
    // Nobody works on what is still being drawn: a press would land beside what moves under it.
    await settled(panel.page);
    return {
      ...panel,
      async add(...more) {
        await panel.add(...more);
        await settled(panel.page);
      },
    };
  };
}

/** Chooses in a list, as who waits for what came of the last choice: an answer may bring the list other values. */
export async function choose(page: Page, list: string, name: string | RegExp): Promise<void> {
  await settled(page);
  await page.getByRole("combobox", { name: list, exact: true }).click();
  await page.getByRole("option", { name, exact: true }).click();
}

/** Keeps a picture of the whole page, to be looked at. */
export async function keepPicture(page: Page, name: string): Promise<void> {
  await page.screenshot({ path: join(pictures, `${name}.png`), fullPage: true });
}
