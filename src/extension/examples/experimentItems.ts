import { basename } from "node:path";
import * as vscode from "vscode";
import type { ExperimentDefinition, TextSpan } from "../../detection/definition.ts";
import type { WorkspaceModel } from "../../detection/workspaceModel.ts";
import { visibleLine } from "../../run/views/visibleText.ts";
import type { ComponentIndex } from "../index/componentIndex.ts";
import { declaredMeaning } from "../index/declaredMeaning.ts";
import { experimentName } from "../runs/runChoice.ts";

interface Known {
  readonly definition: ExperimentDefinition;
  readonly meaning: string;
}

/** The experiments of the workspace's files as test items, where they are written. */
export class ExperimentItems {
  readonly #controller: vscode.TestController;
  readonly #index: ComponentIndex;
  readonly #onGone: (experiment: string) => void;
  readonly #known = new Map<string, Known>();

  /** @param onGone hears the id of an experiment that is there no more */
  constructor(controller: vscode.TestController, index: ComponentIndex, onGone: (experiment: string) => void) {
    this.#controller = controller;
    this.#index = index;
    this.#onGone = onGone;
  }

  /** Brings the items in line with what the workspace declares now. */
  update(): void {
    const { model } = this.#index;
    const experiments = model.experiments().filter(isInFile);
    const present = new Set(experiments.map(({ id }) => id));
    for (const id of this.#known.keys()) {
      if (present.has(id)) continue;
      this.#known.delete(id);
      this.#controller.items.delete(id);
      this.#onGone(id);
    }
    for (const definition of experiments) this.#take(definition, model);
  }

  /** The experiment that an item stands for. */
  definitionOf(item: vscode.TestItem): ExperimentDefinition | undefined {
    return this.#known.get(item.id)?.definition;
  }

  /** Puts new items in the place of those that said why they have no rows: they can be opened once more. */
  renew(items: readonly vscode.TestItem[]): void {
    for (const { id } of items) {
      this.#controller.items.delete(id);
      this.#known.delete(id);
    }
    this.update();
  }

  #take(definition: ExperimentDefinition, model: WorkspaceModel): void {
    const uri = vscode.Uri.parse(definition.at.uri, true);
    const system = model.systemOf(definition);
    const components = system === undefined ? [] : model.componentsOf(system);
    const meaning = declaredMeaning([definition, ...(system ? [system] : []), ...components]);
    const label = visibleLine(experimentName(definition, model) ?? basename(uri.fsPath));
    const before = this.#known.get(definition.id);
    let item = this.#controller.items.get(definition.id);
    if (item === undefined) {
      item = this.#controller.createTestItem(definition.id, label, uri);
      item.canResolveChildren = true;
      item.description = vscode.workspace.asRelativePath(uri);
      this.#controller.items.add(item);
    }
    if (item.label !== label) item.label = label;
    const range = rangeOf(definition.span);
    if (item.range === undefined || !item.range.isEqual(range)) item.range = range;
    this.#known.set(definition.id, { definition, meaning });
    if (before !== undefined && before.meaning !== meaning) this.#controller.invalidateTestResults(item);
  }
}

/** Cells of notebooks run in their own kernels; what they declare is tested there. */
function isInFile({ at }: ExperimentDefinition): boolean {
  return at.cell === undefined && at.uri.startsWith("file:");
}

function rangeOf({ start, end }: TextSpan): vscode.Range {
  return new vscode.Range(start.line, start.character, end.line, end.character);
}
