import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { configurationFile, saveConfiguration } from "../../src/run/configurationFile.ts";
import { Editor } from "./editor.ts";
import { examplesCopy } from "./workspaces.ts";

describe("a run that starts from accepted values", () => {
  let editor: Editor;
  beforeAll(async () => {
    const folder = examplesCopy();
    const state = configurationFile(join(folder, "hotpotqa/experiment.ts"));
    saveConfiguration(state, { configuration: { retriever: { k: 10 } } });
    editor = await Editor.open(folder);
  });
  afterAll(() => editor?.close());

  /** The first events of all runs, the oldest first. */
  const starts = (): { readonly saved?: unknown; readonly configuration?: unknown }[] => {
    const out = join(editor.folder, ".optimas/runs");
    const runs = existsSync(out) ? readdirSync(out).filter((name) => /^\d/.test(name)) : [];
    return runs.sort().flatMap((name) => {
      const log = join(out, name, "events.jsonl");
      const [line] = existsSync(log) ? readFileSync(log, "utf8").split("\n").slice(0, -1) : [];
      return line === undefined ? [] : [JSON.parse(line)];
    });
  };

  test("says so when it begins, and starts from the source where that was meant", async () => {
    await editor.openFile("hotpotqa/system.ts", 40);
    await (await editor.lens("answerGenerator", "Optimize")).click();
    await editor.pick("experiment.ts");
    await editor.waitForNotification(/starts from 1 saved value \(experiment\.optimas\.json\)/);
    await editor.screenshot("source-offer");
    expect(starts()).toMatchObject([{ saved: { file: "experiment.optimas.json", components: ["retriever"] } }]);
    await editor.pressNotification("Start from the Source");
    await expect.poll(() => starts().length).toBe(2);
    const [before, after] = starts();
    expect(before?.configuration).toMatchObject({ retriever: { k: 10 } });
    expect(after?.saved).toBeUndefined();
    expect(after?.configuration).toMatchObject({ retriever: { k: 1 } });
    // The one before it stands still, and can go on.
    await editor.command("Optimas: Focus on Runs View");
    await editor.waitForText(/interrupted|0 of/i);
    await editor.screenshot("source-offer-taken");
  });
});
