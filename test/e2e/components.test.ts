import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { Editor } from "./editor.ts";
import { examplesCopy } from "./workspaces.ts";

const system = "hotpotqa/system.ts";

describe("the components of the example, where they are written", () => {
  let editor: Editor;
  beforeAll(async () => {
    editor = await Editor.open(examplesCopy(), { settings: { "optimas.runs.iterations": 3 } });
  });
  afterAll(() => editor.close());
  const text = () => readFileSync(join(editor.folder, system), "utf8");

  test("have lenses over them, and stand in the container", async () => {
    await editor.openFile(system, 40);
    await editor.lens("answerGenerator", "Optimize");
    await editor.command("Optimas: Focus on Components View");
    await editor.waitForText("answer_generator");
    await editor.screenshot("components-dark");
  });

  test("are optimized by a press on the lens, to a result that can be looked at and applied", async () => {
    await editor.openFile(system, 40);
    await (await editor.lens("answerGenerator", "Optimize")).click();
    await editor.pick("experiment.ts");
    await editor.waitForNotification(/answer_generator/);
    await editor.screenshot("components-running");
    await editor.waitForNotification(/accepted/);
    await editor.screenshot("components-result");
    const before = text();
    const saved = JSON.parse(readFileSync(join(editor.folder, "hotpotqa/experiment.optimas.json"), "utf8"));
    const prompt: string = saved.configuration.answer_generator;
    expect(prompt).not.toBe("Answer the question.");

    await editor.pressNotification("Diff");
    await editor.page.locator(".monaco-diff-editor").first().waitFor();
    await editor.waitForText(prompt.slice(0, 20));
    await editor.screenshot("components-diff");
    expect(text()).toBe(before);

    await editor.editorAction(/Apply/);
    await expect.poll(() => text()).toContain(prompt.split("\n")[0]);
    await editor.screenshot("components-applied");
    await editor.openFile(system);
    await editor.page.keyboard.press("Control+Z");
    await editor.command("File: Save");
    await expect.poll(() => text()).toBe(before);
  });

  test("are tweaked by hand: a row at once, the gate when asked, then saved or applied", async () => {
    await editor.openFile(system, 23);
    await (await editor.lens("const retriever", "Tweak")).click();
    const page = await editor.pageWith("vscode-dropdown");
    await editor.waitForPage(/simulated model/);
    await editor.waitForPage(/What the component gets/);
    const dropdown = page.locator("vscode-dropdown").first();
    // By keyboard: from 1 over 5 to 10.
    await dropdown.focus();
    await dropdown.press("ArrowDown");
    await dropdown.press("ArrowDown");
    await editor.waitForPage("Edited. In force is the value in the source.");
    await editor.waitForPage("Your value");
    await editor.screenshot("tweak-dark");
    await page.getByRole("button", { name: "Check on Validation" }).click();
    await editor.waitForPage(/Compares your value with the one in force on 50 validation rows: up to .* system runs/);
    await page.getByRole("button", { name: "Run Check" }).click();
    await editor.waitForPage(/A run would (not )?accept this value/);
    await editor.screenshot("tweak-checked");
    await page.getByRole("button", { name: "Save to State" }).click();
    const state = () => JSON.parse(readFileSync(join(editor.folder, "hotpotqa/experiment.optimas.json"), "utf8"));
    await expect.poll(() => state().configuration.retriever).toEqual({ k: 10 });
    // What the run had accepted stays.
    expect(state().configuration.answer_generator).not.toBe("Answer the question.");
    await page.getByRole("button", { name: "Apply to Source" }).click();
    await expect.poll(() => text()).toContain("variable: options({ k: choice([1, 5, 10, 25]) }, { k: 10 }),");
    await editor.waitForPage("Written into the source.");
    await editor.screenshot("tweak-applied");
  });

  test("are run from the explorer as well: files that declare experiments or components have a menu of their own", async () => {
    const { page } = editor;
    await editor.openFile(system);
    await editor.command("File: Reveal Active File in Explorer View");
    // The explorer is drawn anew as files come, and takes the menu along: it is opened again, not waited for.
    const soon = { timeout: 5_000 };
    const actionsOn = async (file: string): Promise<string> => {
      await page.keyboard.press("Escape");
      await page
        .locator(".explorer-folders-view .monaco-list-row", { hasText: file })
        .first()
        .click({ button: "right", ...soon });
      await page.locator(".monaco-menu .action-item", { hasText: "Copy Path" }).first().waitFor(soon);
      const own = page.locator(".monaco-menu .action-item", { hasText: /^Optimas/ });
      let actions = "";
      if ((await own.count()) > 0) {
        await own.first().hover(soon);
        await page.locator(".monaco-submenu .action-item").first().waitFor(soon);
        actions = await page.locator(".monaco-submenu").innerText(soon);
      }
      await page.keyboard.press("Escape");
      await page.keyboard.press("Escape");
      await page
        .locator(".monaco-menu")
        .first()
        .waitFor({ state: "hidden", ...soon });
      return actions;
    };
    // As soon as the search has found it.
    await expect.poll(() => actionsOn("experiment.ts")).toMatch(/Run Experiment/);
    /** Those that the first menu offers which stays open. */
    const offered = async (file: string): Promise<string> => {
      let actions = "";
      const look = async () => {
        actions = await actionsOn(file);
        return true;
      };
      await expect.poll(look).toBe(true);
      return actions;
    };
    expect(await offered("system.ts")).toMatch(/Optimize Component/);
    expect(await offered("questionRow.ts")).toBe("");
  });

  test("have runs whose panel opens from the tree", async () => {
    await editor.command("Optimas: Focus on Runs View");
    await editor.page
      .locator(".pane", { hasText: "Runs" })
      .locator(".monaco-list-row", { hasText: "3 of 3" })
      .first()
      .click();
    await editor.waitForPage(/finished: all iterations done/);
    await editor.waitForPage("Global reward over the iterations");
    await editor.screenshot("run-panel-dark");
  });

  test("have their rows in the test explorer", async () => {
    await editor.command("Testing: Focus on Test Explorer View");
    await editor.waitForText("hotpotqa");
    await editor.screenshot("test-explorer");
  });

  test.each(["light", "highContrast", "highContrastLight"] as const)("can be looked at in %s", async (theme) => {
    await editor.theme(theme);
    await editor.command("Optimas: Focus on Components View");
    await editor.waitForText("answer_generator");
    await editor.screenshot(`components-${theme}`);
  });

  test("leave nothing behind but runs and the accepted values", () => {
    expect(existsSync(join(editor.folder, ".optimas/runs"))).toBe(true);
  });
});
