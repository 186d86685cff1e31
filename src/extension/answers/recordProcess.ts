import { execFile } from "node:child_process";
import { dirname, join } from "node:path";
import { promisify } from "node:util";
import * as vscode from "vscode";
import * as z from "zod";

const modelSchema = z.object({
  model: z.string(),
  answers: z.number(),
  bytes: z.number(),
  oldest: z.number().optional(),
  found: z.number(),
});
const summarySchema = z.object({
  folder: z.string(),
  limitBytes: z.number(),
  models: z.array(modelSchema),
  total: z.object({ answers: z.number(), bytes: z.number(), found: z.number() }),
});
const limitSchema = z.object({ limitBytes: z.number() });
const clearedSchema = z.object({ answers: z.number(), bytes: z.number() });

/** Answers of one model that a folder's runs have recorded. */
export type RecordedModel = Readonly<z.infer<typeof modelSchema>>;
/** What the runs of one folder have recorded. */
export interface RecordedAnswers extends Readonly<z.infer<typeof summarySchema>> {
  /** Folder of the runs. */
  readonly out: string;
}
export type ClearedAnswers = Readonly<z.infer<typeof clearedSchema>>;

/** What runs of the workspace have recorded: one for each folder with runs. */
export async function recordedAnswers(context: vscode.ExtensionContext): Promise<RecordedAnswers[]> {
  const marks = await vscode.workspace.findFiles("**/.optimas/cache/.gitignore", "**/node_modules/**");
  const outs = marks.map(({ fsPath }) => join(dirname(dirname(fsPath)), "runs")).sort();
  return Promise.all(
    outs.map(async (out) => ({ ...summarySchema.parse(await said(context, ["cache", "--out", out, "--json"])), out })),
  );
}

/** Removes recorded answers: of one model, or all. */
export async function clearAnswers(
  context: vscode.ExtensionContext,
  out: string,
  model?: string,
): Promise<ClearedAnswers> {
  const only = model === undefined ? [] : ["--model", model];
  return clearedSchema.parse(await said(context, ["cache", "clear", "--out", out, "--json", ...only]));
}

/** @param size "2GB" @returns bytes that the answers may take from now on */
export async function limitAnswers(context: vscode.ExtensionContext, out: string, size: string): Promise<number> {
  return limitSchema.parse(await said(context, ["cache", "limit", size, "--out", out, "--json"])).limitBytes;
}

/**
 * What a command of the command line says, in a process of its own: the editor's process loads nothing of the record.
 * @throws Error with what the process said where it fails
 */
async function said(context: vscode.ExtensionContext, command: readonly string[]): Promise<unknown> {
  const cli = vscode.Uri.joinPath(context.extensionUri, "dist", "cli.js").fsPath;
  const { kernelEnvironment } = await import("../../notebook/kernelEnvironment.ts");
  const env = kernelEnvironment(process.env, { electron: "electron" in process.versions });
  const { stdout } = await promisify(execFile)(process.execPath, [cli, ...command], { env });
  return JSON.parse(stdout);
}
