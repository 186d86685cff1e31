// biome-ignore-all lint/suspicious/noTemplateCurlyInString: sources with substitutions are what is tested.
import assert from "node:assert/strict";
import { closeSync, openSync, readFileSync, rmSync, writeSync } from "node:fs";
import { join } from "node:path";
import { suiteSetup, suiteTeardown } from "mocha";
import * as vscode from "vscode";
import type { ComponentIndex } from "../../src/extension/index/componentIndex.ts";
import type { ApplyOutcome } from "../../src/extension/updates/applyUpdate.ts";
import type { ComponentChange } from "../../src/extension/updates/componentChange.ts";
import type { Updates } from "../../src/extension/updates/updateCommands.ts";
import type { Ask, UpdateQuestion } from "../../src/extension/updates/updateQuestion.ts";
import type { VariableValue } from "../../src/system/variable.ts";
import { activated, eventually, workspaceFile, workspaceFolder } from "./openNotebook.ts";

/** A source with a prompt, options that are not written down, and a template. */
export const updateSource = (name: string) => `import { choice, component, llm, options, system } from "optimas";
import { SHARED } from "./${name}Prompts";

const style = "concise";

export const answerer = llm({
  name: "${name}_answerer",
  description: "Answers.",
  inputs: ["passages"],
  outputs: ["answer"],
  prompt: 'Answer the question.',
});

export const retriever = component({
  name: "${name}_retriever",
  description: "Finds.",
  inputs: ["question"],
  outputs: ["passages"],
  variable: options({ k: choice([1, 5, 10]), rerank: choice([false, true]) }),
  run: () => ({ passages: "" }),
});

export const hinter = llm({ name: "${name}_hinter", description: "", inputs: ["passages"], outputs: ["hints"], prompt: \`Hint in a \${style} way.\` });
export const shared = llm({ name: "${name}_shared", description: "", inputs: ["hints"], outputs: ["a"], prompt: SHARED });
export const sharing = llm({ name: "${name}_sharing", description: "", inputs: ["hints"], outputs: ["b"], prompt: SHARED });
export const made = llm({ name: "${name}_made", description: "", inputs: ["hints"], outputs: ["c"], prompt: String(Date.now()) });
export const ${name} = system({ name: "${name}", components: [answerer, retriever, hinter, shared, sharing, made], outputs: ["answer"] });
`;

/** Fails the test in which somebody asks. */
export const never: Ask = (question: UpdateQuestion) => Promise.reject(new Error(`asked: ${question.message}`));

export const prompts = (name: string) => vscode.Uri.file(join(workspaceFolder(), `apply/${name}Prompts.ts`));
export const onDisk = (uri: vscode.Uri) => readFileSync(uri.fsPath, "utf8");
export const text = async (uri: vscode.Uri) => (await vscode.workspace.openTextDocument(uri)).getText();

/**
 * Another program writes a longer text into a file that may be open, in one piece: of a file that is emptied first, the
 * editor may keep the size that it had in between, and then refuses to save over it.
 */
export function overwrite(uri: vscode.Uri, longer: string): void {
  const file = openSync(uri.fsPath, "r+");
  try {
    writeSync(file, longer);
  } finally {
    closeSync(file);
  }
}

/** The difference that is in front. */
export function shownDiff(): { original: vscode.Uri; modified: vscode.Uri } | undefined {
  const input = vscode.window.tabGroups.activeTabGroup.activeTab?.input;
  return input instanceof vscode.TabInputTextDiff ? input : undefined;
}

/** What the tests of one suite work on. */
export interface UpdateBench {
  readonly index: ComponentIndex;
  readonly updates: Updates;
  written(name: string, text?: string): Promise<vscode.Uri>;
  idOf(uri: vscode.Uri, binding: string): string;
  /** Applies values to the components that a file declares under these names. */
  apply(
    uri: vscode.Uri,
    values: Readonly<Record<string, VariableValue>>,
    ask?: Ask,
    known?: readonly VariableValue[],
  ): Promise<ApplyOutcome>;
}

/** @returns what the suite that is being declared works on, from its first test on */
export function updateBench(): UpdateBench {
  let index: ComponentIndex;
  let updates: Updates;

  suiteSetup(async () => {
    ({ index, updates } = await activated());
    await index.ready;
  });

  // Other suites look at the same workspace: at its unsaved files, at its runs.
  suiteTeardown(async () => {
    await vscode.workspace.saveAll();
    await vscode.commands.executeCommand("workbench.action.closeAllEditors");
    await vscode.commands.executeCommand("notifications.clearAll");
    rmSync(join(workspaceFolder(), "apply"), { recursive: true, force: true });
    const { views } = await activated();
    await views.store.refresh();
  });

  /** Writes a file of its own for a test, with the constants that it imports. */
  async function written(name: string, text = updateSource(name)): Promise<vscode.Uri> {
    workspaceFile(`apply/${name}Prompts.ts`, `export const SHARED = "Say it.";\n`);
    const uri = workspaceFile(`apply/${name}.ts`, text);
    workspaceFile(
      `apply/${name}Experiment.ts`,
      `import { experiment, rows } from "optimas";\nimport { ${name} } from "./${name}";\n` +
        `export default experiment({ system: ${name}, data: { train: rows([]), validation: rows([]) }, reward: () => 0 });\n`,
    );
    for (const file of [uri, prompts(name), vscode.Uri.file(join(workspaceFolder(), `apply/${name}Experiment.ts`))]) {
      await index.refresh(file);
    }
    await eventually(`${name} is found`, () => index.inFile(uri).length > 0);
    return uri;
  }

  function idOf(uri: vscode.Uri, binding: string): string {
    const found = index.inFile(uri).find((definition) => definition.binding === binding);
    assert.ok(found, `${binding} is not found`);
    return found.id;
  }

  async function apply(
    uri: vscode.Uri,
    values: Readonly<Record<string, VariableValue>>,
    ask: Ask = never,
    known: readonly VariableValue[] = [],
  ): Promise<ApplyOutcome> {
    const changes = Object.entries(values).map(
      ([binding, value]): ComponentChange => ({ definition: idOf(uri, binding), value, known }),
    );
    return updates.applyValues(changes, { ask });
  }

  return {
    get index() {
      return index;
    },
    get updates() {
      return updates;
    },
    written,
    idOf,
    apply,
  };
}
