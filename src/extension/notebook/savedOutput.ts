import { Buffer } from "node:buffer";
import * as vscode from "vscode";
import type { Json, JsonObject } from "../../notebook/nbformatJson.ts";
import { isJsonMime, type KeptOutput, type SavedOutput } from "../../notebook/nbformatOutput.ts";
import type { MimeBundle } from "../../notebook/output.ts";
import type { ShownOutput } from "./cellOutputs.ts";
import { isBase64, notebookOutput } from "./outputItems.ts";

const STREAMS = {
  "application/vnd.code.notebook.stdout": "stdout",
  "application/vnd.code.notebook.stderr": "stderr",
} as const;
const ERROR = "application/vnd.code.notebook.error";

/** What the editor keeps of an output beside its data: what the file says of it, and that it is a result. */
interface OutputMetadata {
  readonly result?: boolean;
  readonly file?: JsonObject;
}

/** An output of the file as the editor shows it. What cannot be shown says so, and is kept. */
export function shownOutput({ output, metadata }: SavedOutput): vscode.NotebookCellOutput {
  const shown = output === undefined ? unknown() : notebookOutput(shownAs(output));
  if (Object.keys(metadata).length > 0) shown.metadata = { ...shown.metadata, file: metadata };
  return shown;
}

/** An output of the editor as the file holds it. */
export function savedOutput({ items, metadata = {} }: vscode.NotebookCellOutput): SavedOutput {
  const { result = false, file = {} } = metadata as OutputMetadata;
  if ("output_type" in file) return { output: undefined, metadata: file };
  return { output: kept(items, result), metadata: file };
}

function shownAs(output: KeptOutput): ShownOutput {
  switch (output.type) {
    case "display":
      return { type: "bundle", data: output.data, result: false };
    case "result":
      return { type: "bundle", data: output.data, result: true };
    default:
      return output;
  }
}

function unknown(): vscode.NotebookCellOutput {
  const text = vscode.l10n.t("This version of Optimas cannot show this output. It stays in the file as it is.");
  return new vscode.NotebookCellOutput([vscode.NotebookCellOutputItem.text(text)]);
}

function kept(items: readonly vscode.NotebookCellOutputItem[], result: boolean): KeptOutput {
  const [first] = items;
  if (first !== undefined && isStream(first.mime)) {
    return { type: "stream", name: STREAMS[first.mime], text: items.map(({ data }) => text(data)).join("") };
  }
  if (first?.mime === ERROR) return keptError(text(first.data));
  const data: MimeBundle = Object.fromEntries(items.map((item) => [item.mime, datum(item)]));
  return { type: result ? "result" : "display", data };
}

function isStream(mime: string): mime is keyof typeof STREAMS {
  return mime in STREAMS;
}

function keptError(json: string): KeptOutput {
  const { name, message, stack } = JSON.parse(json) as { name?: unknown; message?: unknown; stack?: unknown };
  const words = (value: unknown) => (typeof value === "string" ? value : "");
  return { type: "error", name: words(name), message: words(message), stack: words(stack) };
}

function datum({ mime, data }: vscode.NotebookCellOutputItem): Json {
  if (isJsonMime(mime)) return JSON.parse(text(data)) as Json;
  return isBase64(mime) ? Buffer.from(data).toString("base64") : text(data);
}

function text(data: Uint8Array): string {
  return new TextDecoder().decode(data);
}
