import assert from "node:assert/strict";
import type * as vscode from "vscode";
import type { EditorRun } from "../../src/extension/runs/editorRun.ts";
import { type LoopbackOptions, type LoopbackServer, startLoopback } from "../models/loopback/loopbackServer.ts";
import { workspaceFile } from "./openNotebook.ts";
import { editorRuns, experimentIn, experimentText } from "./tinyExperiment.ts";

/** The tiny experiment, with a model. */
export function askingText(model: string): string {
  return experimentText().replace("data: {", `model: "${model}",\n  data: {`);
}

/**
 * A folder whose experiment asks "<name>:toy" at a server of this machine.
 * @param name of folder and provider: the suites of a window share its workspace
 */
export function askingExperiment({ url }: LoopbackServer, name: string): vscode.Uri {
  const described = {
    version: 1,
    servers: { [name]: { baseUrl: `${url}/v1`, keyVariable: `${name.toUpperCase()}_API_KEY` } },
    prices: { [`${name}:toy`]: { inputPerMillion: 0.01, outputPerMillion: 0.01 } },
  };
  workspaceFile(`${name}/optimas.models.json`, JSON.stringify(described));
  return workspaceFile(`${name}/experiment.ts`, askingText(`${name}:toy`));
}

/** Starts an evaluation of an experiment's file. */
export async function evaluated(file: vscode.Uri): Promise<EditorRun> {
  const run = await (await editorRuns()).start({
    experiment: experimentIn(file),
    goal: { kind: "evaluate" },
    name: "tiny",
  });
  assert.ok(run, "the run was refused");
  return run;
}

/** Does something while a server answers. */
export async function whileServed<T>(
  options: LoopbackOptions,
  work: (server: LoopbackServer) => Promise<T>,
): Promise<T> {
  const server = await startLoopback(options);
  try {
    return await work(server);
  } finally {
    await server.close();
  }
}
