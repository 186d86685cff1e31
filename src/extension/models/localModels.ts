import * as vscode from "vscode";
import { DESCRIPTIONS_FILE } from "../../models/knownPrice.ts";
import { findLocalServers, type LocalSearch, usualPlaces } from "../../models/localServers.ts";
import { visibleLine } from "../../run/views/visibleText.ts";

/** A row of the list: a model that can be named in an experiment. */
interface ModelRow extends vscode.QuickPickItem {
  /** Undefined in headings and in remarks. */
  readonly model?: string;
}

/** Looks for servers of models on this machine, and hands over the name of the model that the user picks. */
export async function findLocalModels(): Promise<void> {
  const search = await lookedFor();
  if (search === undefined) return;
  const rows = modelRows(search);
  if (!rows.some(({ model }) => model !== undefined)) {
    void vscode.window.showInformationMessage(nothingFound(search));
    return;
  }
  const title = vscode.l10n.t("Models of servers on this machine");
  const placeHolder = vscode.l10n.t("Choose a model to use its name in an experiment");
  const chosen = (await vscode.window.showQuickPick(rows, { title, placeHolder, matchOnDetail: true }))?.model;
  if (chosen === undefined) return;
  await vscode.env.clipboard.writeText(chosen);
  const insert = vscode.l10n.t("Insert at Cursor");
  const editor = vscode.window.activeTextEditor;
  const message = vscode.l10n.t('The name {0} is in the clipboard: model: "{0}".', chosen);
  const done = await vscode.window.showInformationMessage(message, ...(editor === undefined ? [] : [insert]));
  if (done === insert) await editor?.edit((edit) => edit.replace(editor.selection, chosen));
}

/** Asks the usual ports of this machine; undefined where the user gave up. */
export async function lookedFor(): Promise<LocalSearch | undefined> {
  const options = {
    location: vscode.ProgressLocation.Notification,
    title: vscode.l10n.t("Looking for servers of models on this machine ..."),
    cancellable: true,
  };
  return vscode.window.withProgress(options, async (_, token) => {
    const stop = new AbortController();
    const cancelled = token.onCancellationRequested(() => stop.abort());
    try {
      return await findLocalServers({ fetch: globalThis.fetch, signal: stop.signal });
    } catch (error) {
      if (token.isCancellationRequested) return undefined;
      throw error;
    } finally {
      cancelled.dispose();
    }
  });
}

/** Servers as headings with their models below. */
function modelRows({ servers }: LocalSearch): ModelRow[] {
  return servers.flatMap(({ provider, kind, baseUrl, models }): ModelRow[] => {
    const heading = { label: `${kind} · ${baseUrl}`, kind: vscode.QuickPickItemKind.Separator };
    const rows = models.map((model) => ({ label: visibleLine(model), model }));
    const none = vscode.l10n.t("{0} has no models yet", provider);
    return [heading, ...(rows.length === 0 ? [{ label: none }] : rows)];
  });
}

/** Where was looked, and that no model was found there. */
export function nothingFound({ servers, strangers }: LocalSearch): string {
  const places = usualPlaces.map(({ provider, baseUrl }) => `${provider} (${new URL(baseUrl).host})`).join(", ");
  if (servers.length > 0) {
    const names = servers.map(({ kind }) => kind).join(", ");
    return vscode.l10n.t("{0} answers on this machine, but has no models yet.", names);
  }
  const others = strangers.map(({ baseUrl }) => new URL(baseUrl).host).join(", ");
  return others === ""
    ? vscode.l10n.t(
        "No server of models answers at the usual ports: {0}. Others are described in {1}.",
        places,
        DESCRIPTIONS_FILE,
      )
    : vscode.l10n.t(
        "No server of models answers at the usual ports: {0}. What answers at {2} is something else. Others are described in {1}.",
        places,
        DESCRIPTIONS_FILE,
        others,
      );
}
