import type { Memory } from "../notebook/rememberedRuns.ts";
import type { EditorRunGoal, EditorRunPlan, ExperimentExport } from "./editorRunRequest.ts";

/** What a run was asked for, for the case that it is to go on after the editor was closed. */
export interface RememberedGoal {
  /** Absolute path of the run's folder. */
  readonly folder: string;
  readonly goal: EditorRunGoal;
  readonly exported: ExperimentExport;
  readonly name: string;
  /** Values that it started from, where those were given to it. */
  readonly start?: NonNullable<EditorRunPlan["start"]>;
}

const KEY = "optimas.editorRuns";
/** Older ones are forgotten; the logs of their runs tell nearly as much. */
const MOST = 50;

/** The goals of runs of this workspace that have not come to their end, as far as is known. */
export class RememberedGoals {
  readonly #memory: Memory;

  constructor(memory: Memory) {
    this.#memory = memory;
  }

  of(folder: string): RememberedGoal | undefined {
    return this.#goals().findLast((goal) => goal.folder === folder);
  }

  async remember(folder: string, { goal, exported, name, start }: EditorRunPlan): Promise<void> {
    const others = this.#goals().filter((other) => other.folder !== folder);
    await this.#memory.update(KEY, [...others, { folder, goal, exported, name, ...(start && { start }) }].slice(-MOST));
  }

  async forget(folder: string): Promise<void> {
    const [before, after] = [this.#goals(), this.#goals().filter((goal) => goal.folder !== folder)];
    if (after.length < before.length) await this.#memory.update(KEY, after);
  }

  #goals(): readonly RememberedGoal[] {
    return this.#memory.get<readonly RememberedGoal[]>(KEY) ?? [];
  }
}
