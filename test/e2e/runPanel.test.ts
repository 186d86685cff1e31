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
  }, 400_000);
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
  }, 120_000);

  test.each(["dark", "light"] as const)(
    "shows each of its pages in %s",
    async (theme) => {
      await editor.theme(theme);
      await editor.clearedDesk();
      for (const [tab, words] of Object.entries(pages)) {
        const frame = await front(tab);
        await expect
          .poll(() => frame.getByRole("tabpanel", { name: tab, exact: true }).innerText(), { timeout: 30_000 })
          .toMatch(words);
        if (tab === "Updates") await showAccepted(frame);
        if (tab === "Compare" && theme === "dark") await compareWithTheOther(frame);
        if (tab === "Compare") await frame.getByText("Global rewards of the runs").waitFor();
        // Charts are drawn when they are laid out.
        await editor.page.waitForTimeout(500);
        await editor.screenshot(`run-panel-${tab.toLowerCase()}-${theme}`);
      }
    },
    240_000,
  );

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
    await expect
      .poll(async () => (await panel()).getByRole("tab", { selected: true }).innerText(), { timeout: 30_000 })
      .toBe("Budget");
  }, 120_000);

  test("returns to what was in force after an update, and back", async () => {
    const state = join(editor.folder, "hotpotqa/experiment.optimas.json");
    expect(existsSync(state)).toBe(false);
    const frame = await front("Updates");
    const dialog = editor.page.locator(".monaco-dialog-box");
    // The window was just loaded: what is pressed before the extension is at work is pressed again.
    for (let press = 0; press < 3 && !(await dialog.isVisible()); press++) {
      await frame.getByRole("button", { name: "Revert to Here" }).first().click();
      await dialog.waitFor({ timeout: 15_000 }).catch(() => undefined);
    }
    await editor.answer("Revert to Here");
    await expect.poll(() => existsSync(state), { timeout: 30_000 }).toBe(true);
    expect(Object.keys(JSON.parse(readFileSync(state, "utf8")).configuration)).toContain("answer_generator");
    await editor.pressNotification("Undo");
    await expect.poll(() => existsSync(state), { timeout: 30_000 }).toBe(false);
  }, 120_000);

  test("begins a new run with what was in force after an update", async () => {
    const before = runsIn(editor.folder);
    const frame = await front("Updates");
    await frame.getByRole("button", { name: "Branch a New Run from Here" }).first().click();
    await expect.poll(() => runsIn(editor.folder).length, { timeout: 90_000 }).toBe(before.length + 1);
    const [branched = ""] = runsIn(editor.folder).filter((name) => !before.includes(name));
    const log = join(editor.folder, ".optimas/runs", branched, "events.jsonl");
    await expect.poll(() => existsSync(log) && readFileSync(log, "utf8").includes("run.started"), { timeout: 30_000 });
    await editor.screenshot("run-panel-branched");
  }, 180_000);
});
