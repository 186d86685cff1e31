import * as vscode from "vscode";
import type { ComponentDefinition, ExperimentDefinition, SystemDefinition } from "../../detection/definition.ts";
import type { WorkspaceModel } from "../../detection/workspaceModel.ts";
import type { Standing } from "../../run/views/standing.ts";
import type { ComponentIndex } from "../index/componentIndex.ts";
import { componentActivity, type Experiments, type LiveRuns, type OwnRun, systemActivity } from "./activity.ts";
import type { CodeFreshness, Measured } from "./codeFreshness.ts";
import type { Activity, ComponentFacts, Facts } from "./componentFacts.ts";
import type { RunStore } from "./runStore.ts";

/** The runs of this window. */
export interface OwnRuns {
  readonly live: readonly OwnRun[];
  readonly onDidChange: vscode.Event<unknown>;
}

/** Views are told of changes at most this often. */
const EVERY_MS = 500;

/** What the runs of the workspace say about its definitions, brought together for all views. */
export class EditorFacts implements Facts, vscode.Disposable {
  readonly #index: ComponentIndex;
  readonly #store: RunStore;
  readonly #runs: OwnRuns;
  readonly #freshness: CodeFreshness;
  readonly #onDidChange = new vscode.EventEmitter<void>();
  readonly #subscriptions: readonly vscode.Disposable[];
  #telling: NodeJS.Timeout | undefined;
  /** Definitions may read otherwise than when they were judged. */
  #edited = false;
  #judging: Promise<void> = Promise.resolve();
  /** Standings of the runs as they are, worked out when first asked for. */
  #standings = new Map<string, Standing | undefined>();

  /** Something that views show of definitions is another than before; at most twice a second. */
  readonly onDidChange = this.#onDidChange.event;

  constructor(index: ComponentIndex, store: RunStore, runs: OwnRuns, freshness: CodeFreshness) {
    this.#index = index;
    this.#store = store;
    this.#runs = runs;
    this.#freshness = freshness;
    this.#subscriptions = [
      this.#onDidChange,
      index.onDidChange(() => this.#changed(true)),
      store.onDidChange(() => this.#changed(false)),
      runs.onDidChange(() => this.#soon()),
      freshness.onDidChange(() => this.#soon()),
    ];
  }

  of(component: ComponentDefinition): ComponentFacts {
    const experiments = this.#experimentsOf(component);
    const { name } = component;
    return {
      standing: this.#standingOf(component, experiments),
      freshness: this.#freshness.of(component),
      activity: name === undefined ? undefined : componentActivity(name, experiments, this.#live()),
    };
  }

  activityOf(definition: SystemDefinition | ExperimentDefinition): Activity | undefined {
    return systemActivity(this.#experimentsOf(definition), this.#live());
  }

  /** Settles once views were told of everything, and all code was judged, that was known at the time of the call. */
  async settled(): Promise<void> {
    if (this.#telling !== undefined) {
      await new Promise<void>((resolve) => {
        const told = this.onDidChange(() => {
          told.dispose();
          resolve();
        });
      });
    }
    await this.#judging;
  }

  dispose(): void {
    clearTimeout(this.#telling);
    for (const subscription of this.#subscriptions) subscription.dispose();
  }

  #changed(edited: boolean): void {
    this.#standings = new Map();
    this.#edited ||= edited;
    this.#soon();
  }

  #soon(): void {
    this.#telling ??= setTimeout(() => {
      this.#telling = undefined;
      this.#judge();
      this.#onDidChange.fire();
    }, EVERY_MS);
  }

  /** Has the code looked at that runs say something about. */
  #judge(): void {
    const edited = this.#edited;
    this.#edited = false;
    if (this.#store.runs().length === 0) return;
    const measured = this.#index.model.components().flatMap((component): Measured[] => {
      const standing = this.#standingOf(component, this.#experimentsOf(component));
      return standing === undefined ? [] : [{ component, standing }];
    });
    const live = this.#store.runs().filter((run) => run.kind === "run" && run.live);
    if (measured.length === 0) return;
    this.#judging = this.#freshness.judge(measured, new Set(live.map(({ folder }) => folder)), edited);
  }

  #standingOf(component: ComponentDefinition, { files, systems }: Experiments): Standing | undefined {
    if (this.#standings.has(component.id)) return this.#standings.get(component.id);
    const { name } = component;
    const query = { experiments: files, systems, component: name ?? "" };
    const found = name === undefined ? undefined : this.#store.standingOf(query);
    this.#standings.set(component.id, found);
    return found;
  }

  #experimentsOf(definition: ComponentDefinition | SystemDefinition | ExperimentDefinition): Experiments {
    const { model } = this.#index;
    const experiments = definition.kind === "experiment" ? [definition] : model.experimentsOf(definition);
    return { files: experiments.flatMap(fileOf), systems: systemNamesOf(definition, model) };
  }

  #live(): LiveRuns {
    const own = this.#runs.live;
    const folders = new Set(own.map(({ folder }) => folder));
    const others = this.#store
      .runs()
      .filter((run) => run.kind === "run")
      .filter((run) => run.live);
    return { own, others: others.filter(({ folder }) => !folders.has(folder)) };
  }
}

/** Runs know their experiments by paths. */
function fileOf({ at }: ExperimentDefinition): string[] {
  const uri = vscode.Uri.parse(at.uri, true);
  return uri.scheme === "file" && at.cell === undefined ? [uri.fsPath] : [];
}

function systemNamesOf(
  definition: ComponentDefinition | SystemDefinition | ExperimentDefinition,
  model: WorkspaceModel,
): string[] {
  const system = definition.kind === "experiment" ? model.systemOf(definition) : definition;
  if (system === undefined) return [];
  return (system.kind === "system" ? [system] : model.systemsOf(system)).flatMap(({ name }) => name ?? []);
}
