import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { contrastFaults } from "./contrast.ts";
import { Editor } from "./editor.ts";
import { examplesCopy } from "./workspaces.ts";

const notebook = "hotpotqa/experiment.optnb";
/** The last one stands above the outputs that our renderer draws. */
const headings = ["The questions", "The system", "The landscape of one option", "What has changed", "Improve it"];

describe("the example notebook", () => {
  let editor: Editor;
  beforeAll(async () => {
    editor = await Editor.open(examplesCopy(), { open: notebook });
  });
  afterAll(() => editor.close());

  test("runs to its end on Run All, and shows what its cells give while others run", async () => {
    await editor.runAll();
    await editor.goToHeading("The questions");
    await editor.waitForOutput("rows to learn from");
    expect(await editor.kernelSays()).not.toContain("ready");
    await editor.waitForKernel("ready");
    await editor.goToHeading("Improve it");
    expect(await editor.waitForOutput("1 update: ")).toContain("simulated model");
    await editor.scrollDownTo("run.optimize");
    await editor.waitForOutput("Finished: all iterations done");
    await editor.screenshot("example-finished");
  });

  test.each(["dark", "light", "highContrast", "highContrastLight"] as const)("can be read in %s", async (theme) => {
    await editor.theme(theme);
    for (const heading of headings) {
      await editor.goToHeading(heading);
      await editor.page.waitForTimeout(300);
      await editor.screenshot(`example-${theme}-${heading.toLowerCase().replaceAll(" ", "-")}`);
    }
    expect(await contrastFaults(editor.page)).toEqual([]);
  });

  test("keeps its outputs when it is saved", async () => {
    await editor.command("File: Save");
    const file = join(editor.folder, notebook);
    await expect.poll(() => readFileSync(file, "utf8")).toContain("application/vnd.optimas.run+json");
    expect(existsSync(join(editor.folder, "hotpotqa/.optimas/runs"))).toBe(true);
  });
});
