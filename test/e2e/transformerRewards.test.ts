import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, expect, test } from "vitest";
import { fixtureBackbone } from "../reward/transformer/fixtureBackbone.ts";
import { sharedFixtures } from "../sharedData.ts";
import { Editor } from "./editor.ts";
import { writeNotebook } from "./notebookFile.ts";
import { emptyWorkspace } from "./workspaces.ts";

let editor: Editor | undefined;
afterEach(async () => {
  await editor?.close();
  editor = undefined;
});

/** Cells with an experiment whose local reward is learned on many examples, as it has nothing else to learn. */
const cells = [
  `import { experiment, llm, system, tokenF1 } from "optimas";
const answerer = llm({
  name: "answerer", description: "Answers.", inputs: ["question", "passage"], outputs: ["answer"], prompt: "Answer.",
});
const rows = Array.from({ length: 160 }, (_, i) => ({
  question: "Where was Ada" + i + " born?",
  passage: "Ada" + i + " was born in Town" + i + " in 18" + (10 + i) + ".",
  answer: "Town" + i,
}));
const born = experiment({
  system: system({ name: "born", components: [answerer], outputs: ["answer"] }),
  data: { train: rows.slice(0, 140), validation: rows.slice(140) },
  reward: (output, row) => tokenF1(output.answer, row.answer),
  settings: { stageOneInputs: 140 },
});`,
  `await born.optimize({ iterations: 1 })`,
];

const fixtures = sharedFixtures("onnx");
if (fixtures !== undefined)
  test("a run learns on the transformer that a window's setting names, and shows how far its training is", async () => {
    const folder = emptyWorkspace();
    fixtureBackbone(fixtures, join(folder, "small"));
    writeNotebook(folder, "born.optnb", cells);
    const settings = { "optimas.rewards.backbone": "./small" };
    editor = await Editor.open(folder, { open: "born.optnb", settings });
    await editor.runAll();
    await editor.scrollDownTo("born.optimize");
    await editor.waitForOutput(/epoch \d+ of \d+, loss \d\.\d+/);
    await editor.screenshot("transformer-training");
    await editor.waitForOutput(/Finished/);
    await editor.screenshot("transformer-finished");
    const runs = join(folder, ".optimas/runs");
    const [run = ""] = readdirSync(runs);
    expect(readFileSync(join(runs, run, "events.jsonl"), "utf8")).toMatch(/"backbone":"small-mean-[0-9a-f]{12}"/);
  });
