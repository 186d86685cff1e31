import { randomBytes } from "node:crypto";
import * as vscode from "vscode";
import { pageHtml } from "./pageHtml.ts";

/** What a page may do: run the extension's own script, and nothing else. */
export function pageOptions(context: vscode.ExtensionContext): vscode.WebviewOptions {
  return { enableScripts: true, enableForms: false, localResourceRoots: [distOf(context)] };
}

/** The page of a panel that runs one script of the extension. @param script its file in `dist` */
export function extensionPage(panel: vscode.WebviewPanel, context: vscode.ExtensionContext, script: string): string {
  const { webview, title } = panel;
  return pageHtml({
    script: webview.asWebviewUri(vscode.Uri.joinPath(distOf(context), script)).toString(),
    source: webview.cspSource,
    nonce: randomBytes(16).toString("base64"),
    title,
    language: vscode.env.language,
  });
}

function distOf({ extensionUri }: vscode.ExtensionContext): vscode.Uri {
  return vscode.Uri.joinPath(extensionUri, "dist");
}
