import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { Editor } from "./editor.ts";
import { writeNotebook } from "./notebookFile.ts";
import { emptyWorkspace } from "./workspaces.ts";

describe("in Restricted Mode", () => {
  let editor: Editor;
  let saved: string;
  const notebook = "saved.optnb";
  const ran = () => existsSync(join(editor.folder, "ran.txt"));
  beforeAll(async () => {
    const folder = emptyWorkspace();
    const cell = 'import { writeFileSync } from "node:fs";\nwriteFileSync("ran.txt", "");\nconsole.log("ran now");';
    writeNotebook(folder, notebook, [cell], "saved before\n");
    saved = readFileSync(join(folder, notebook), "utf8");
    editor = await Editor.open(folder, { open: notebook, restricted: true });
  });
  afterAll(() => editor.close());

  test("a notebook opens with its saved outputs", async () => {
    await editor.waitForOutput("saved before");
    await editor.waitForText("Restricted Mode");
    await editor.screenshot("restricted-mode");
  });

  test("nothing runs when trust is refused, and no process starts", async () => {
    await editor.runAll();
    await editor.answer("Cancel");
    expect(await editor.outputText()).toContain("saved before");
    expect(ran()).toBe(false);
    expect(editor.engineProcesses()).toEqual([]);
    expect(readFileSync(join(editor.folder, notebook), "utf8")).toBe(saved);
  });

  test("it runs as soon as the workspace is trusted", async () => {
    await editor.runAll();
    await editor.screenshot("restricted-mode-asks");
    await editor.answer(/Trust/);
    await editor.waitForOutput("ran now");
    expect(ran()).toBe(true);
  });
});
