import * as vscode from "vscode";
import { NOTEBOOK_TYPE } from "./identity.ts";

/** Opens a new notebook whose cells run as they are. */
export async function openNewNotebook(): Promise<vscode.NotebookDocument> {
  const notebook = await vscode.workspace.openNotebookDocument(NOTEBOOK_TYPE, new vscode.NotebookData(firstCells()));
  await vscode.window.showNotebookDocument(notebook);
  return notebook;
}

function firstCells(): vscode.NotebookCellData[] {
  const markup = (text: string) => new vscode.NotebookCellData(vscode.NotebookCellKind.Markup, text, "markdown");
  const code = (text: string) => new vscode.NotebookCellData(vscode.NotebookCellKind.Code, text, "typescript");
  return [
    markup(
      vscode.l10n.t(
        "# A first experiment\nA compound system is made of components; an experiment adds data and a score. The first cell declares one and scores it on the validation rows. The answers come from a simulated model, so no key is needed.",
      ),
    ),
    code(firstSystem),
    markup(vscode.l10n.t("Now improve its prompt. A change is kept only when the validation rows confirm it.")),
    code("await first.optimize({ iterations: 2 })"),
  ];
}

const firstSystem = `import { experiment, llm, system, tokenF1 } from "optimas";

const answerer = llm({
  name: "answerer",
  description: "Answers the question from the passage.",
  inputs: ["question", "passage"],
  outputs: ["answer"],
  prompt: "Answer the question.",
});

const rows = [
  ["Ada Lovelace", "1815", "London"],
  ["Alan Turing", "1912", "London"],
  ["Emmy Noether", "1882", "Erlangen"],
  ["Grace Hopper", "1906", "New York"],
  ["Kurt Goedel", "1906", "Bruenn"],
  ["Sofia Kovalevskaya", "1850", "Moscow"],
].flatMap(([name, year, town]) => {
  const passage = \`\${name} was born in \${town} in \${year}.\`;
  return [
    { question: \`When was \${name} born?\`, passage, answer: year },
    { question: \`Where was \${name} born?\`, passage, answer: town },
  ];
});

const first = experiment({
  system: system({ name: "first", components: [answerer], outputs: ["answer"] }),
  data: { train: rows.slice(0, 6), validation: rows.slice(6) },
  reward: (output, example) => tokenF1(output.answer, example.answer),
});
await first.evaluate()`;
