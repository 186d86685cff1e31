import type * as vscode from "vscode";
import type { RunOutput } from "../../run/runOutput.ts";
import { RUN_MIME } from "../identity.ts";

/** The runs that a cell's outputs point to, oldest first; outputs that this version cannot read point to none. */
export async function runsOf(cell: vscode.NotebookCell): Promise<RunOutput[]> {
  const items = cell.outputs.flatMap((output) => output.items.filter(({ mime }) => mime === RUN_MIME));
  return (await Promise.all(items.map(({ data }) => parsed(data)))).filter((run) => run !== undefined);
}

/** The last cell of a notebook that shows a run: the one that worked on it last. */
export async function cellOfRun(
  notebook: vscode.NotebookDocument,
  runId: string,
): Promise<vscode.NotebookCell | undefined> {
  for (const cell of notebook.getCells().toReversed()) {
    if ((await runsOf(cell)).some((run) => run.runId === runId)) return cell;
  }
  return undefined;
}

/** What runs tell of themselves, once each until they tell something else: the editor asks again and again. */
const known = new WeakMap<Uint8Array, RunOutput>();

async function parsed(data: Uint8Array): Promise<RunOutput | undefined> {
  const before = known.get(data);
  if (before !== undefined) return before;
  const { runOutputSchema } = await import("../../run/runOutput.ts");
  try {
    const run = runOutputSchema.safeParse(JSON.parse(new TextDecoder().decode(data)));
    if (run.success) known.set(data, run.data);
    return run.data;
  } catch {
    return undefined;
  }
}
