import * as vscode from "vscode";
import type { Kernel, KernelListener } from "../../notebook/kernel.ts";
import type { Backbones } from "../../notebook/kernelBackbones.ts";
import type { AskConsent } from "../../notebook/kernelClient.ts";
import type { KeyRequest } from "../../notebook/kernelProtocol.ts";
import { windowBackbones } from "../backbones/windowBackbones.ts";
import { windowKeys } from "../keys/windowKeys.ts";
import { notebookFile, notebookFolder } from "./notebookFolder.ts";

/** Starts the kernel process of a notebook. */
export function startNotebookKernel(
  notebook: vscode.NotebookDocument,
  context: vscode.ExtensionContext,
  listener: KernelListener,
): Promise<Kernel> {
  const place = { folder: notebookFolder(notebook, context.globalStorageUri), notebook: notebookFile(notebook) };
  return startKernelIn(place, context, listener);
}

/** What a kernel asks of the window; each has an answer of its own by default. */
export interface KernelQuestions {
  /** Whether something may cost what it may. Asks each time, by default. */
  readonly consent?: AskConsent;
  readonly backbones?: Backbones;
  /** Told that there is no key of a provider; tells the user, by default. */
  readonly onMissingKey?: (request: KeyRequest) => void;
}

/** Starts a kernel process in a folder; it sees none of the editor's variables but those that it needs. */
export async function startKernelIn(
  place: { readonly folder: string; readonly notebook?: string | undefined },
  context: vscode.ExtensionContext,
  listener: KernelListener,
  { consent = askUser, backbones = windowBackbones(place), onMissingKey }: KernelQuestions = {},
): Promise<Kernel> {
  const [{ startKernel }, { kernelEnvironment }, { processGate }] = await Promise.all([
    import("../../notebook/kernelClient.ts"),
    import("../../notebook/kernelEnvironment.ts"),
    import("../../models/processGate.ts"),
  ]);
  return startKernel({
    ...place,
    entry: vscode.Uri.joinPath(context.extensionUri, "dist", "kernel.js").fsPath,
    environment: kernelEnvironment(process.env, { electron: "electron" in process.versions }),
    listener,
    // One for the window: limits are those of an account, whatever kernel asks.
    gate: processGate(),
    keys: (request) => windowKeys(context).answer(request, onMissingKey),
    consent,
    backbones,
    editorModels: async (request, signal) => {
      const { windowModels } = await import("../models/windowModels.ts");
      return windowModels(context)(request, signal);
    },
  });
}

/** Asks the user, above the amount that they set. */
export const askUser: AskConsent = async (request, signal) => {
  const { agreeToCost } = await import("../spending/runConsent.ts");
  return agreeToCost(request, signal);
};
