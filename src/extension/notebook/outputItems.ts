import { Buffer } from "node:buffer";
import * as vscode from "vscode";
import { isJsonMime } from "../../notebook/nbformatOutput.ts";
import type { MimeBundle } from "../../notebook/output.ts";
import type { ShownOutput } from "./cellOutputs.ts";

/** How the editor takes an output; its metadata says of the value of the last expression that it is one. */
export function notebookOutput(output: ShownOutput): vscode.NotebookCellOutput {
  switch (output.type) {
    case "stream":
      return new vscode.NotebookCellOutput([streamItem(output.name, output.text)]);
    case "bundle":
      return new vscode.NotebookCellOutput(bundleItems(output.data), output.result ? { result: true } : undefined);
    case "error": {
      const { name, message, stack } = output;
      return new vscode.NotebookCellOutput([vscode.NotebookCellOutputItem.error({ name, message, stack })]);
    }
  }
}

export function streamItem(name: "stdout" | "stderr", text: string): vscode.NotebookCellOutputItem {
  return name === "stdout" ? vscode.NotebookCellOutputItem.stdout(text) : vscode.NotebookCellOutputItem.stderr(text);
}

/** The representations of a value, ours first: the editor shows the first one it can. */
export function bundleItems(data: MimeBundle): vscode.NotebookCellOutputItem[] {
  const rank = (mime: string) => (mime.startsWith("application/vnd.") ? 0 : mime === "text/plain" ? 2 : 1);
  return Object.entries(data)
    .sort(([a], [b]) => rank(a) - rank(b))
    .map(([mime, value]) => bundleItem(mime, value));
}

function bundleItem(mime: string, value: MimeBundle[string]): vscode.NotebookCellOutputItem {
  if (isJsonMime(mime)) return vscode.NotebookCellOutputItem.json(value, mime);
  const text = typeof value === "string" ? value : JSON.stringify(value);
  if (isBase64(mime)) return new vscode.NotebookCellOutputItem(Buffer.from(text, "base64"), mime);
  return vscode.NotebookCellOutputItem.text(text, mime);
}

/** True for types whose data travels as base64. */
export function isBase64(mime: string): boolean {
  return /^(?:image|audio|video)\//.test(mime) ? mime !== "image/svg+xml" : mime === "application/pdf";
}
