import { dirname } from "node:path";
import * as vscode from "vscode";
import { bytesText } from "../../run/views/numberFormat.ts";
import { bytesIn } from "../../system/byteSize.ts";
import { clearAnswers, limitAnswers, type RecordedAnswers, recordedAnswers } from "./recordProcess.ts";
import { clearedWords, modelWords, recordedWords } from "./recordWords.ts";

interface ModelItem extends vscode.QuickPickItem {
  readonly record?: RecordedAnswers;
  /** All where there is none. */
  readonly model?: string;
  readonly does?: "limit";
}

/** Lists what is recorded, by folder and model; what is picked there can be removed, or limited. */
export async function showRecord(context: vscode.ExtensionContext): Promise<void> {
  const records = await read(context);
  if (records === undefined) return;
  const items = records.flatMap((record): ModelItem[] => [
    { kind: vscode.QuickPickItemKind.Separator, label: placeOf(record) },
    ...record.models.map((row) => ({
      label: row.model,
      description: modelWords(row, vscode.l10n),
      record,
      model: row.model,
    })),
    { label: vscode.l10n.t("All models"), description: recordedWords(record, vscode.l10n), record },
    {
      label: vscode.l10n.t("Change the size limit…"),
      description: vscode.l10n.t("at most {0}; what was not used for longest goes first", bytesText(record.limitBytes)),
      record,
      does: "limit",
    },
  ]);
  const picked = await vscode.window.showQuickPick(items, {
    title: vscode.l10n.t("Recorded answers of models"),
    placeHolder: vscode.l10n.t("Pick what should be removed, or press Escape to keep it"),
    matchOnDescription: true,
  });
  if (picked?.record === undefined) return;
  if (picked.does === "limit") await changeLimit(context, picked.record);
  else await clear(context, [picked.record], picked.model);
}

async function changeLimit(context: vscode.ExtensionContext, record: RecordedAnswers): Promise<void> {
  const before = bytesText(record.limitBytes);
  const typed = await vscode.window.showInputBox({
    title: vscode.l10n.t("How much may recorded answers in {0} take?", placeOf(record)),
    prompt: vscode.l10n.t("A size such as 500 MB or 2 GB. Answers that were not used for longest go first."),
    value: before,
    validateInput: (size) =>
      bytesIn(size) !== undefined ? undefined : vscode.l10n.t("Write a size such as 500 MB or 2 GB."),
  });
  if (typed === undefined || typed === before) return;
  const limitBytes = await limitAnswers(context, record.out, typed);
  void vscode.window.showInformationMessage(
    vscode.l10n.t("Recorded answers in {0} may take {1} from now on.", placeOf(record), bytesText(limitBytes)),
  );
}

/** Removes all that is recorded, once the user has confirmed it. */
export async function clearRecord(context: vscode.ExtensionContext): Promise<void> {
  const records = await read(context);
  if (records !== undefined) await clear(context, records);
}

/** Undefined, and told, where nothing is recorded. */
async function read(context: vscode.ExtensionContext): Promise<readonly RecordedAnswers[] | undefined> {
  const options = { location: vscode.ProgressLocation.Window, title: vscode.l10n.t("Reading recorded answers ...") };
  const all = await vscode.window.withProgress(options, () => recordedAnswers(context));
  const records = all.filter(({ total }) => total.answers > 0);
  if (records.length > 0) return records;
  void vscode.window.showInformationMessage(vscode.l10n.t("No answers of models are recorded in this workspace."));
  return undefined;
}

async function clear(
  context: vscode.ExtensionContext,
  records: readonly RecordedAnswers[],
  model?: string,
): Promise<void> {
  const remove = vscode.l10n.t("Remove");
  const what =
    model === undefined
      ? vscode.l10n.t("Remove all recorded answers?")
      : vscode.l10n.t("Remove all recorded answers of {0}?", model);
  const detail = [
    ...records.map((record) => `${placeOf(record)}: ${recordedWords(record, vscode.l10n)}`),
    vscode.l10n.t("What is asked again then has to be paid for again, also by runs that are resumed."),
  ].join("\n");
  if ((await vscode.window.showWarningMessage(what, { modal: true, detail }, remove)) !== remove) return;
  let cleared = { answers: 0, bytes: 0 };
  for (const { out } of records) {
    const { answers, bytes } = await clearAnswers(context, out, model);
    cleared = { answers: cleared.answers + answers, bytes: cleared.bytes + bytes };
  }
  void vscode.window.showInformationMessage(clearedWords(cleared, vscode.l10n));
}

/** The folder whose runs have recorded it, as the workspace names it: its own folders by their names, those below by their paths. */
function placeOf({ out }: RecordedAnswers): string {
  const place = vscode.Uri.file(dirname(dirname(out)));
  const own = vscode.workspace.getWorkspaceFolder(place);
  return own?.uri.fsPath === place.fsPath ? own.name : vscode.workspace.asRelativePath(place);
}
