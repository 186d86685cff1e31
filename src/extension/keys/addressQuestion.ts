import * as vscode from "vscode";
import { originOf } from "../../models/keyAddress.ts";
import type { AddressedKey } from "./keyAddresses.ts";

/** Asks whether a key may be sent to an address, and shows where it is said. */
export async function askAddress({ provider, address }: AddressedKey): Promise<boolean> {
  const { l10n } = vscode;
  const { baseUrl, said } = address;
  const origin = originOf(baseUrl);
  const message = l10n.t("Send the API key of {0} to {1}?", provider, origin);
  const detail = [
    said === undefined
      ? l10n.t("The workspace says that models of {0} are asked there.", provider)
      : l10n.t("{0} says on line {1} that models of {2} are asked there.", shown(said.file), said.line, provider),
    l10n.t(
      "It is neither where {0} usually answers nor on this machine. Whoever runs the server gets the key.",
      provider,
    ),
    ...(baseUrl.startsWith("http:") ? [l10n.t("The key would travel without encryption.")] : []),
    "",
    l10n.t("You are asked once for each address. Forget API Key takes it back."),
  ].join("\n");
  const send = l10n.t("Send Key");
  const open = l10n.t("Open File");
  const buttons = said === undefined ? [send] : [send, open];
  const chosen = await vscode.window.showWarningMessage(message, { modal: true, detail }, ...buttons);
  if (chosen === open && said !== undefined) await show(said);
  return chosen === send;
}

async function show({ file, line }: { readonly file: string; readonly line: number }): Promise<void> {
  const at = new vscode.Position(Math.max(0, line - 1), 0);
  await vscode.window.showTextDocument(vscode.Uri.file(file), { selection: new vscode.Range(at, at) });
}

function shown(file: string): string {
  return vscode.workspace.asRelativePath(vscode.Uri.file(file));
}
