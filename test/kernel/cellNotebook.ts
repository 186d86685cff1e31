import { fileURLToPath } from "node:url";
import { constants, runInThisContext } from "node:vm";
import { onTestFinished } from "vitest";
import { CellEvaluator, type CellResult } from "../../src/kernel/cellEvaluator.ts";
import { describeError, type ErrorDescription } from "../../src/kernel/cellStack.ts";
import type { MimeBundle } from "../../src/notebook/output.ts";
import type { CellHost } from "../../src/sdk/cellHost.ts";
import { workspace } from "../loader/workspace.ts";

/** The SDK as it is built before the tests. */
export const builtSdk: string = fileURLToPath(new URL("../../dist/optimas.js", import.meta.url));

/** Node's own import: the one of a test file is the test runner's, which rewrites what it loads. */
export const importModule = runInThisContext("(address) => import(address)", {
  importModuleDynamically: constants.USE_MAIN_CONTEXT_DEFAULT_LOADER,
}) as (address: string) => Promise<object>;

export interface Outcome {
  readonly result: CellResult | undefined;
  readonly thrown: unknown;
  readonly error: ErrorDescription | undefined;
  /** What was displayed, with its id. */
  readonly shown: readonly { readonly data: MimeBundle; readonly id?: string }[];
}

export interface Notebook {
  readonly folder: string;
  readonly evaluator: CellEvaluator;
  /** Runs a cell, in TypeScript if not said otherwise; each call is an execution of its own. */
  run(
    code: string,
    options?: { readonly cell?: string; readonly language?: "javascript" | "typescript" },
  ): Promise<Outcome>;
}

/** A notebook in a folder of its own, gone when the test is over. */
export function notebook(files: Readonly<Record<string, string>> = {}): Notebook {
  const folder = workspace(files);
  const evaluator = new CellEvaluator({ folder, notebook: `${folder}/n.optnb`, sdk: builtSdk, importModule });
  onTestFinished(() => evaluator.dispose());
  let order = 0;
  return {
    folder,
    evaluator,
    run: async (code, { cell, language = "typescript" } = {}) => {
      order++;
      const shown: { data: MimeBundle; id?: string }[] = [];
      const host = hostThat(folder, (data, id) => shown.push({ data, ...(id !== undefined && { id }) }));
      try {
        const result = await evaluator.evaluate({ cell: cell ?? `c${order}`, order, code, language }, host);
        return { result, thrown: undefined, error: undefined, shown };
      } catch (thrown) {
        return { result: undefined, thrown, error: describeError(thrown), shown };
      }
    },
  };
}

export function hostThat(folder: string, display: CellHost["display"]): CellHost {
  return { signal: new AbortController().signal, folder, resume: undefined, takeResume: () => undefined, display };
}
