import * as vscode from "vscode";
import { type ComponentDefinition, type ExperimentDefinition, isComponent } from "../../detection/definition.ts";
import { valuesOf, type WorkspaceModel } from "../../detection/workspaceModel.ts";
import { errorMessage } from "../../system/userError.ts";
import type { RunStore } from "../components/runStore.ts";

export type NamedComponent = ComponentDefinition & { readonly name: string };

/** Which component is tried by hand, and in which experiment. */
export class TweakTarget {
  readonly component: NamedComponent;
  readonly experiment: ExperimentDefinition;

  constructor(component: NamedComponent, experiment: ExperimentDefinition) {
    this.component = component;
    this.experiment = experiment;
  }

  /** Absolute path of the experiment's file. */
  get file(): string {
    return vscode.Uri.parse(this.experiment.at.uri, true).fsPath;
  }

  /** The name that the file exports the experiment by. */
  get exported(): string {
    const { exportedAs } = this.experiment;
    return exportedAs.includes("default") ? "default" : (exportedAs[0] ?? "default");
  }

  /** Why a kernel cannot import the experiment, in words for the user; undefined where it can. */
  get unreachable(): string | undefined {
    const uri = vscode.Uri.parse(this.experiment.at.uri, true);
    if (uri.scheme !== "file") {
      return vscode.l10n.t("{0} does not lie in a file on the disk, so it cannot be run from here.", uri.path);
    }
    if (this.experiment.exportedAs.length > 0) return undefined;
    return vscode.l10n.t(
      "{0} does not export its experiment, so that nothing else can run it. Export it: export default experiment({ system, data, reward })",
      uri.path.slice(uri.path.lastIndexOf("/") + 1),
    );
  }

  /** Why no value can be written into the source as it is now; null where one can. */
  computedIn(model: WorkspaceModel): string | null {
    const definition = model.definition(this.component.id);
    if (definition === undefined || !isComponent(definition)) {
      return vscode.l10n.t("the definition is not in the source any more");
    }
    if (definition.variable.kind === "computed") return definition.variable.why;
    const values = valuesOf(definition);
    const [first] = values;
    // Options that are written down can be applied beside one that is computed, as long as that one stays.
    const isWhole = values.every(({ kind }) => kind === "computed");
    return first?.kind === "computed" && isWhole ? first.why : null;
  }
}

interface RewardParts {
  readonly index: { readonly model: WorkspaceModel };
  readonly store: Pick<RunStore, "ready" | "runs">;
  readonly log: Pick<vscode.LogOutputChannel, "warn">;
}

/**
 * Folder of the run that has learned the component's local reward last; undefined where none has.
 * @param seen folder of a run that was seen learning it: the store of runs hears of it a moment later
 */
export async function latestRewards(
  target: TweakTarget,
  { index, store, log }: RewardParts,
  seen: string | undefined,
): Promise<string | undefined> {
  await store.ready;
  const [{ learntIn }, { learntRewards }] = await Promise.all([
    import("../../run/views/standing.ts"),
    import("../../run/learntRewards.ts"),
  ]);
  const system = index.model.systemOf(target.experiment)?.name;
  const known = store.runs().filter((run) => run.kind === "run");
  const stored = learntIn(known, {
    experiments: [target.file],
    systems: system === undefined ? [] : [system],
    component: target.component.name,
  });
  const unheard = seen === undefined || stored.includes(seen) ? [] : [seen];
  return [...unheard, ...stored].find((folder) => {
    try {
      return learntRewards(folder) !== undefined;
    } catch (error) {
      log.warn(errorMessage(error));
      return false;
    }
  });
}
