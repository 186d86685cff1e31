import * as vscode from "vscode";

/** A context that menus and empty views decide by; false until it is said otherwise. */
export class ViewContext {
  readonly #name: string;
  #value = false;

  constructor(name: string) {
    this.#name = name;
  }

  /** Tells the editor, where it was told otherwise before. */
  say(value: boolean): void {
    if (value === this.#value) return;
    this.#value = value;
    void vscode.commands.executeCommand("setContext", this.#name, value);
  }
}

/**
 * Says above a view that its rows are being looked for, until that is done: an empty view would say that there are none.
 * @param done never rejects
 */
export async function tellFirstLook(
  view: vscode.TreeView<unknown>,
  id: string,
  words: string,
  done: Promise<void>,
): Promise<void> {
  // Without a folder there is nothing to look through, and the view says so.
  if (vscode.workspace.workspaceFolders === undefined) {
    await done;
    return;
  }
  view.message = words;
  await vscode.window.withProgress({ location: { viewId: id } }, () => done);
  view.message = "";
}
