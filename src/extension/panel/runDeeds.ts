import * as vscode from "vscode";
import type { RunEvent } from "../../run/events.ts";
import type { RunDeed } from "../../run/panel/panelMessage.ts";
import type { ComponentIndex } from "../index/componentIndex.ts";

/** Where a deed is done. */
export interface DeedPlace {
  /** Folder of the run. */
  readonly folder: string;
  readonly index: Pick<ComponentIndex, "ready" | "model">;
}

/** Does what a page asks for with an event of its run; the commands ask and report by themselves. */
export async function doDeed(deed: RunDeed, event: RunEvent, { folder, index }: DeedPlace): Promise<void> {
  const { executeCommand } = vscode.commands;
  if (event.type === "candidate" && deed === "diff") {
    await index.ready;
    const definition = index.model.components().find(({ name }) => name === event.component);
    if (definition === undefined) {
      const gone = vscode.l10n.t("{0} is no longer found in this workspace.", event.component);
      void vscode.window.showWarningMessage(gone);
      return;
    }
    await executeCommand("optimas.showDiff", { definition: definition.id, value: event.value });
    return;
  }
  if (event.type !== "update") return;
  const update = { run: folder, iteration: event.iteration };
  switch (deed) {
    case "diff":
      await executeCommand("optimas.showDiff", update);
      return;
    case "apply":
      await executeCommand("optimas.applyUpdate", update);
      return;
    case "revert":
      await executeCommand("optimas.revertToUpdate", update);
      return;
    case "branch":
      await executeCommand("optimas.branchRun", update);
      return;
  }
}
