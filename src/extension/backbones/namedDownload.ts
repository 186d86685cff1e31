import * as vscode from "vscode";
import { hubName } from "../../reward/hub/hubName.ts";
import { bytesText } from "../../run/views/numberFormat.ts";
import { backboneNews, type Offer } from "./backboneProcess.ts";
import { agreeToDownload, unusableWords } from "./downloadQuestion.ts";

const PREFIX = "hub:";

/** Asks for a name, tells its size, downloads it where the user agrees, and offers to use it in new runs. */
export async function downloadNamed(context: vscode.ExtensionContext): Promise<void> {
  const name = await askedName();
  if (name === undefined) return;
  const looking = vscode.l10n.t("Looking for the backbone {0} ...", name);
  const standing = await withCancel(looking, ({ signal }) =>
    backboneNews(context, [name, "--dry-run"], { signal, onNews: () => undefined }),
  );
  if (standing === undefined) return;
  const unusable = standing.kind === "progress" ? undefined : standing.unusable;
  if (standing.kind === "offered" && !(await downloaded(context, name, standing.offer, unusable))) return;
  if (unusable === undefined) await offerUse(name);
  else void vscode.window.showWarningMessage(`${hereWords(name)} ${unusableWords(unusable)}`);
}

/** @returns false where the user does not want it, or no longer */
async function downloaded(
  context: vscode.ExtensionContext,
  name: string,
  offer: Offer,
  unusable: string | undefined,
): Promise<boolean> {
  if (!(await agreeToDownload(offer, new AbortController().signal, unusable))) return false;
  const title = vscode.l10n.t("Downloading backbone {0}", name);
  const end = await withCancel(title, ({ signal, progress }) => {
    let reported = 0;
    return backboneNews(context, [name, "--yes"], {
      signal,
      onNews: (news) => {
        if (news.kind !== "progress") return;
        const percent = news.total === 0 ? 0 : (100 * news.present) / news.total;
        progress.report({
          message: vscode.l10n.t("{0} of {1}", bytesText(news.present), bytesText(news.total)),
          // Of a file that begins anew, nothing is taken back.
          increment: Math.max(0, percent - reported),
        });
        reported = Math.max(reported, percent);
      },
    });
  });
  return end !== undefined;
}

/** @returns "owner/name", with a revision where it has one */
async function askedName(): Promise<string | undefined> {
  const named = vscode.workspace.getConfiguration("optimas.rewards").get("backbone", "");
  const typed = await vscode.window.showInputBox({
    title: vscode.l10n.t("Download a backbone for local rewards"),
    prompt: vscode.l10n.t(
      "Name of a transformer on the hub that was exported to ONNX, as owner/name or owner/name@revision. Its size is told before anything is downloaded.",
    ),
    placeHolder: "owner/name",
    value: named.startsWith(PREFIX) ? named.slice(PREFIX.length) : "",
    ignoreFocusOut: true,
    validateInput: (text) =>
      isName(withoutPrefix(text)) ? undefined : vscode.l10n.t("Write owner/name, or owner/name@revision."),
  });
  return typed === undefined ? undefined : withoutPrefix(typed);
}

function withoutPrefix(text: string): string {
  const name = text.trim();
  return name.startsWith(PREFIX) ? name.slice(PREFIX.length) : name;
}

function isName(text: string): boolean {
  try {
    hubName(text);
    return true;
  } catch {
    return false;
  }
}

interface Cancellable {
  readonly signal: AbortSignal;
  readonly progress: vscode.Progress<{ readonly message?: string; readonly increment?: number }>;
}

/** Undefined where the user pressed Cancel. */
async function withCancel<T>(title: string, work: (given: Cancellable) => Promise<T>): Promise<T | undefined> {
  const options = { location: vscode.ProgressLocation.Notification, title, cancellable: true };
  return vscode.window.withProgress(options, async (progress, token) => {
    const stop = new AbortController();
    const cancelled = token.onCancellationRequested(() => stop.abort());
    try {
      return await work({ signal: stop.signal, progress });
    } catch (error) {
      if (token.isCancellationRequested) return undefined;
      throw error;
    } finally {
      cancelled.dispose();
    }
  });
}

function hereWords(name: string): string {
  return vscode.l10n.t("The backbone {0} is on this machine.", name);
}

async function offerUse(name: string): Promise<void> {
  const settings = vscode.workspace.getConfiguration("optimas.rewards");
  const value = `${PREFIX}${name}`;
  const isUsed = settings.get("backbone") === value;
  const use = vscode.l10n.t("Use in New Runs");
  const message = isUsed
    ? vscode.l10n.t("The backbone {0} is on this machine, and new runs learn local rewards on it.", name)
    : hereWords(name);
  const chosen = await vscode.window.showInformationMessage(message, ...(isUsed ? [] : [use]));
  if (chosen !== use) return;
  const hasWorkspace = (vscode.workspace.workspaceFolders ?? []).length > 0;
  await settings.update("backbone", value, !hasWorkspace);
}
