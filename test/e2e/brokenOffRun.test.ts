import { type ChildProcess, spawn } from "node:child_process";
import { join } from "node:path";
import type { Frame } from "playwright-core";
import { afterAll, beforeAll, describe, expect, inject, test } from "vitest";
import { Editor } from "./editor.ts";
import { examplesCopy } from "./workspaces.ts";

/** More than a quick machine gets through while all of this is looked at. */
const MANY = 2_000;

/** What a run's page says of how far it is. */
const progress = new RegExp(`(\\d[\\d,]*) of ${MANY.toLocaleString("en")} iterations`);

describe("a run in a terminal, seen in the editor", () => {
  let editor: Editor;
  let run: ChildProcess | undefined;
  beforeAll(async () => {
    editor = await Editor.open(examplesCopy());
    await editor.page.locator('.activitybar .action-label[aria-label^="Optimas"]').click();
    await editor.waitForText("There are no runs in this workspace yet.");
    const cli = join(inject("extensionFolder"), "dist/cli.js");
    const options = ["--no-save", "--from-source", "--iterations", String(MANY), "--budget-runs", "none"];
    run = spawn(process.execPath, [cli, "run", "hotpotqa/experiment.ts", ...options], {
      cwd: editor.folder,
      stdio: "ignore",
    });
  });
  afterAll(async () => {
    run?.kill("SIGKILL");
    await editor?.close();
  });

  const iterations = async (page: Frame) =>
    Number(progress.exec(await page.locator("header").innerText())?.[1]?.replaceAll(",", ""));
  const row = () => editor.page.locator(".pane .monaco-list-row", { hasText: "iterations" }).first();

  test("is opened by every press on its row, however often the row reads otherwise meanwhile", async () => {
    await row().waitFor();
    for (let press = 0; press < 30; press++) {
      await row().click();
      await editor.page.waitForTimeout(100);
    }
    await editor.pageWith("header [data-live]");
    expect(await editor.notifications()).toEqual([]);
  });

  test("says that it was killed, and goes on in the panel when it is told to", async () => {
    const page = await editor.pageWith("main > .tabs");
    await expect.poll(() => iterations(page)).toBeGreaterThanOrEqual(2);
    run?.kill("SIGKILL");
    await editor.waitForPage(/interrupted: its process is gone/);
    const killed = await iterations(page);
    await editor.screenshot("run-panel-killed");
    await page.getByRole("button", { name: "Resume", exact: true }).click();
    await page.locator("header [data-live]").waitFor();
    await expect.poll(() => iterations(page)).toBeGreaterThanOrEqual(killed + 2);
    expect(await editor.notifications()).toEqual([]);
  });
});
