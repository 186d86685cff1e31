import * as vscode from "vscode";
import { MOST_COMPARED } from "../../run/panel/compareQuery.ts";
import { type FoundRun, type KnownRun, validationOf } from "../../run/views/knownRun.ts";
import { rewardText } from "../../run/views/numberFormat.ts";
import { statusWords } from "../../run/views/runWords.ts";
import { ageWords } from "../components/ageWords.ts";
import { folderIn } from "../components/runCommands.ts";
import type { RunStore } from "../components/runStore.ts";

/**
 * The folders of the runs that are to be compared, the one whose panel it is first: those that were selected in a tree, or
 * those that are compared already (`{ run, runs }`) with others that are picked.
 * @returns undefined where too few or too many were chosen, which is said, or none
 */
export async function comparedRuns(given: unknown, selected: unknown, store: RunStore): Promise<string[] | undefined> {
  await store.ready;
  const first = folderIn(given);
  const rows = Array.isArray(selected) ? selected.flatMap((row: unknown) => folderIn(row) ?? []) : [];
  const chosen = [...new Set([...(first === undefined ? [] : [first]), ...rows, ...runsIn(given)])];
  if (rows.length > 1) return withinLimit(chosen) ? chosen : undefined;
  const picked = await pickOthers(store.runs(), chosen);
  if (picked === undefined) return undefined;
  const all = [...chosen, ...picked];
  if (all.length < 2) {
    void vscode.window.showInformationMessage(vscode.l10n.t("Choose at least two runs to compare them."));
    return undefined;
  }
  return withinLimit(all) ? all : undefined;
}

/** Runs that are compared with the one given already. */
function runsIn(given: unknown): string[] {
  if (typeof given !== "object" || given === null || !("runs" in given) || !Array.isArray(given.runs)) return [];
  return given.runs.filter((folder: unknown) => typeof folder === "string");
}

function withinLimit(folders: readonly string[]): boolean {
  if (folders.length <= MOST_COMPARED) return true;
  const words = vscode.l10n.t("At most {0} runs can be compared; {1} were chosen.", MOST_COMPARED, folders.length);
  void vscode.window.showWarningMessage(words);
  return false;
}

/** @returns undefined where nothing was picked */
async function pickOthers(runs: readonly FoundRun[], chosen: readonly string[]): Promise<string[] | undefined> {
  const known = runs.flatMap((run) => (run.kind === "run" ? [run] : []));
  const system = known.find(({ folder }) => folder === chosen[0])?.info.system;
  const others = known.filter(({ folder }) => !chosen.includes(folder));
  if (others.length === 0) {
    void vscode.window.showInformationMessage(vscode.l10n.t("There is no other run to compare with."));
    return undefined;
  }
  // Runs of the same system are what one mostly wants; within, the newest first as everywhere.
  const ordered = [
    ...others.filter(({ info }) => info.system === system),
    ...others.filter(({ info }) => info.system !== system),
  ];
  const title =
    chosen.length === 0
      ? vscode.l10n.t("Which runs should be compared? Two to {0}.", MOST_COMPARED)
      : vscode.l10n.t("Compare with which runs? Up to {0} more.", MOST_COMPARED - chosen.length);
  const options = { title, canPickMany: true, matchOnDescription: true, matchOnDetail: true } as const;
  const picked = await vscode.window.showQuickPick(ordered.map(entryOf), options);
  return picked === undefined || picked.length === 0 ? undefined : picked.map(({ folder }) => folder);
}

function entryOf({ id, folder, info, outline, live }: KnownRun) {
  const { before, after } = validationOf(outline);
  const isGone = !live && (outline.status.state === "running" || outline.status.state === "waiting");
  const facts = [
    ageWords(info.startedAt, Date.now(), vscode.env.language),
    isGone ? vscode.l10n.t("its process is gone") : statusWords(outline.status, vscode.l10n),
    ...(before === undefined || after === undefined ? [] : [`${rewardText(before)} → ${rewardText(after)}`]),
    ...(info.simulated ? [vscode.l10n.t("simulated model")] : []),
  ];
  return { label: info.system, description: facts.join(", "), detail: id, folder };
}
