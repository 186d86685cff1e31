import { statSync } from "node:fs";
import { join } from "node:path";
import { afterEach, expect, test } from "vitest";
import { Editor } from "./editor.ts";
import { longestPause, timeToShow } from "./editorTimes.ts";
import { writeNotebook } from "./notebookFile.ts";
import { emptyWorkspace } from "./workspaces.ts";

let editor: Editor | undefined;
afterEach(async () => {
  await editor?.close();
  editor = undefined;
});

/** Prints a measured figure among the results. */
function report(figure: string): void {
  process.stdout.write(`measured  ${figure}\n`);
}

test("a notebook of 500 cells opens hardly later than one of a single cell", async () => {
  const folder = emptyWorkspace();
  writeNotebook(folder, "small.optnb", ["const small = 1;"]);
  const cells = Array.from({ length: 500 }, (_, index) => `const value${index}: number = ${index};\nvalue${index} + 1`);
  writeNotebook(folder, "large.optnb", cells, "printed\n");
  // The extension is running by then, as it is for everyone's second notebook.
  editor = await Editor.open(folder, { open: "small.optnb" });
  const times: number[] = [];
  const smallTimes: number[] = [];
  const added = () => Math.min(...times) - Math.min(...smallTimes);
  // The machine may be busy with something else for a while: the best of three turns, or of a few more.
  for (let turn = 0; turn < 3 || (turn < 8 && added() >= 500); turn++) {
    await editor.command("View: Close Editor");
    times.push(await timeToShow(editor, "large.optnb", "value0"));
    await editor.command("View: Close Editor");
    smallTimes.push(await timeToShow(editor, "small.optnb", "small"));
  }
  const list = (values: readonly number[]) => values.map((time) => time.toFixed(0)).join(", ");
  report(
    `a notebook of 500 cells was shown ${list(times)} ms after it was chosen, one of 1 cell ${list(smallTimes)} ms`,
  );
  // The editor takes about a second for the frame of the outputs, whatever is in the notebook; what else the machine
  // does can only add to it. How long reading and opening take by themselves is measured in the extension host.
  expect(added()).toBeLessThan(500);
});

test("10,000 lines and a text of 50 MB leave the window responsive and the file small", async () => {
  const folder = emptyWorkspace();
  writeNotebook(folder, "much.optnb", [
    'for (let i = 0; i < 10_000; i++) console.log("line", i);\nconsole.log("x".repeat(50_000_000));\n"finished"',
  ]);
  editor = await Editor.open(folder, { open: "much.optnb" });
  const longestMs = await longestPause(editor, async (editor) => {
    await editor.runAll();
    await editor.waitForOutput("finished");
  });
  report(`the window did not answer for at most ${longestMs.toFixed(0)} ms while 50 MB were printed`);
  await editor.screenshot("much-output");
  await editor.command("File: Save");
  const file = join(folder, "much.optnb");
  await expect.poll(() => statSync(file).size).toBeGreaterThan(10_000);
  report(`the notebook file has ${(statSync(file).size / 1024).toFixed(0)} KB afterwards`);
  expect(statSync(file).size).toBeLessThan(300_000);
  expect(longestMs).toBeLessThan(1_000);
});

test("the extension activates in less than 50 ms of its own", async () => {
  const folder = emptyWorkspace();
  writeNotebook(folder, "any.optnb", ["1"]);
  editor = await Editor.open(folder, { open: "any.optnb" });
  const log = /Activated in ([\d.]+) ms/;
  await expect.poll(() => editor?.extensionLog()).toMatch(log);
  const activationMs = Number(log.exec(editor.extensionLog())?.[1]);
  report(`activation took ${activationMs} ms`);
  expect(activationMs).toBeLessThan(50);
});
