import * as vscode from "vscode";
import * as z from "zod";
import type { ComponentDefinition } from "../../detection/definition.ts";
import { variableValueSchema } from "../../run/events.ts";
import { readRunInfo } from "../../run/runInfo.ts";
import { rewardText } from "../../run/views/numberFormat.ts";
import type { VariableValue } from "../../system/variable.ts";
import type { DefinitionSource } from "../index/definitionSource.ts";
import { componentOf } from "../index/workspaceComponent.ts";
import { definitionsAt, inOrder } from "../runs/runChoice.ts";
import {
  changeFor,
  componentsMeant,
  lastAccepted,
  lastAcceptedUpdate,
  type RunSource,
  type RunUpdate,
  replacedValues,
  updatesOfRun,
} from "./acceptedUpdates.ts";
import type { AppliedUpdate, AppliedUpdates } from "./appliedUpdates.ts";
import type { ComponentChange } from "./componentChange.ts";
import { shownName } from "./sourceTexts.ts";

/** What commands are given: by lenses and notifications as such, by trees as the row itself. */
const givenSchema = z.object({
  run: z.string().optional(),
  iteration: z.number().int().optional(),
  definition: z.string().optional(),
  /** A value that a run tried in the component of that name. */
  component: z.string().optional(),
  value: variableValueSchema.optional(),
});
type Given = z.infer<typeof givenSchema>;

/** Finds out which values are meant, and asks where that is not clear. */
export class UpdateChoice {
  readonly #definitions: DefinitionSource;
  readonly #runs: RunSource;
  readonly #applied: AppliedUpdates;
  /** Updates that the gate refused and that were looked up. */
  readonly #rejected = new WeakMap<ComponentChange, RunUpdate>();

  constructor(definitions: DefinitionSource, runs: RunSource, applied: AppliedUpdates) {
    this.#definitions = definitions;
    this.#runs = runs;
    this.#applied = applied;
  }

