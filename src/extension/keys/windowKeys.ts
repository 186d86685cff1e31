import * as vscode from "vscode";
import type { KeyRequest } from "../../notebook/kernelProtocol.ts";
import { ApiKeys } from "./apiKeys.ts";
import { KeyAddresses } from "./keyAddresses.ts";

const keys = new WeakMap<vscode.ExtensionContext, ApiKeys>();

/** The keys of this window. */
export function windowKeys(context: vscode.ExtensionContext): ApiKeys {
  const known = keys.get(context);
  if (known !== undefined) return known;
  /** Providers whose missing key the user is being told of. */
  const told = new Set<string>();
  const made = new ApiKeys({
    secrets: context.secrets,
    environment: process.env,
    isTrusted: () => vscode.workspace.isTrusted,
    addresses: new KeyAddresses(context.globalState, async (key) =>
      (await import("./addressQuestion.ts")).askAddress(key),
    ),
    onMissing: (request) => {
      if (told.has(request.provider)) return;
      told.add(request.provider);
      void tellOfMissing(request).finally(() => told.delete(request.provider));
    },
  });
  keys.set(context, made);
  return made;
}

async function tellOfMissing({ provider }: KeyRequest): Promise<void> {
  const set = vscode.l10n.t("Set API Key");
  const message = vscode.l10n.t("A model of {0} was asked for, but there is no API key of {0}.", provider);
  const chosen = await vscode.window.showErrorMessage(message, set);
  if (chosen === set) await vscode.commands.executeCommand("optimas.setApiKey", { provider });
}
