import type { CellHost } from "../sdk/cellHost.ts";

export interface CellEvaluatorOptions {
  /** Absolute path of the notebook's folder: packages and relative imports are found from here. */
  readonly folder: string;
  /** Absolute path of the notebook: what `import.meta` names; absent while it was never saved. */
  readonly notebook?: string;
  /** Absolute path of the SDK for folders that have no "optimas" installed; the shipped one by default. */
  readonly sdk?: string;
}

export interface CellCode {
  /** Stable id of the cell. */
  readonly cell: string;
  /** Position among all executions, from 1: what frames show as "cell [3]". */
  readonly order: number;
  readonly code: string;
  readonly language: "typescript" | "javascript";
}

/** Top-level names that a cell declares, and those of other cells that it reads or assigns. */
export interface CellNames {
  readonly declares: readonly string[];
  readonly uses: readonly string[];
}

export interface CellResult extends CellNames {
  /** Value of the last expression; undefined when there is none. */
  readonly value: unknown;
  /** Whether there is something to show: the cell ends in an expression whose value is not undefined. */
  readonly hasValue: boolean;
}

/** Runs the cells of one notebook, one after another, in one scope of names. */
export class CellEvaluator {
  constructor(_options: CellEvaluatorOptions) {}

  /**
   * Runs a cell inside `host`. A cell that is interrupted or fails leaves the names of earlier cells as they are.
   * @throws what the cell throws; a SyntaxError with line and column of the cell when it does not parse. Both are put in
   * words by `describeError`.
   */
  async evaluate(_code: CellCode, _host: CellHost): Promise<CellResult> {
    throw new Error("not yet");
  }

  /** Names of the latest code of a cell that parsed, also when its run failed; none before that. */
  namesOf(_cell: string): CellNames {
    return { declares: [], uses: [] };
  }

  /** Puts back what the process had before: how stacks are written. The scope is lost. */
  dispose(): void {}
}
