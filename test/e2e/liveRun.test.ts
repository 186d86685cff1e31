import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { afterEach, describe, expect, test } from "vitest";
import { Editor } from "./editor.ts";
import { writeNotebook } from "./notebookFile.ts";
import { isRunning } from "./processes.ts";
import { setPace, slowExperiment } from "./slowExperiment.ts";
import { emptyWorkspace } from "./workspaces.ts";

let editor: Editor | undefined;
afterEach(async () => {
  await editor?.close();
  editor = undefined;
});

/** A window with a notebook whose last cell optimizes, under way: for minutes, unless it is told to hurry. */
async function runningRun(): Promise<Editor> {
  const folder = emptyWorkspace();
  setPace(folder, 100);
  writeNotebook(folder, "slow.optnb", slowExperiment());
  editor = await Editor.open(folder, { open: "slow.optnb" });
  await editor.runAll();
  await editor.scrollDownTo("slow.optimize");
  await editor.waitForOutput(/[1-9]\d* updates?: /);
  return editor;
}

function runsIn(folder: string): string[] {
  const runs = join(folder, ".optimas/runs");
  return existsSync(runs) ? readdirSync(runs) : [];
}

describe("a run in a cell", () => {
  test("is shown while it goes on", async () => {
    const editor = await runningRun();
    const seen = new Set<string>();
    await expect.poll(async () => seen.add(await editor.outputText()).size, { interval: 50 }).toBeGreaterThanOrEqual(4);
    expect(await editor.kernelSays()).toContain("running");
    await expect
      .poll(() => editor.cellStatuses())
      .toContainEqual(expect.stringMatching(/[1-9][\d,]* of 2,000 system runs/));
    await editor.screenshot("run-live");
  });

  test("stops on Interrupt at a safe point, and goes on with Resume", async () => {
    const editor = await runningRun();
    await editor.toolbar("Interrupt");
    await editor.waitForKernel("ready");
    await editor.waitForOutput(/interrupted/i);
    await editor.screenshot("run-interrupted");
    const runs = runsIn(editor.folder);
    setPace(editor.folder, 0);
    await editor.cellStatus(/Resume/);
    await editor.waitForOutput("Finished: the budget");
    expect(runsIn(editor.folder)).toEqual(runs);
  });

  test("whose kernel is killed from outside says why, and the next run starts a new kernel", async () => {
    const editor = await runningRun();
    const [kernel] = editor.engineProcesses().filter(({ command }) => command.includes("kernel.js"));
    expect(kernel).toBeDefined();
    process.kill(kernel?.pid ?? 0, "SIGKILL");
    await editor.waitForOutput(/SIGKILL/);
    await editor.waitForKernel("kernel ended");
    expect((await editor.notifications()).filter((text) => text.includes("SIGKILL"))).toHaveLength(1);
    await editor.waitForOutput(/Interrupted at iteration/);
    await editor.screenshot("kernel-killed");
    // Its trainer went with it.
    await expect.poll(() => editor.engineProcesses(), { timeout: 10_000 }).toEqual([]);

    await editor.runAll();
    await editor.waitForKernel("running");
    const [next] = editor.engineProcesses().filter(({ command }) => command.includes("kernel.js"));
    expect(next?.pid).not.toBe(kernel?.pid);
  });

  test("is offered for resumption after the window was loaded anew, and goes on", async () => {
    const editor = await runningRun();
    const engine = editor.engineProcesses();
    expect(engine.length).toBeGreaterThanOrEqual(2);
    const runs = runsIn(editor.folder);
    await editor.reload();
    await expect.poll(() => engine.filter(({ pid }) => isRunning(pid)), { timeout: 15_000 }).toEqual([]);
    await editor.openNotebook("slow.optnb");
    await editor.scrollDownTo("slow.optimize");
    await editor.waitForText(/Resume/);
    await editor.screenshot("run-after-reload");
    setPace(editor.folder, 0);
    await editor.cellStatus(/Resume/);
    await editor.waitForOutput("Finished: the budget");
    expect(runsIn(editor.folder)).toEqual(runs);
  });

  test("leaves no process behind when the extension host is killed", async () => {
    const editor = await runningRun();
    const engine = editor.engineProcesses();
    expect(engine.map(({ command }) => /kernel|trainer/.exec(command)?.[0]).sort()).toEqual(["kernel", "trainer"]);
    process.kill(editor.extensionHost().pid, "SIGKILL");
    await expect.poll(() => engine.filter(({ pid }) => isRunning(pid)), { timeout: 5_000 }).toEqual([]);
  });
});
