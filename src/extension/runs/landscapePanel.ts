import * as vscode from "vscode";
import type { MimeBundle } from "../../notebook/output.ts";
import type { EditorRunPlan } from "./editorRunRequest.ts";
import { runTitle } from "./editorRunWords.ts";

/** Shows what a landscape's step gave: a picture and a table, on a page without scripts in the editor's colours. */
export function showLandscape(plan: Pick<EditorRunPlan, "goal" | "name">, result: MimeBundle): void {
  const title = runTitle(plan, vscode.l10n);
  const options = { enableScripts: false, enableForms: false, localResourceRoots: [] };
  const panel = vscode.window.createWebviewPanel("optimas.landscapeResult", title, vscode.ViewColumn.Beside, options);
  panel.webview.html = landscapePage(title, result, vscode.env.language);
}

/** @param result as the step gave it, made by the product itself: its HTML has nothing of the user's but escaped text */
function landscapePage(title: string, result: MimeBundle, language: string): string {
  const body = result["text/html"];
  const policy = "default-src 'none'; style-src 'unsafe-inline'; img-src data:";
  return [
    `<!doctype html><html lang="${escaped(language)}"><head><meta charset="utf-8">`,
    `<meta http-equiv="Content-Security-Policy" content="${policy}">`,
    `<title>${escaped(title)}</title></head><body><main>`,
    typeof body === "string" ? body : `<pre>${escaped(String(result["text/plain"] ?? ""))}</pre>`,
    "</main></body></html>",
  ].join("\n");
}

function escaped(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll('"', "&quot;");
}
