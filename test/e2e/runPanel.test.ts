import { execFile } from "node:child_process";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import type { Frame } from "playwright-core";
import { afterAll, beforeAll, describe, expect, inject, test } from "vitest";
import { Editor } from "./editor.ts";
import { examplesCopy } from "./workspaces.ts";

const experiment = "hotpotqa/experiment.ts";
/** Tabs of the panel, and what each page says when all of it is there. */
const pages = {
  Overview: "Global reward over the iterations",
  Landscape: /Candidates over the iterations|over one option/,
  Updates: "Revert to Here",
  Examples: /\S/,
  Alignment: /\S/,
  Budget: "System runs",
  Compare: /\S/,
} as const;

/** Optimizes the example in a terminal, as it is packed. */
async function optimized(folder: string, ...options: readonly string[]): Promise<void> {
  const cli = join(inject("extensionFolder"), "dist/cli.js");
  await promisify(execFile)(process.execPath, [cli, "run", experiment, "--no-save", ...options], { cwd: folder });
}

function runsIn(folder: string): string[] {
  return readdirSync(join(folder, ".optimas/runs")).filter((name) => /^\d/.test(name));
}

describe("the panel of a run", () => {
  let editor: Editor;
  beforeAll(async () => {
    const folder = examplesCopy();
    await optimized(folder, "--seed", "7", "--iterations", "2", "--from-source");
    await optimized(folder, "--iterations", "12", "--from-source");
    editor = await Editor.open(folder);
  });
  afterAll(() => editor?.close());

  const panel = (): Promise<Frame> => editor.pageWith("main > .tabs");
  const front = async (tab: string): Promise<Frame> => {
    const frame = await panel();
    await frame.getByRole("tab", { name: tab, exact: true }).click();
    await frame.getByRole("tabpanel", { name: tab, exact: true }).waitFor();
    return frame;
  };

  test("opens from the tree of runs", async () => {
    // Lenses stand when the extension is at work.
    await editor.openFile("hotpotqa/system.ts", 40);
    await editor.lens("answerGenerator", "Optimize");
    await editor.command("Optimas: Focus on Runs View");
    const pane = editor.page.locator(".pane", { hasText: "Runs" });
    await pane.locator(".monaco-list-row", { hasText: "12 of 12" }).first().click();
    await editor.waitForPage(/finished: all iterations done/);
    await editor.waitForPage(pages.Overview);
    await editor.screenshot("run-panel-in-window-dark");
  });

  test.each(["dark", "light"] as const)("shows each of its pages in %s", async (theme) => {
    await editor.theme(theme);
    await editor.clearedDesk();
    for (const [tab, words] of Object.entries(pages)) {
      const frame = await front(tab);
      await expect.poll(() => frame.getByRole("tabpanel", { name: tab, exact: true }).innerText()).toMatch(words);
      if (tab === "Updates") await showAccepted(frame);
      if (tab === "Compare" && theme === "dark") await compareWithTheOther(frame);
      if (tab === "Compare") await frame.getByText("Global rewards of the runs").waitFor();
      // Charts are drawn when they are laid out.
      await editor.page.waitForTimeout(500);
      await editor.screenshot(`run-panel-${tab.toLowerCase()}-${theme}`);
    }
  });

  async function compareWithTheOther(frame: Frame): Promise<void> {
    await frame.getByRole("button", { name: "Add a Run to Compare" }).click();
    // Where several may be picked, a press on a row ticks it.
    await editor.page.locator(".quick-input-list .monaco-list-row").first().click();
    await editor.page.keyboard.press("Enter");
  }

  /** Only what was accepted, the last of it in depth. */
  async function showAccepted(frame: Frame): Promise<void> {
    for (const decision of ["Rejected", "Unchanged"]) {
      const box = frame.getByRole("checkbox", { name: decision });
      if ((await box.getAttribute("aria-checked")) === "true") await box.click();
      await expect.poll(() => box.getAttribute("aria-checked")).toBe("false");
    }
    await frame.locator(".list tbody tr", { hasText: "accepted" }).first().getByRole("button").click();
  }

  test("goes on where it was after the window was loaded anew", async () => {
    await front("Budget");
    await editor.reloadByCommand();
    await editor.waitForPage(/finished: all iterations done/);
    await expect.poll(async () => (await panel()).getByRole("tab", { selected: true }).innerText()).toBe("Budget");
  });

  test("returns to what was in force after an update, and back", async () => {
    const state = join(editor.folder, "hotpotqa/experiment.optimas.json");
    expect(existsSync(state)).toBe(false);
    const frame = await front("Updates");
    // The window was just loaded: one press must do, whatever is still being read.
    await frame.getByRole("button", { name: "Revert to Here" }).first().click();
    await editor.answer("Revert to Here");
    await expect.poll(() => existsSync(state)).toBe(true);
    expect(Object.keys(JSON.parse(readFileSync(state, "utf8")).configuration)).toContain("answer_generator");
    await editor.pressNotification("Undo");
    await expect.poll(() => existsSync(state)).toBe(false);
  });

  test("begins a new run with what was in force after an update", async () => {
    const before = runsIn(editor.folder);
    const frame = await front("Updates");
    await frame.getByRole("button", { name: "Branch a New Run from Here" }).first().click();
    await expect.poll(() => runsIn(editor.folder).length).toBe(before.length + 1);
    const [branched = ""] = runsIn(editor.folder).filter((name) => !before.includes(name));
    const log = join(editor.folder, ".optimas/runs", branched, "events.jsonl");
    const text = () => (existsSync(log) ? readFileSync(log, "utf8") : "");
    await expect.poll(text).toContain("run.started");
    await editor.screenshot("run-panel-branched");
  });
});