  /**
   * The changes that a command's argument means: an update, everything that a run accepted, a value for a component, its
   * last accepted update; without one, what the user picks. None where the user was told why, or put the question away.
   */
  async meant(argument: unknown, question: string): Promise<readonly ComponentChange[]> {
    await Promise.all([this.#definitions.ready, this.#runs.ready]);
    const given = givenSchema.safeParse(argument).data ?? {};
    const { run, iteration, component: name, definition, value } = given;
    if (definition !== undefined && value !== undefined) {
      return [{ definition, value, known: await this.#known(definition) }];
    }
    if (run !== undefined && name !== undefined && value !== undefined) return this.#tried(run, name, value);
    if (run !== undefined) return this.#fromRun(run, iteration, given);
    const component =
      definition === undefined ? await this.#pick(question) : componentOf(this.#definitions.model, definition);
    if (component === undefined) return [];
    const update = await lastAcceptedUpdate(this.#runs, component, this.#definitions.model);
    if (update !== undefined) return [this.#change(update, component)];
    const shown = shownName(component, component.id);
    void vscode.window.showInformationMessage(vscode.l10n.t("No run has accepted a value for {0} yet.", shown));
    return [];
  }

  /** Asks before a value is applied that the gate refused. */
  async isWanted(changes: readonly ComponentChange[]): Promise<boolean> {
    const update = changes.flatMap((change) => this.#rejected.get(change) ?? [])[0]?.update;
    if (update === undefined) return true;
    const apply = vscode.l10n.t("Apply All the Same");
    const message =
      update.gate === null
        ? vscode.l10n.t("No value was put to the gate in iteration {0}.", update.iteration)
        : vscode.l10n.t(
            "The validation rows did not confirm this value of {0}: {1} → {2}.",
            update.component,
            rewardText(update.gate.before),
            rewardText(update.gate.after),
          );
    return (await vscode.window.showWarningMessage(message, { modal: true }, apply)) === apply;
  }

  /** Id of the definition whose update is to be taken back. */
  async applied(argument: unknown, all: readonly AppliedUpdate[]): Promise<string | undefined> {
    const given = givenSchema.safeParse(argument).data?.definition;
    if (given !== undefined && all.some(({ definition }) => definition === given)) return given;
    const latest = [...new Map(all.map((update) => [update.definition, update])).values()];
    const items = latest
      .sort((a, b) => b.at - a.at)
      .map(({ name, at, definition, origin }) => ({
        label: name,
        description: new Date(at).toLocaleString(vscode.env.language),
        ...(origin === undefined
          ? {}
          : { detail: vscode.l10n.t("iteration {0} of {1}", origin.iteration, origin.run) }),
        definition,
      }));
    if (items.length === 0) {
      void vscode.window.showInformationMessage(vscode.l10n.t("Nothing was applied that could be reverted."));
      return undefined;
    }
    const title = vscode.l10n.t("Which component should get its earlier value back?");
    return (await vscode.window.showQuickPick(items, { title }))?.definition;
  }

  async #fromRun(run: string, iteration: number | undefined, given: Given): Promise<ComponentChange[]> {
    const updates = await updatesOfRun(this.#runs, run, iteration);
    if (updates.length === 0) {
      void vscode.window.showInformationMessage(vscode.l10n.t("The run has accepted nothing."));
    }
    const changes: ComponentChange[] = [];
    for (const update of updates) {
      const component = await this.#componentOf(update.info, update.update.component, given.definition);
      if (component === undefined) continue;
      const change = this.#change(update, component);
      if (update.update.decision !== "accepted") this.#rejected.set(change, update);
      changes.push(change);
    }
    return changes;
  }

  /** @throws UserError when the run cannot be read */
  async #tried(run: string, name: string, value: VariableValue): Promise<ComponentChange[]> {
    const component = await this.#componentOf(readRunInfo(run), name, undefined);
    return component === undefined ? [] : [{ definition: component.id, value, known: await this.#known(component.id) }];
  }

  async #componentOf(
    info: RunUpdate["info"],
    name: string,
    asked: string | undefined,
  ): Promise<ComponentDefinition | undefined> {
    const { model } = this.#definitions;
    const found = componentsMeant({ info, component: name }, model);
    const [only, ...others] = found.filter(({ id }) => asked === undefined || id === asked);
    if (only !== undefined && others.length === 0) return only;
    if (found.length === 0) {
      void vscode.window.showWarningMessage(vscode.l10n.t("{0} is no longer found in this workspace.", name));
      return undefined;
    }
    const items = found.map((component) => ({ label: name, description: placeName(component), component }));
    const title = vscode.l10n.t("Several components are called {0}. Which one is meant?", name);
    return (await vscode.window.showQuickPick(items, { title }))?.component;
  }

  /** Of the components with an accepted update: those at the cursor first. */
  async #pick(question: string): Promise<ComponentDefinition | undefined> {
    const { model } = this.#definitions;
    const accepted = model.components().flatMap((component) => {
      const last = lastAccepted(this.#runs, component, model);
      return last === undefined ? [] : [{ component, last }];
    });
    if (accepted.length === 0) {
      void vscode.window.showInformationMessage(vscode.l10n.t("No run of this workspace has accepted a value yet."));
      return undefined;
    }
    const order = inOrder(
      accepted.map(({ component }) => component),
      [],
      this.#atCursor(),
    );
    const items = order.flatMap((component) => {
      const gate = accepted.find((one) => one.component === component)?.last?.update.gate;
      const scores = gate && vscode.l10n.t("{0} → {1}", rewardText(gate.before), rewardText(gate.after));
      const label = shownName(component, component.id);
      return [{ label, ...(scores ? { description: scores } : {}), detail: placeName(component), component }];
    });
    const options = { title: question, matchOnDetail: true };
    return (await vscode.window.showQuickPick(items, options))?.component;
  }

  #atCursor(): readonly string[] {
    const editor = vscode.window.activeTextEditor;
    if (editor === undefined) return [];
    return definitionsAt(this.#definitions.inDocument(editor.document), editor.selection.active.line);
  }

  #change(update: RunUpdate, component: ComponentDefinition): ComponentChange {
    return changeFor(update, component, this.#definitions.model, this.#applied.last(component.id)?.value);
  }

  /** Values that the source of a component may have now, as far as runs and what was applied tell. */
  async #known(definition: string): Promise<readonly VariableValue[]> {
    const { model } = this.#definitions;
    const component = componentOf(model, definition);
    if (component === undefined) return [];
    const update = await lastAcceptedUpdate(this.#runs, component, model);
    if (update !== undefined) return this.#change(update, component).known ?? [];
    const applied = this.#applied.last(definition);
    return [...replacedValues(component, model), ...(applied === undefined ? [] : [applied.value])];
  }
}

function placeName({ at, nameSpan }: ComponentDefinition): string {
  return `${vscode.workspace.asRelativePath(vscode.Uri.parse(at.uri, true))}:${nameSpan.start.line + 1}`;
}
