import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { Browser, Page } from "playwright-core";
import { afterEach, beforeAll, describe, expect, test } from "vitest";
import { quickestMs } from "../ownTime.ts";
import { estimatedRun } from "../run/estimatedRun.ts";
import { exampleOutputs, outputOf } from "../run/exampleOutputs.ts";
import { nastyPieces } from "../run/nastyText.ts";
import { browserPath, openPage, type RendererPage, rendererCode, testBrowser } from "./rendererPage.ts";
import { textContrasts } from "./textContrasts.ts";
import { type ThemeName, themes } from "./themes.ts";

/** Kept to be looked at. */
const screenshots = fileURLToPath(new URL("../../test-results/screenshots", import.meta.url));
const themeNames = Object.keys(themes) as ThemeName[];

/** Text of the element that has the focus, in the first output. */
const focused = (page: Page) =>
  page.evaluate<string>("document.querySelector('#first > div').shadowRoot.activeElement?.innerText ?? ''");

describe("the renderer's module", () => {
  test("is one file that loads nothing, and small", async () => {
    const code = await rendererCode();
    expect(code).not.toMatch(/\bimport\s*[("'{*]|\brequire\(|\bfetch\(|XMLHttpRequest|innerHTML|\beval\(/);
    const kilobytes = Buffer.byteLength(code) / 1024;
    console.log(`measured  the renderer's module: ${kilobytes.toFixed(1)} KB`);
    expect(kilobytes).toBeLessThan(64);
  });
});

describe.skipIf(browserPath === undefined)("the renderer in a page", () => {
  let browser: Browser;
  let code = "";
  let opened: RendererPage | undefined;
  beforeAll(async () => {
    [browser, code] = await Promise.all([testBrowser(), rendererCode()]);
  });
  afterEach(async () => {
    expect(opened?.refused ?? []).toEqual([]);
    await opened?.page.close();
    opened = undefined;
  });
  const open = async (given: Parameters<typeof openPage>[2] = {}) => {
    opened = await openPage(browser, code, given);
    return opened;
  };

  test("tells what runs, how far it is and what it came to", async () => {
    const { page, show } = await open();
    await show(exampleOutputs.optimizing());
    const run = page.getByRole("article", { name: "Run of hotpotqa" });
    expect(await run.innerText()).toContain("Optimizing · hotpotqa, iteration 8 of 12, retriever");
    expect(await run.innerText()).toContain("simulated model");
    const bar = page.getByRole("progressbar");
    expect(await bar.getAttribute("aria-valuenow")).toBe("62");
    expect(await bar.getAttribute("aria-valuetext")).toBe("collecting fresh preferences, retriever: 9 of 20");
    expect(await page.getByRole("img").getAttribute("aria-label")).toContain("3 accepted updates");
    await show(exampleOutputs.finished());
    expect(await run.innerText()).toContain("Finished: all iterations done");
    expect(await page.getByRole("table").first().innerText()).toMatch(/test\s+100\s+0\.482\s+0\.545\s+\+0\.062/);
    expect(await bar.isVisible()).toBe(false);
  });

  test("shows, unfolded, what was estimated beside what came, and who asked models for what", async () => {
    const { page, show } = await open();
    const events = estimatedRun();
    const spentByPurpose = { validation: 60 };
    await show(outputOf(events.slice(0, -1), { working: true, spentByPurpose }));
    await page.locator("summary", { hasText: "Estimate and what came" }).click();
    const estimate = page.getByRole("table", { name: /What was estimated before the run/ });
    expect(await estimate.innerText()).toMatch(
      /tokens\s+about 300,000 \(90,000 to 800,000\)\s+0\s+below the range so far/,
    );
    await show(outputOf(events, { spentByPurpose }));
    expect(await estimate.innerText()).toMatch(
      /tokens\s+about 300,000 \(90,000 to 800,000\)\s+865,080\s+above the range/,
    );
    await page.locator("summary", { hasText: "Spent by purpose" }).click();
    expect(await page.getByRole("table", { name: /Calls of models/ }).innerText()).toMatch(
      /answer_generator\s+offline pairs\s+900\s+\$0\.16/,
    );
    await show(exampleOutputs.finished());
    expect(await page.locator("summary", { hasText: "Estimate and what came" }).isVisible()).toBe(false);
  });

  test("shows what models and users wrote as text, whatever it is", async () => {
    const { page, show } = await open();
    const dialogs: string[] = [];
    page.on("dialog", (dialog) => {
      dialogs.push(dialog.message());
      void dialog.dismiss();
    });
    const text = (plain: string) => `${plain} ${nastyPieces.join(" ")}`;
    const output = exampleOutputs.optimizing(7, { text });
    const parts = nastyPieces.map((piece) => ({ kind: "added" as const, text: piece }));
    const updates = output.updates.last.map((update) => ({ ...update, component: text("c"), diff: parts }));
    await show({ ...output, updates: { ...output.updates, last: updates }, warnings: [text("w")] });
    await page.getByText("iteration 7", { exact: true }).click();
    for (const name of ["img", "script", "style", "b"]) expect(await page.locator(`#first ${name}`).count()).toBe(0);
    expect(await page.locator("#first ins").first().textContent()).toBe(nastyPieces[0]);
    expect(dialogs).toEqual([]);
  });

  test("keeps focus and unfolded rows while the run goes on", async () => {
    const { page, show, state } = await open();
    await show(exampleOutputs.optimizing(6));
    const row = page.locator("summary", { hasText: "iteration 6" });
    await row.click();
    await page.getByText("What would have changed").waitFor();
    await show(exampleOutputs.optimizing(7));
    await page.getByText("What would have changed").waitFor();
    expect(await focused(page)).toContain("iteration 6");
    const rows = await page.locator(".updates .iteration").allInnerTexts();
    expect(rows).toEqual([7, 6, 5, 4, 3, 2, 1].map((iteration) => `iteration ${iteration}`));
    // The editor may throw the page away and draw it anew.
    const kept = await state();
    await page.close();
    const again = await open({ state: kept });
    await again.show(exampleOutputs.optimizing(7));
    await again.page.getByText("What would have changed").waitFor();
  });

  test("can be used by keyboard alone, and shows where the focus is", async () => {
    const { page, show, messages } = await open();
    await show(exampleOutputs.optimizing());
    await page.keyboard.press("Tab");
    expect(await focused(page)).toBe("Stop");
    const outline = "getComputedStyle(document.querySelector('#first > div').shadowRoot.activeElement).outlineStyle";
    expect(await page.evaluate(outline)).toBe("solid");
    await page.keyboard.press("Enter");
    expect((await messages()).at(-1)).toEqual({ type: "stop", runId: exampleOutputs.optimizing().runId });
    const reached: string[] = [];
    for (let press = 0; press < 12; press++) {
      await page.keyboard.press("Tab");
      reached.push(await focused(page));
    }
    expect(reached.filter((text) => /iteration \d/.test(text))).toHaveLength(7);
    expect(reached).toEqual(expect.arrayContaining(["Figures of the chart", "Spent by purpose"]));
    await page.locator("summary", { hasText: "Figures" }).focus();
    await page.keyboard.press("Space");
    await page.getByRole("table").waitFor();
    expect(await page.getByRole("table").innerText()).toMatch(/in force after it/);
  });

  test("Stop asks again when it is pressed again, and is Stop again for the next run", async () => {
    const { page, show, messages } = await open();
    await show(exampleOutputs.optimizing());
    await page.getByRole("button", { name: "Stop" }).click();
    const insist = page.getByRole("button", { name: "Stopping. Press again to insist." });
    expect(await insist.innerText()).toBe("Stopping…");
    await insist.click();
    expect((await messages()).filter(({ type }) => type === "stop")).toHaveLength(2);
    await show(exampleOutputs.interrupted());
    expect(await page.getByRole("button").allInnerTexts()).toEqual(["Resume", "Open run"]);
    await page.getByRole("button", { name: "Resume" }).click();
    const { runId, folder } = exampleOutputs.interrupted();
    expect((await messages()).at(-1)).toEqual({ type: "resume", runId, folder });
    await show(exampleOutputs.optimizing());
    expect(await page.getByRole("button", { name: "Stop", exact: true }).isVisible()).toBe(true);
  });

  test("asks whether a run that was saved at work is still worked on, and offers Resume where it is not", async () => {
    const { page, show, messages, tell } = await open({ stillClock: true });
    const { runId } = exampleOutputs.optimizing();
    await show(exampleOutputs.optimizing());
    expect(await messages()).toEqual([{ type: "working", runId }]);
    await show(exampleOutputs.optimizing(8));
    expect(await messages()).toHaveLength(1);
    await page.clock.runFor(7000);
    expect(await messages()).toHaveLength(2);
    await tell({ type: "notWorking", runId: "another" });
    expect(await page.getByRole("button").allInnerTexts()).toEqual(["Stop", "Open run"]);
    await tell({ type: "notWorking", runId });
    expect(await page.getByRole("button").allInnerTexts()).toEqual(["Resume", "Open run"]);
    expect(
      await page.getByText("Interrupted at iteration 9 of 12: its process ended", { exact: true }).isVisible(),
    ).toBe(true);
    await page.clock.runFor(30_000);
    expect(await messages()).toHaveLength(2);
    await show(exampleOutputs.optimizing(9));
    expect(await page.getByRole("button").allInnerTexts()).toEqual(["Stop", "Open run"]);
  });

  test("opens the report of a run that has one", async () => {
    const { page, show, messages } = await open();
    await show(exampleOutputs.finished());
    await page.getByRole("button", { name: "Open report" }).click();
    const { runId, folder } = exampleOutputs.finished();
    expect(await messages()).toEqual([{ type: "openReport", runId, folder }]);
    await page.getByRole("button", { name: "Open run" }).click();
    expect((await messages()).at(-1)).toEqual({ type: "openRun", runId, folder });
    await show({ ...exampleOutputs.finished(), folder: null });
    expect(await page.getByRole("button").count()).toBe(0);
  });

  test("offers nothing to press in a workspace that is not trusted", async () => {
    const { page, show } = await open({ trusted: false });
    await show(exampleOutputs.optimizing());
    await show(exampleOutputs.interrupted(), "second");
    expect(await page.getByRole("button").count()).toBe(0);
    expect(await page.getByText("Interrupted at iteration 3 of 12").isVisible()).toBe(true);
    expect(
      await page.getByText("Interrupted at iteration 8 of 12: its process ended", { exact: true }).isVisible(),
    ).toBe(true);
  });

  test("speaks of changes, not of what was there, and not at every update", async () => {
    const { page, show } = await open({ stillClock: true });
    const said = () => page.getByRole("status").innerText();
    await show(exampleOutputs.optimizing(1));
    expect(await said()).toBe("");
    await show(exampleOutputs.optimizing(2));
    expect(await said()).toContain("iteration 3 of 12");
    await show(exampleOutputs.optimizing(3));
    await show(exampleOutputs.optimizing(4));
    expect(await said()).toContain("iteration 3 of 12");
    await page.clock.fastForward(9000);
    expect(await said()).toContain("iteration 5 of 12");
    await show(exampleOutputs.finished());
    expect(await said()).toContain("Finished");
  });

  test("counts the time on between two outputs, says when nothing comes, and stops when it is taken away", async () => {
    const { page, show, dispose } = await open({ stillClock: true });
    await show(exampleOutputs.optimizing());
    const time = page.locator("dd").last();
    expect(await time.innerText()).toBe("0:58, about 0:24 left");
    await page.clock.runFor(10_000);
    expect(await time.innerText()).toBe("1:08, about 0:14 left");
    await page.clock.runFor(35_000);
    expect(await time.innerText()).toBe("1:43, about 0:00 left, nothing new for 0:45");
    await dispose("first");
    await page.clock.runFor(20_000);
    expect(await time.innerText()).toBe("1:43, about 0:00 left, nothing new for 0:45");
    await show(exampleOutputs.finished(), "second");
    await page.clock.runFor(20_000);
    expect(await page.locator("#second dd").last().innerText()).toBe("1:29");
  });

  test("moves nothing for those who want it so", async () => {
    const { page, show } = await open();
    await page.emulateMedia({ reducedMotion: "reduce" });
    await show(exampleOutputs.starting());
    const style = "getComputedStyle(document.querySelector('#first > div').shadowRoot.querySelector('.fill'))";
    expect(await page.evaluate(`[${style}.animationName, ${style}.transitionProperty]`)).toEqual(["none", "none"]);
  });

  test.each([
    ["a newer version", { version: 99 }, /newer version of Optimas. Update the extension/],
    ["something else", { version: 1, runId: 3 }, /cannot be read. Run the cell again/],
    ["no JSON", "{", /is no JSON/],
  ])("says what to do about an output of %s", async (_what, output, message) => {
    const { page, show } = await open();
    await show(output);
    expect(await page.getByRole("alert").innerText()).toMatch(message);
    await show(exampleOutputs.finished());
    expect(await page.getByRole("alert").count()).toBe(0);
  });

  test("draws ten updates a second with time to spare, on a long run", async () => {
    const { page, show } = await open();
    const outputs = [0, 1].map((extra) => exampleOutputs.optimizing(400 + extra, { iterations: 1000 }));
    await show(outputs[0]);
    const texts = JSON.stringify(outputs.map((output) => JSON.stringify(output)));
    // In the page, so that the way there does not count; what else the machine does is not measured.
    const round = async () => {
      const took: number[] = await page.evaluate(`(async () => {
        const texts = ${texts}; const took = [];
        for (let update = 0; update < 40; update++) {
          const begun = performance.now();
          outputs.render("first", texts[update % 2]);
          document.querySelector("#first > div").getBoundingClientRect();
          took.push(performance.now() - begun);
          await new Promise(requestAnimationFrame);
        }
        return took;
      })()`);
      return [...took].sort((a, b) => a - b)[20] ?? Number.POSITIVE_INFINITY;
    };
    const median = await quickestMs(50, round);
    expect(median).toBeLessThan(50);
  });

  test.each(themeNames)("can be read in the %s theme", async (theme) => {
    const { page, show } = await open({ theme });
    await show(exampleOutputs.optimizing());
    await page.locator("summary", { hasText: "iteration 6" }).click();
    await show(exampleOutputs.interrupted(), "second");
    await page.screenshot({ path: join(screenshots, `renderer-${theme}.png`), fullPage: true });
    const colours = await textContrasts(page);
    expect(colours.length).toBeGreaterThan(40);
    expect(colours.filter(({ contrast }) => contrast < 4.5)).toEqual([]);
  });
});
