import { writeNotebook } from "../../src/notebook/nbformat.ts";
import type { NotebookCell } from "../../src/notebook/nbformatCell.ts";

/** An experiment that asks a model: prompts with certain words are better, and so is one number of passages. */
export const paidToyExperiment = `
import { choice, component, experiment, llm, options, rows, system } from "optimas";
const make = (n: number, salt: string) => Array.from({ length: n }, (_, i) => ({ question: \`\${salt} question \${i}\` }));
const drafter = llm({
  name: "drafter", description: "Drafts an answer.", inputs: ["question"], outputs: ["draft"], prompt: "Write a draft.",
});
const picker = component({
  name: "picker", description: "Picks passages.", inputs: ["draft"], outputs: ["answer"],
  variable: options({ k: choice([1, 2, 4]) }),
  run: ({ draft }, { variable }) => ({ answer: \`\${String(draft)} from \${variable.k}\` }),
});
export default experiment({
  system: system({ name: "paid", components: [drafter, picker], outputs: ["answer"] }),
  data: { train: rows(make(6, "t")), validation: rows(make(4, "v")), test: rows(make(2, "e")) },
  reward: ({ answer }) => (String(answer).split("solid").length - 1) / 6 + (String(answer).endsWith("4") ? 0.5 : 0),
  model: "openai:toy",
  settings: {
    iterations: 3, budgetRuns: 120, concurrency: 4, validationRows: 4, stageOneInputs: 4, freshInputs: 2, searchInputs: 3,
    promptCandidates: 2, explorationPrompts: 3,
  },
});
`;

const code = (source: string): NotebookCell => ({
  kind: "code",
  languageId: "typescript",
  source,
  outputs: [],
  metadata: {},
});

/** Cells that work on the experiment; where a run was begun in their folder, they go on with it. */
export const paidToyNotebook = writeNotebook({
  metadata: {},
  cells: [
    code(`
import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import tuned from "./paid.ts";
const runs = join(".optimas", "runs");
const begun = (existsSync(runs) ? readdirSync(runs).sort() : []).map((run) => join(runs, run));
const resume = begun.findLast((run) => existsSync(join(run, "events.jsonl")));
const bench = await tuned.open(resume === undefined ? {} : { resume });`),
    code("await bench.optimize({ iterations: 3 });"),
  ],
});

/** Where its model answers, and what it costs. */
export function paidToyModels(url: string, price = { inputPerMillion: 0.01, outputPerMillion: 0.02 }): string {
  return JSON.stringify({
    version: 1,
    servers: { openai: { baseUrl: `${url}/v1`, keyVariable: "OPENAI_API_KEY" } },
    prices: { "openai:toy": price },
  });
}
