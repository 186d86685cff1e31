import * as vscode from "vscode";
import type { Definition } from "../../detection/definition.ts";
import type { ComponentIndex } from "../index/componentIndex.ts";
import type { EditorFacts } from "./editorFacts.ts";
import { LensCommands } from "./lensCommands.ts";
import { afterEdits, type LensLine, withoutGaps } from "./lensLines.ts";
import { type LensPlace, lensPlaces, lensWords } from "./lensWords.ts";

/** Languages whose definitions are run. */
const LANGUAGES = ["typescript", "typescriptreact", "javascript", "javascriptreact"];
const SCHEMES = ["file", "untitled", "vscode-notebook-cell", "vscode-vfs"];
/** How long lenses wait for the text as it is to be read, before they are drawn by what was known. */
const PATIENCE_MS = 400;
/** How long after an edit a definition that cannot be read any more keeps its lenses: most often it is being typed. */
const TYPING_MS = 2_000;

/** A lens over a definition; its words are found when it is seen. */
class DefinitionLens extends vscode.CodeLens {
  readonly definition: Definition;
  readonly place: LensPlace;

  constructor(line: number, definition: Definition, place: LensPlace) {
    super(new vscode.Range(line, 0, line, 0));
    this.definition = definition;
    this.place = place;
  }
}

/** What is known of a document's lenses. */
interface Drawn {
  lines: readonly LensLine[];
  /** By their ids, also those that just cannot be read. */
  readonly definitions: ReadonlyMap<string, Definition>;
  editedAt: number;
}

/** Lenses over definitions in trusted workspaces, unless `optimas.codeLens.enabled` is off. */
export function registerCodeLenses(index: ComponentIndex, facts: EditorFacts): vscode.Disposable {
  const lenses = new DefinitionLenses(index, facts);
  const selector = LANGUAGES.flatMap((language) => SCHEMES.map((scheme) => ({ language, scheme })));
  return vscode.Disposable.from(lenses, vscode.languages.registerCodeLensProvider(selector, lenses));
}

class DefinitionLenses implements vscode.CodeLensProvider<vscode.CodeLens>, vscode.Disposable {
  readonly #index: ComponentIndex;
  readonly #facts: EditorFacts;
  readonly #changed = new vscode.EventEmitter<void>();
  readonly #commands = new LensCommands();
  readonly #subscriptions: readonly vscode.Disposable[];
  readonly #drawn = new Map<string, Drawn>();
  #again: NodeJS.Timeout | undefined;

  readonly onDidChangeCodeLenses = this.#changed.event;

  constructor(index: ComponentIndex, facts: EditorFacts) {
    this.#index = index;
    this.#facts = facts;
    this.#subscriptions = [
      this.#changed,
      this.#commands,
      // Told at most twice a second, also when the index changes.
      facts.onDidChange(() => this.#changed.fire()),
      vscode.workspace.onDidGrantWorkspaceTrust(() => this.#changed.fire()),
      vscode.workspace.onDidChangeConfiguration((event) => {
        const ours = ["optimas.codeLens.enabled", "optimas.runs.iterations"];
        if (ours.some((setting) => event.affectsConfiguration(setting))) this.#changed.fire();
      }),
      vscode.workspace.onDidChangeTextDocument(({ document, contentChanges }) => {
        const drawn = this.#drawn.get(document.uri.toString());
        if (drawn === undefined || contentChanges.length === 0) return;
        drawn.editedAt = Date.now();
        drawn.lines = afterEdits(
          drawn.lines,
          contentChanges.map(({ range: { start, end }, text }) => ({ start, end, text })),
        );
      }),
      vscode.workspace.onDidCloseTextDocument(({ uri }) => void this.#drawn.delete(uri.toString())),
    ];
  }

  async provideCodeLenses(document: vscode.TextDocument, token: vscode.CancellationToken): Promise<vscode.CodeLens[]> {
    const settings = vscode.workspace.getConfiguration("optimas", document);
    if (!vscode.workspace.isTrusted || !settings.get("codeLens.enabled", true)) return [];
    const { lines, definitions } = await this.#draw(document, token);
    if (token.isCancellationRequested) return [];
    return lines.flatMap(({ definition: id, line }) => {
      const found = definitions.get(id);
      if (found === undefined) return [];
      return lensPlaces(found, this.#facts).map((place) => new DefinitionLens(line, found, place));
    });
  }

  resolveCodeLens(lens: vscode.CodeLens): vscode.CodeLens {
    if (!(lens instanceof DefinitionLens)) return lens;
    const definition = this.#index.model.definition(lens.definition.id) ?? lens.definition;
    const scope = vscode.Uri.parse(definition.at.uri);
    const iterations = vscode.workspace.getConfiguration("optimas.runs", scope).get("iterations", 10);
    const { title, tooltip, does } = lensWords(lens.place, definition, this.#facts, iterations, vscode.l10n);
    lens.command = { title, tooltip, command: does === undefined ? "" : this.#commands.idOf(does) };
    return lens;
  }

  dispose(): void {
    clearTimeout(this.#again);
    for (const subscription of this.#subscriptions) subscription.dispose();
  }

  /** Where lenses stand: by the text as it is, or by what was known of it, moved along with the edits since. */
  async #draw(document: vscode.TextDocument, token: vscode.CancellationToken): Promise<Drawn> {
    const key = document.uri.toString();
    const known = await inTime(this.#index.refresh(document.uri), PATIENCE_MS, token);
    const before = this.#drawn.get(key);
    if (!known && before !== undefined) return before;
    const typing = before !== undefined && Date.now() - before.editedAt < TYPING_MS;
    const found = this.#index.inDocument(document);
    const read = found.map(({ id, span }): LensLine => ({ definition: id, ...span.start }));
    const lines = typing ? withoutGaps(read, before.lines) : read;
    const kept = typing ? before.definitions : [];
    const definitions = new Map([...kept, ...found.map((definition) => [definition.id, definition] as const)]);
    const drawn: Drawn = { lines, definitions, editedAt: before?.editedAt ?? 0 };
    this.#drawn.set(key, drawn);
    // What was kept only because of typing is looked at again.
    if (lines.length > read.length) this.#again ??= setTimeout(() => this.#lookAgain(), TYPING_MS);
    return drawn;
  }

  #lookAgain(): void {
    this.#again = undefined;
    this.#changed.fire();
  }
}

/** False when it took too long, or nobody waits any more. */
async function inTime(work: Promise<void>, ms: number, token: vscode.CancellationToken): Promise<boolean> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<boolean>((resolve) => {
    timer = setTimeout(() => resolve(false), ms);
    token.onCancellationRequested(() => resolve(false));
  });
  try {
    return await Promise.race([work.then(() => true), late]);
  } finally {
    clearTimeout(timer);
  }
}
