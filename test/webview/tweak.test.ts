import type { Page } from "playwright-core";
import { describe, expect, test } from "vitest";
import { browserPath } from "./rendererPage.ts";
import { exampleOffer, exampleStanding, promptOffer, retrieverTrial, tweakCode } from "./tweakPage.ts";
import { answerer, idle, options, retriever, tweakPanels } from "./tweakPanels.ts";

describe("the page's script", () => {
  test("is one file that loads nothing", async () => {
    const code = await tweakCode();
    for (const forbidden of [/\bimport\s*[("'{*]/, /\brequire\(/, /\bfetch\(/, /XMLHttpRequest/, /\beval\(/]) {
      expect(forbidden.test(code), String(forbidden)).toBe(false);
    }
    const kilobytes = Buffer.byteLength(code) / 1024;
    console.log(`measured  the script of the panel for trying values: ${kilobytes.toFixed(1)} KB`);
    expect(kilobytes).toBeLessThan(320);
  });
});

describe.skipIf(browserPath === undefined)("the panel for trying values", () => {
  const open = tweakPanels();
  const status = (page: Page) => page.locator("p.spoken").textContent();

  test("tries the value in force at once, and shows output, local reward and what lies beside", async () => {
    const { page, tell, asked } = await open();
    await tell(retriever);
    expect(await asked("try")).toEqual({ type: "try", value: options, example: "v0" });
    await tell({ trial: retrieverTrial(1) });
    const output = page.getByRole("region", { name: "Output" });
    expect(await output.innerText()).toContain("Local reward 0.600");
    expect(await output.innerText()).toContain("passage 0");
    const beside = page.getByRole("list", { name: "k" }).getByRole("button");
    expect(await beside.allInnerTexts()).toHaveLength(4);
    expect(
      await page.getByRole("button", { name: "1 local reward 0.600 your value, in force", exact: true }).count(),
    ).toBe(1);
    expect(await page.getByRole("region", { name: "search_keywords" }).innerText()).toBe("who wrote it");
    expect(await page.getByText("simulated model").first().isVisible()).toBe(true);
  });

  test("takes a value over that lies beside, and undoes it by keyboard", async () => {
    const { page, tell, requests, state } = await open();
    await tell({ ...retriever, trial: retrieverTrial(1) });
    await page.getByRole("button", { name: /^10 local reward/ }).click();
    await expect.poll(async () => (await requests()).at(-1)).toMatchObject({ type: "try", value: { k: 10 } });
    expect(await page.getByText("Edited. In force is the value in the source.").isVisible()).toBe(true);
    await tell({ trial: retrieverTrial(10) });
    expect(await page.getByText("Local reward 0.600, in force 0.400 (+0.200)").isVisible()).toBe(true);
    await page.keyboard.press("Control+z");
    await expect.poll(async () => (await requests()).at(-1)).toMatchObject({ type: "try", value: { k: 1 } });
    await page.keyboard.press("Control+Shift+z");
    expect(await state()).toMatchObject({ draft: { k: 10 } });
  });

  test("tries only the last of many edits", async () => {
    const { page, tell, asked, requests } = await open();
    await tell(answerer);
    await asked("try");
    await page.getByLabel("Prompt").focus();
    await page.keyboard.press("Control+End");
    await page.keyboard.type(" In one word.", { delay: 15 });
    await expect
      .poll(async () => (await requests()).at(-1))
      .toMatchObject({ value: "Answer the question. In one word." });
    expect(await requests()).toHaveLength(2);
  });

  test("explains what is not valid where it stands, and does not run it", async () => {
    const { page, tell, asked, requests } = await open();
    await tell(answerer);
    await asked("try");
    const prompt = page.getByLabel("Prompt");
    expect(await page.locator("#promptLength").innerText()).toBe("20 of 60 characters, about 5 tokens (estimate)");
    await prompt.fill("x".repeat(61));
    expect(await prompt.getAttribute("aria-invalid")).toBe("true");
    const described = (await prompt.getAttribute("aria-describedby"))?.split(" ") ?? [];
    const words = await Promise.all(described.map((id) => page.locator(`#${id}`).innerText()));
    expect(words).toEqual([
      "61 of 60 characters, about 16 tokens (estimate)",
      'The value of "answerer" must have at most 60 characters.',
    ]);
    await prompt.fill("   ");
    expect(await page.locator("#promptMistake").innerText()).toMatch(/must be a prompt, i\.e\. text that is not empty/);
    for (const name of ["Save to State", "Apply to Source", "Check on Validation..."]) {
      expect(await page.getByRole("button", { name }).isDisabled(), name).toBe(true);
    }
    expect(await page.getByText("Not run: the value is not valid.").isVisible()).toBe(true);
    await prompt.fill("Answer.");
    await expect.poll(async () => (await requests()).length).toBe(2);
  });

  test("explains numbers that are off the grid or no numbers, and keeps what was typed", async () => {
    const { page, tell } = await open();
    await tell({ ...retriever, trial: retrieverTrial(1) });
    const field = page.getByRole("textbox", { name: "cut" });
    await field.fill("0.55");
    expect(await page.locator("#option1Mistake").innerText()).toBe(
      'The value of "retriever" must have "cut" from 0 to 1 in steps of 0.1, not 0.55.',
    );
    await field.fill("half");
    expect(await field.inputValue()).toBe("half");
    expect(await page.locator("#option1Mistake").innerText()).toMatch(/not half\.$/);
    await field.fill("0.7");
    expect(await page.locator("#option1Mistake").isVisible()).toBe(false);
    expect(await page.getByRole("slider", { name: "cut" }).inputValue()).toBe("7");
  });

  test("moves sliders by keys along the grid, and along orders of magnitude", async () => {
    const { page, tell } = await open();
    await tell({ ...retriever, trial: retrieverTrial(1) });
    const [cut, rate] = [page.getByRole("slider", { name: "cut" }), page.getByRole("slider", { name: "rate" })];
    await cut.press("ArrowRight");
    expect(await page.getByRole("textbox", { name: "cut" }).inputValue()).toBe("0.6");
    await rate.press("End");
    expect(await rate.getAttribute("aria-valuetext")).toBe("1");
    await rate.press("Home");
    expect(await page.getByRole("textbox", { name: "rate" }).inputValue()).toBe("0.0001");
    await rate.press("PageUp");
    // A tenth of four orders of magnitude.
    expect(Number(await page.getByRole("textbox", { name: "rate" }).inputValue())).toBeCloseTo(0.0002512, 6);
  });

  test("chooses from drop-downs and radio buttons, by keyboard too", async () => {
    const { page, tell, requests, state } = await open();
    await tell({ ...retriever, trial: retrieverTrial(1) });
    await page.getByRole("combobox", { name: "k" }).focus();
    await page.keyboard.press("ArrowDown");
    await expect.poll(async () => (await requests()).at(-1)).toMatchObject({ value: { k: 5 } });
    await page.getByRole("radio", { name: "false" }).click();
    await expect.poll(async () => (await requests()).at(-1)).toMatchObject({ value: { k: 5, stem: false } });
    await page.getByRole("button", { name: "Reset to Value in Force" }).click();
    expect(await state()).toMatchObject({ draft: options });
    // The toolkit's controls follow their values in a turn of their own.
    await expect.poll(() => page.getByRole("radio", { name: "true" }).getAttribute("aria-checked")).toBe("true");
    const option = page.getByRole("option", { name: "1", exact: true, includeHidden: true });
    await expect.poll(() => option.getAttribute("aria-selected")).toBe("true");
  });

  test("goes from row to row", async () => {
    const { page, tell, requests } = await open();
    await tell({ ...retriever, trial: retrieverTrial(1) });
    expect(await page.getByRole("button", { name: "Previous Row" }).isDisabled()).toBe(true);
    await page.getByRole("button", { name: "Next Row" }).click();
    await expect.poll(async () => (await requests()).at(-1)).toMatchObject({ example: "v1" });
    await page.getByLabel("Row", { exact: true }).selectOption("t0");
    await expect.poll(async () => (await requests()).at(-1)).toMatchObject({ example: "t0" });
    expect(await page.getByText("3 of 3").isVisible()).toBe(true);
  });

  test("says what a check costs before it runs, how far it is, and what it came to", async () => {
    const { page, tell, asked, requests } = await open();
    await tell({ ...retriever, trial: retrieverTrial(1) });
    expect(await page.getByRole("button", { name: "Check on Validation..." }).isDisabled()).toBe(true);
    await page.getByRole("button", { name: /^10 local reward/ }).click();
    await page.getByRole("button", { name: "Check on Validation..." }).click();
    const confirm = page.getByRole("group", { name: "Check on Validation..." });
    expect(await confirm.innerText()).toContain(
      "Compares your value with the one in force on 25 validation rows: up to 50 system runs, with the simulated model and at no cost.",
    );
    expect((await requests()).some(({ type }) => type === "check")).toBe(false);
    await page.keyboard.press("Enter");
    expect(await asked("check")).toMatchObject({ value: { ...options, k: 10 } });
    const value = { ...options, k: 10 };
    await tell({
      check: {
        kind: "busy",
        value,
        progress: { label: "putting the update to the gate", done: 5, total: 25 },
        stopping: false,
      },
    });
    expect(await page.getByRole("progressbar").getAttribute("aria-valuenow")).toBe("20");
    const validation = page.getByRole("region", { name: "Validation" });
    await validation.getByRole("button", { name: "Stop" }).click();
    await asked("stop");
    await tell({
      check: {
        kind: "done",
        value,
        output: {
          kind: "check",
          component: "retriever",
          value,
          accepted: true,
          reason: "the mean on 4 validation rows rose by 0.250 (2 better, 1 worse)",
          exampleIds: ["a", "b", "c", "d"],
          before: [0, 0, 1, 0.5],
          after: [1, 1, 0, 0.5],
          systemRuns: 8,
        },
      },
    });
    const words = await validation.innerText();
    expect(words).toContain("A run would accept this value.");
    expect(words).toContain("Mean reward 0.375 → 0.625 (+0.250) on 4 rows: 2 better, 1 worse.");
    expect(words).toContain("It took 8 system runs.");
    expect(await status(page)).toBe("A run would accept this value.");
  });

  test("says that the price of another model is not known, and does not spend before it is asked", async () => {
    const { page, tell, asked, requests } = await open();
    const offer = { ...promptOffer, model: "some:model", simulated: false };
    await tell({ ...answerer, offer });
    expect(await page.getByText("Not run yet.").isVisible()).toBe(true);
    expect(await page.getByText(/up to 3 system runs\. What they cost in money is not known\./).isVisible()).toBe(true);
    expect(await requests()).toEqual([]);
    await page.getByRole("button", { name: "Try", exact: true }).click();
    expect(await asked("try")).toMatchObject({ type: "try", pressed: true });
    expect(await page.getByText("simulated model").count()).toBe(0);
  });

  test("says what a trial may cost where the price is known", async () => {
    const { page, tell } = await open();
    const components = promptOffer.components.map((one) => ({ ...one, tryUsd: 0.25, checkUsd: 4 }));
    await tell({ ...answerer, offer: { ...promptOffer, components, model: "some:model", simulated: false } });
    expect(await page.getByText(/A trial takes up to 3 system runs, for up to \$0\.25\./).isVisible()).toBe(true);
    await expect.poll(() => page.locator("#checkCost").textContent()).toMatch(/system runs, for up to \$4\.00\./);
  });

  test("saves, applies and says what became of it", async () => {
    const { page, tell, asked } = await open();
    await tell({ ...retriever, trial: retrieverTrial(1) });
    expect(await page.getByRole("button", { name: "Save to State" }).isDisabled()).toBe(true);
    await page.getByRole("button", { name: /^25 local reward/ }).click();
    await page.getByRole("button", { name: "Save to State" }).click();
    const value = { ...options, k: 25 };
    expect(await asked("save")).toMatchObject({ value });
    await tell({ outcome: { kind: "saved", value, file: "experiment.optimas.json" } });
    expect(
      await page.getByText("Saved to experiment.optimas.json. Runs start from this value.").last().isVisible(),
    ).toBe(true);
    const component = { ...exampleOffer.components[0], current: value } as (typeof exampleOffer.components)[number];
    await tell({ offer: { ...exampleOffer, components: [component] } });
    expect(
      await page.getByText(/an accepted one that the state file holds\. The source says otherwise\./).isVisible(),
    ).toBe(true);
    await page.getByRole("button", { name: "Apply to Source" }).click();
    expect(await asked("apply")).toMatchObject({ value });
    await tell({ outcome: { kind: "refused", message: "experiment.optimas.json is not valid JSON. Mend it." } });
    expect(await status(page)).toBe("experiment.optimas.json is not valid JSON. Mend it.");
    await tell({ standing: { ...exampleStanding, computed: "it is computed by pick(...)" } });
    expect(await page.getByRole("button", { name: "Apply to Source" }).isDisabled()).toBe(true);
    expect(await page.getByText(/Nothing can be written into the source: it is computed by pick/).isVisible()).toBe(
      true,
    );
  });

  test("is pressed where a pointer went down, whatever comes meanwhile", async () => {
    const { page, tell, asked } = await open();
    await tell({ ...retriever, trial: retrieverTrial(1) });
    await page.getByRole("button", { name: /^25 local reward/ }).click();
    const save = await page.getByRole("button", { name: "Save to State" }).boundingBox();
    if (save === null) throw new Error("the panel is not laid out");
    await page.mouse.move(save.x + save.width / 2, save.y + save.height / 2);
    await page.mouse.down();
    await tell({
      standing: { ...exampleStanding, phase: { kind: "failed", message: "gone\n".repeat(9), placed: true } },
    });
    expect(await page.getByRole("alert").count()).toBe(0);
    await page.mouse.up();
    expect(await asked("save")).toMatchObject({ value: { ...options, k: 25 } });
    await page.getByRole("alert").waitFor();
  });

  test("says what keeps it from working, and the way out", async () => {
    const { page, tell, asked } = await open();
    const standing = (phase: typeof exampleStanding.phase) => ({ standing: { ...exampleStanding, phase } });
    await tell({ ...standing({ kind: "starting" }), offer: null, ...idle });
    expect(await page.getByText("Starting a kernel and opening qa...").isVisible()).toBe(true);
    await tell(standing({ kind: "failed", message: "data.jsonl is not there", placed: true }));
    expect(await page.getByRole("alert").innerText()).toContain("qa could not be opened: data.jsonl is not there");
    await page.getByRole("button", { name: "Open Location" }).click();
    await asked("openFailure");
    await tell(standing({ kind: "died", reason: "The kernel ended on SIGKILL." }));
    await page.getByRole("button", { name: "Restart" }).click();
    await asked("start");
    await tell(standing({ kind: "restricted" }));
    await page.getByRole("button", { name: "Manage Workspace Trust" }).click();
    await asked("manageTrust");
    await tell({ ...retriever, standing: { ...exampleStanding, sourceChanged: true } });
    expect(await page.getByRole("button", { name: "Reload" }).isVisible()).toBe(true);
    await tell({ ...retriever, offer: { ...exampleOffer, examples: [] } });
    expect(await page.getByText("The experiment has no rows to try values on.").isVisible()).toBe(true);
  });

  test("offers to learn local rewards where there are none", async () => {
    const { page, tell, asked } = await open();
    await tell(answerer);
    await page.getByRole("button", { name: "Learn Local Rewards" }).click();
    await asked("learn");
    await tell({ standing: { ...answerer.standing, learning: true } });
    expect(await page.getByText(/A run is learning the local reward of this component/).isVisible()).toBe(true);
    expect(await page.getByRole("button", { name: "Learn Local Rewards" }).isVisible()).toBe(false);
  });

  test("undoes typed text in the page's own history, whoever asks for it", async () => {
    const { page, tell } = await open();
    await tell(answerer);
    const prompt = page.getByLabel("Prompt");
    await prompt.focus();
    await page.keyboard.press("Control+End");
    await page.keyboard.type(" Now.");
    await page.keyboard.press("Control+z");
    expect(await prompt.inputValue()).toBe("Answer the question.");
    await page.keyboard.press("Control+y");
    expect(await prompt.inputValue()).toBe("Answer the question. Now.");
    // As a menu of the editor does it.
    await page.evaluate("document.execCommand('undo')");
    await page.keyboard.press("Control+z");
    expect(await prompt.inputValue()).toBe("Answer the question.");
  });
});
