import * as vscode from "vscode";
import { checkKey, type KeyedServer, keyedServers } from "../../models/keyCheck.ts";
import { DESCRIPTIONS_FILE } from "../../models/knownPrice.ts";
import { parseDescriptions } from "../../models/modelDescriptions.ts";
import { errorMessage } from "../../system/userError.ts";
import type { ApiKeys, KeyPlace } from "./apiKeys.ts";
import { keyProblem, placeWords } from "./keyWords.ts";

/** Most files of descriptions that are read. */
const MOST_FILES = 20;
/** Milliseconds that a server may take to answer. */
const PATIENCE_MS = 15_000;

/** Asks for a key and stores it. */
export async function setKey(keys: ApiKeys, provider?: string): Promise<void> {
  const server = await pickedServer(keys, provider, vscode.l10n.t("Whose API key?"));
  if (server === undefined) return;
  const typed = await vscode.window.showInputBox({
    title: vscode.l10n.t("API key of {0}", server.provider),
    prompt: vscode.l10n.t("It is kept in VS Code's secret storage and sent to {0} alone.", hostOf(server)),
    password: true,
    ignoreFocusOut: true,
    validateInput: (text) => (text === "" ? undefined : keyProblem(text, server, vscode.l10n)),
  });
  const key = typed?.trim() ?? "";
  if (key === "") return;
  const kept = await keys.set(server.provider, key);
  await keys.meantFor({ provider: server.provider, variable: server.keyVariable }, server.baseUrl);
  const message =
    kept === "stored"
      ? vscode.l10n.t("The API key of {0} is set.", server.provider)
      : vscode.l10n.t(
          "The API key of {0} is set until this window closes: VS Code's secret storage did not take it.",
          server.provider,
        );
  const test = vscode.l10n.t("Test");
  if ((await vscode.window.showInformationMessage(message, test)) === test) await testKey(keys, server.provider);
}

/** Asks a server for the list of its models with the key that would be used. */
export async function testKey(keys: ApiKeys, provider?: string): Promise<void> {
  const server = await pickedServer(keys, provider, vscode.l10n.t("Which API key should be tested?"));
  if (server === undefined) return;
  const found = await keys.find({ provider: server.provider, variable: server.keyVariable });
  const set = vscode.l10n.t("Set API Key");
  if (found === undefined) {
    const message = vscode.l10n.t("There is no API key of {0}.", server.provider);
    if ((await vscode.window.showWarningMessage(message, set)) === set) await setKey(keys, server.provider);
    return;
  }
  const host = hostOf(server);
  const request = { provider: server.provider, variable: server.keyVariable };
  if (!(await keys.mayBeSent(request, { baseUrl: server.baseUrl }))) return;
  const options = {
    location: vscode.ProgressLocation.Notification,
    title: vscode.l10n.t("Asking {0} ...", host),
    cancellable: true,
  };
  const verdict = await vscode.window.withProgress(options, async (_, token) => {
    const stop = new AbortController();
    const cancelled = token.onCancellationRequested(() => stop.abort());
    const timer = setTimeout(() => stop.abort(), PATIENCE_MS);
    try {
      return await checkKey(server, found.key, { fetch: globalThis.fetch, signal: stop.signal });
    } catch {
      return token.isCancellationRequested ? undefined : ({ kind: "unknown", reason: "" } as const);
    } finally {
      clearTimeout(timer);
      cancelled.dispose();
    }
  });
  switch (verdict?.kind) {
    case "accepted":
      void vscode.window.showInformationMessage(vscode.l10n.t("{0} accepts the API key.", host));
      return;
    case "refused": {
      const message = vscode.l10n.t("{0} refuses the API key ({1}).", host, verdict.status);
      if ((await vscode.window.showErrorMessage(message, set)) === set) await setKey(keys, server.provider);
      return;
    }
    case "unknown": {
      const reason = verdict.reason === "" ? vscode.l10n.t("no answer in time") : verdict.reason;
      void vscode.window.showWarningMessage(
        vscode.l10n.t("{0} did not say whether it accepts the API key: {1}", host, reason),
      );
      return;
    }
    case undefined:
  }
}

/** Removes a stored key. */
export async function forgetKey(keys: ApiKeys, provider?: string): Promise<void> {
  const stored = (place: KeyPlace) => place === "stored" || place === "session";
  const server = await pickedServer(keys, provider, vscode.l10n.t("Which API key should be forgotten?"), stored);
  if (server === undefined) return;
  await keys.forget(server.provider);
  const left = await keys.place({ provider: server.provider, variable: server.keyVariable });
  const message =
    left === "environment"
      ? vscode.l10n.t(
          "The API key of {0} is forgotten. From now on, that of the environment variable {1} is used.",
          server.provider,
          server.keyVariable,
        )
      : vscode.l10n.t("The API key of {0} is forgotten.", server.provider);
  void vscode.window.showInformationMessage(message);
}

async function pickedServer(
  keys: ApiKeys,
  provider: string | undefined,
  title: string,
  isOffered: (place: KeyPlace) => boolean = () => true,
): Promise<KeyedServer | undefined> {
  const servers = await workspaceServers();
  const named = servers.find((server) => server.provider === provider);
  if (named !== undefined) return named;
  const items = await Promise.all(
    servers.map(async (server) => {
      const place = await keys.place({ provider: server.provider, variable: server.keyVariable });
      const description = placeWords(place, server.keyVariable, vscode.l10n);
      return { label: server.provider, description, detail: hostOf(server), server, place };
    }),
  );
  const offered = items.filter(({ place }) => isOffered(place));
  if (offered.length === 0) {
    void vscode.window.showInformationMessage(vscode.l10n.t("No API key is stored."));
    return undefined;
  }
  return (await vscode.window.showQuickPick(offered, { title, matchOnDescription: true }))?.server;
}

/** Servers that want a key, those that files of the workspace describe among them. */
async function workspaceServers(): Promise<KeyedServer[]> {
  // Where keys go to is not for a workspace to say that is not trusted.
  const files = vscode.workspace.isTrusted
    ? await vscode.workspace.findFiles(`**/${DESCRIPTIONS_FILE}`, "**/node_modules/**", MOST_FILES)
    : [];
  const described = await Promise.all(files.map(serversIn));
  return keyedServers({ servers: new Map(described.flat()) });
}

async function serversIn(file: vscode.Uri) {
  try {
    const bytes = await vscode.workspace.fs.readFile(file);
    const { servers } = parseDescriptions(new TextDecoder().decode(bytes), vscode.workspace.asRelativePath(file));
    return [...servers];
  } catch (error) {
    void vscode.window.showWarningMessage(errorMessage(error));
    return [];
  }
}

function hostOf({ baseUrl }: KeyedServer): string {
  return URL.canParse(baseUrl) ? new URL(baseUrl).host : baseUrl;
}
