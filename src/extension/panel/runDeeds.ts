import * as vscode from "vscode";
import type { RunEvent } from "../../run/events.ts";
import type { RunDeed } from "../../run/panel/panelMessage.ts";
import { valueToldBy } from "../../run/panel/toldValue.ts";

/**
 * Does what a page asks for with an event of its run; the commands ask and report by themselves.
 * @param given.folder of the run
 * @param given.component whose value is meant, where the event tells of several
 */
export async function doDeed(
  deed: RunDeed,
  event: RunEvent,
  { folder, component }: { readonly folder: string; readonly component: string | undefined },
): Promise<void> {
  const { executeCommand } = vscode.commands;
  if (deed === "diff" && event.type !== "update") {
    const meant = component ?? ("component" in event ? event.component : "");
    const value = valueToldBy(event, meant);
    if (value !== undefined) await executeCommand("optimas.showDiff", { run: folder, component: meant, value });
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
