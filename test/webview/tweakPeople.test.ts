import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";
import { tweakStateSchema } from "../../src/run/tweakMessage.ts";
import { nastyPieces } from "../run/nastyText.ts";
import { invented, inventedWords } from "./inventedLanguage.ts";
import { browserPath } from "./rendererPage.ts";
import { seriousFindings } from "./seriousFindings.ts";
import { type ThemeName, themes } from "./themes.ts";
import { exampleOffer, exampleStanding, retrieverTrial } from "./tweakPage.ts";
import { answerer, options, retriever, tweakPanels } from "./tweakPanels.ts";

/** Kept to be looked at. */
const screenshots = fileURLToPath(new URL("../../test-results/screenshots", import.meta.url));
const themeNames = Object.keys(themes) as ThemeName[];

describe.skipIf(browserPath === undefined)("whoever has the panel for trying values", () => {
  const open = tweakPanels();

  test("keeps what was edited while it is hidden or the window is closed", async () => {
    const first = await open();
    await first.tell({ ...retriever, trial: retrieverTrial(1) });
    await first.page.getByRole("button", { name: /^10 local reward/ }).click();
    await first.page.getByRole("button", { name: "Next Row" }).click();
    const state = await first.state();
    expect(tweakStateSchema.parse(state)).toMatchObject({ draft: { k: 10 }, example: "v1", eager: true });
    const { page, tell, asked } = await open({ state });
    await tell({ ...retriever, standing: { ...exampleStanding, phase: { kind: "paused" } }, offer: null });
    await page.getByRole("button", { name: "Start" }).click();
    await asked("start");
    await tell(retriever);
    expect(await asked("try")).toMatchObject({ value: { k: 10 }, example: "v1" });
    await page.getByRole("button", { name: "Undo" }).click();
    expect(await page.getByText("This is the value in force; it stands in the source.").isVisible()).toBe(true);
  });

  test("goes on with what another state of the component still allows", async () => {
    const state = { version: 1, definition: "d", experiment: "e", component: "c", draft: { k: 5, gone: 1 } };
    const { tell, asked } = await open({ state });
    await tell(retriever);
    expect(await asked("try")).toMatchObject({ value: { ...options, k: 5 } });
    const odd = await open({ state: { version: 99 } });
    await odd.tell(retriever);
    expect(await odd.asked("try")).toMatchObject({ value: options });
  });

  test("shows what models and users wrote as text, whatever it is", async () => {
    const { page, tell } = await open();
    const nasty = nastyPieces.join(" ");
    const trial = retrieverTrial(1);
    const tried = trial.output.tried.map((one) => ({ ...one, output: { [nasty]: nasty } }));
    const [component] = exampleOffer.components;
    if (component === undefined) throw new Error("no component");
    await tell({
      ...retriever,
      offer: {
        ...exampleOffer,
        components: [{ ...component, description: nasty }],
        examples: [{ id: "v0", text: nasty, split: "validation" }],
        leftOut: [nasty],
      },
      trial: { ...trial, output: { ...trial.output, input: { nasty }, tried } },
      outcome: { kind: "refused", message: nasty },
    });
    await page.getByText("Local reward 0.600", { exact: true }).waitFor();
    for (const name of ["img", "script:not([nonce])", "b", "iframe"]) {
      expect(await page.locator(`main ${name}`).count(), name).toBe(0);
    }
  });

  test("ignores messages that are none", async () => {
    const { page, tell } = await open();
    await tell(retriever);
    await page.evaluate("window.postMessage({ type: 'tweak', version: 99, standing: 1 }, '*')");
    await page.evaluate("window.postMessage('tweak', '*')");
    expect(await page.getByRole("heading", { name: "retriever" }).isVisible()).toBe(true);
  });

  test("speaks the editor's language", async () => {
    const { page, tell } = await open({ words: inventedWords });
    await tell(retriever);
    expect(await page.getByRole("button", { name: invented("Save to State") }).isVisible()).toBe(true);
    expect(await page.evaluate("document.documentElement.lang")).toBe("el-x-invented");
    const field = page.getByRole("textbox", { name: "cut" });
    await field.fill("7");
    expect(await page.locator("#option1Mistake").innerText()).not.toMatch(/[a-z]{4,} (?:from|must)/);
  });

  test("does not move where motion is not wanted", async () => {
    const { page, tell } = await open({ reducedMotion: true });
    await tell({
      ...retriever,
      check: { kind: "busy", value: { ...options, k: 5 }, progress: null, stopping: false },
      trial: { kind: "busy", asked: { value: options, example: "v0" } },
    });
    const moving = "document.getAnimations().filter(({ playState }) => playState === 'running').length";
    expect(await page.evaluate(moving)).toBe(0);
  });

  test.each(themeNames)("keeps nobody out, in the theme %s", async (theme) => {
    const { page, tell } = await open({ theme });
    await tell({ ...retriever, trial: retrieverTrial(1) });
    await page.getByRole("button", { name: /^10 local reward/ }).click();
    await tell({ trial: retrieverTrial(10) });
    await page.getByText("What you changed").click();
    await page.getByRole("button", { name: "Check on Validation..." }).click();
    expect(await seriousFindings(page)).toEqual([]);
    await page.screenshot({ path: join(screenshots, `tweak-options-${theme}.png`), fullPage: true });
    const narrow = await open({ theme, width: 420 });
    await narrow.tell(answerer);
    await narrow.page
      .getByLabel("Prompt")
      .fill("Answer the question in as few words as you can, and add nothing to it.");
    expect(await seriousFindings(narrow.page)).toEqual([]);
    expect(await narrow.page.evaluate("document.documentElement.scrollWidth <= innerWidth")).toBe(true);
    await narrow.page.screenshot({ path: join(screenshots, `tweak-prompt-${theme}.png`), fullPage: true });
  });

  test("is small enough to zoom to 200 % without scrolling sideways", async () => {
    const { page, tell } = await open({ width: 550 });
    await tell({ ...retriever, trial: retrieverTrial(10) });
    expect(await page.evaluate("document.documentElement.scrollWidth <= innerWidth")).toBe(true);
  });
});
