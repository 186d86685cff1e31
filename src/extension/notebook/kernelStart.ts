import * as vscode from "vscode";
import type { Kernel, KernelListener } from "../../notebook/kernel.ts";
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

/** Starts a kernel process in a folder; it sees none of the editor's variables but those that it needs. */
export async function startKernelIn(
  place: { readonly folder: string; readonly notebook?: string | undefined },
  context: vscode.ExtensionContext,
  listener: KernelListener,
): Promise<Kernel> {
  const [{ startKernel }, { kernelEnvironment }] = await Promise.all([
    import("../../notebook/kernelClient.ts"),
    import("../../notebook/kernelEnvironment.ts"),
  ]);
  return startKernel({
    ...place,
    entry: vscode.Uri.joinPath(context.extensionUri, "dist", "kernel.js").fsPath,
    environment: kernelEnvironment(process.env, { electron: "electron" in process.versions }),
    listener,
  });
}
