import assert from "node:assert/strict";
import type * as vscode from "vscode";
import type { ExperimentDefinition } from "../../src/detection/definition.ts";
import type { EditorRun } from "../../src/extension/runs/editorRun.ts";
import type { EditorRunGoal } from "../../src/extension/runs/editorRunRequest.ts";
import type { EditorRuns } from "../../src/extension/runs/editorRuns.ts";
import { activated, eventually, workspaceFile } from "./openNotebook.ts";

/** An experiment with two components; `delay` milliseconds per scored row make it last. */
export function experimentText(delay = 0): string {
  return `import { choice, component, experiment, llm, options, system, tokenF1 } from "optimas";
const picker = component({
  name: "picker", description: "Keeps some sentences.", inputs: ["question", "passage"], outputs: ["kept"],
  variable: options({ count: choice([1, 2, 3]) }),
  run: async ({ passage }, { variable }) => ({ kept: String(passage).split(". ").slice(0, variable.count).join(". ") }),
});
const answerer = llm({
  name: "answerer", description: "Answers.", inputs: ["question", "kept"], outputs: ["answer"], prompt: "Answer.",
});
const rows = Array.from({ length: 16 }, (_, i) => ({
  question: "Where was Ada" + i + " born?",
  passage: "Many were born then. Ada" + i + " was born in Town" + i + ". It was in 18" + (10 + i) + ".",
  answer: "Town" + i,
}));
export default experiment({
  system: system({ name: "tiny", components: [picker, answerer], outputs: ["answer"] }),
  data: { train: rows.slice(0, 8), validation: rows.slice(8) },
  reward: async (output, row) => {
    if (${delay} > 0) await new Promise((resolve) => setTimeout(resolve, ${delay}));
    return tokenF1(output.answer, row.answer);
  },
});`;
}

/** Another one, of rows with names: its components are exported. @param count of sentences that its picker keeps at first */
export function namedExperimentText(system: string, count: 1 | 2 | 3): string {
  return `import { choice, component, experiment, llm, options, system, tokenF1 } from "optimas";
export const picker = component({
  name: "picker", description: "Keeps some sentences.", inputs: ["question", "passage"], outputs: ["kept"],
  variable: options({ count: choice([1, 2, 3]) }, { count: ${count} }),
  run: async ({ passage }, { variable }) => ({ kept: String(passage).split(". ").slice(0, variable.count).join(". ") }),
});
export const answerer = llm({
  name: "answerer", description: "Answers.", inputs: ["question", "kept"], outputs: ["answer"], prompt: "Answer.",
});
const rows = Array.from({ length: 16 }, (_, i) => ({
  id: "row" + i,
  question: "Where was Ada" + i + " born?",
  passage: "Many were born then. Ada" + i + " was born in Town" + i + ". It was in 18" + (10 + i) + ".",
  answer: "Town" + i,
}));
export default experiment({
  system: system({ name: ${JSON.stringify(system)}, components: [picker, answerer], outputs: ["answer"] }),
  data: { train: rows.slice(0, 8), validation: rows.slice(8) },
  reward: (output, row) => tokenF1(output.answer, row.answer),
});
`;
}

/** What detection says of the experiment above. */
export function experimentIn(file: vscode.Uri): ExperimentDefinition {
  const start = { line: 0, character: 0 };
  const span = { from: 0, to: 1, start, end: start };
  return {
    id: `${file.toString()}#experiment`,
    kind: "experiment",
    at: { uri: file.toString() },
    language: "typescript",
    name: undefined,
    binding: undefined,
    exportedAs: ["default"],
    span,
    nameSpan: span,
    system: undefined,
  };
}

export async function editorRuns(): Promise<EditorRuns> {
  return (await activated()).runs;
}

/** The id of what a file declares under a name, as soon as it is found. */
export async function definitionIn(file: vscode.Uri, name: string): Promise<string> {
  const { index } = await activated();
  await index.ready;
  await index.refresh(file);
  const { id } = await eventually(`${name} is found`, () =>
    index.inFile(file).find((definition) => definition.name === name || definition.binding === name),
  );
  return id;
}

/** Starts a run of a new file with the experiment above. */
export async function start(name: string, goal: EditorRunGoal, delay = 0): Promise<EditorRun> {
  const file = workspaceFile(name, experimentText(delay));
  const run = await (await editorRuns()).start({ experiment: experimentIn(file), goal, name: "tiny" });
  assert.ok(run, "the run was refused");
  return run;
}
