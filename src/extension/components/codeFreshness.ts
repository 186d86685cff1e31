import { createHash } from "node:crypto";
import { stat } from "node:fs/promises";
import * as vscode from "vscode";
import { type ComponentDefinition, isComponent, type SourceLocation } from "../../detection/definition.ts";
import type { Standing } from "../../run/views/standing.ts";
import type { ComponentIndex } from "../index/componentIndex.ts";
import type { Memory } from "../notebook/rememberedRuns.ts";
import type { Freshness } from "./componentFacts.ts";

const KEY = "optimas.codeOfRuns";
/** Older runs are forgotten; what is said of their code then goes by the time of the file. */
const MOST = 500;
/** Files with components that runs know; more are read anew each time. */
const MOST_TEXTS = 50;

/** What a definition's code was when a run fitted its local reward. */
interface Remembered {
  readonly run: string;
  readonly component: string;
  readonly hash: string;
}

/** A definition's code as it is now. */
interface Source {
  readonly hash: string;
  /** Milliseconds since 1970. */
  readonly changedAt: number;
}

interface SourceText {
  readonly text: string | undefined;
  readonly changedAt: number;
}

/** Texts by their place, read once for all definitions in them. */
type Texts = Map<string, Promise<SourceText>>;

/** A component that a run says something about. */
export interface Measured {
  readonly component: ComponentDefinition;
  readonly standing: Standing;
}

interface Judged {
  readonly run: string;
  readonly hash: string | undefined;
  readonly freshness: Freshness;
}

/**
 * Tells whether the code of components is still the one that their local rewards were fitted for. The code is remembered
 * when a run is seen that nothing can have overtaken: one at work, or one that is newer than its file.
 */
export class CodeFreshness implements vscode.Disposable {
  readonly #memory: Memory;
  readonly #index: ComponentIndex;
  readonly #onDidChange = new vscode.EventEmitter<void>();
  readonly #judged = new Map<string, Judged>();
  /** Texts of files that are not open, kept because others are edited far more often. */
  readonly #read = new Map<string, SourceText>();
  #judging: Promise<void> = Promise.resolve();

  /** A judgement is another than before. */
  readonly onDidChange = this.#onDidChange.event;

  constructor(memory: Memory, index: ComponentIndex) {
    this.#memory = memory;
    this.#index = index;
  }

  /** The last judgement; `same` as long as there is none. */
  of({ id }: ComponentDefinition): Freshness {
    return this.#judged.get(id)?.freshness ?? "same";
  }

  /**
   * Judges anew what the runs and the source say now.
   * @param live folders of runs that are at work
   * @param edited definitions may read otherwise than before; else only those with another run are looked at
   */
  judge(components: readonly Measured[], live: ReadonlySet<string>, edited: boolean): Promise<void> {
    const judging = this.#judging.then(async () => {
      const texts: Texts = new Map();
      let changed = false;
      for (const measured of components) {
        const before = this.#judged.get(measured.component.id);
        if (!edited && before?.run === runOf(measured.standing).runFolder) continue;
        if (await this.#judge(measured, before, live, texts)) changed = true;
      }
      if (changed) this.#onDidChange.fire();
    });
    this.#judging = judging.catch(() => undefined);
    return judging;
  }

  dispose(): void {
    this.#onDidChange.dispose();
  }

  async #judge(
    { component, standing }: Measured,
    before: Judged | undefined,
    live: ReadonlySet<string>,
    texts: Texts,
  ): Promise<boolean> {
    const { runFolder, at } = runOf(standing);
    const source = await this.#source(component, texts);
    if (before?.run === runFolder && before.hash === source?.hash) return false;
    const until = live.has(runFolder) ? Infinity : at;
    const freshness = source === undefined ? "same" : await this.#compare(component, runFolder, source, until);
    this.#judged.set(component.id, { run: runFolder, hash: source?.hash, freshness });
    return freshness !== (before?.freshness ?? "same");
  }

  async #compare(component: ComponentDefinition, run: string, source: Source, at: number): Promise<Freshness> {
    const name = component.name ?? "";
    const known = this.#all().find((one) => one.run === run && one.component === name);
    if (known !== undefined) return known.hash === source.hash ? "same" : "changed";
    if (source.changedAt > at) return "file changed";
    const others = this.#all().filter((one) => one.run !== run || one.component !== name);
    await this.#memory.update(KEY, [...others, { run, component: name, hash: source.hash }].slice(-MOST));
    return "same";
  }

  /** Undefined where the source cannot be read now. */
  async #source(component: ComponentDefinition, texts: Texts): Promise<Source | undefined> {
    const place = `${component.at.uri}#${component.at.cell ?? ""}`;
    const reading = texts.get(place) ?? this.#textAt(component.at);
    texts.set(place, reading);
    try {
      const [{ text, changedAt }, { definitionCode }] = await Promise.all([
        reading,
        import("../../detection/definitionCode.ts"),
      ]);
      // Read again meanwhile, it may stand elsewhere in the text.
      const now = this.#index.model.definition(component.id);
      if (text === undefined || now === undefined || !isComponent(now)) return undefined;
      return { hash: createHash("sha256").update(definitionCode(text, now)).digest("hex"), changedAt };
    } catch {
      return undefined;
    }
  }

  /** Without opening anything: an opened document is everybody's business. */
  async #textAt(at: SourceLocation): Promise<SourceText> {
    const uri = vscode.Uri.parse(at.uri, true);
    const isOpen = ({ uri: other }: { readonly uri: vscode.Uri }) => other.toString() === at.uri;
    const { textDocuments, notebookDocuments } = vscode.workspace;
    const open = textDocuments.find(isOpen) ?? notebookDocuments.find(isOpen);
    const savedAt = uri.scheme === "file" ? (await stat(uri.fsPath)).mtimeMs : Date.now();
    if (open !== undefined) {
      const document = "getText" in open ? open : await this.#index.documentAt(at);
      await this.#index.refresh(uri);
      return { text: document.getText(), changedAt: open.isDirty ? Date.now() : savedAt };
    }
    if (at.cell !== undefined) return { text: undefined, changedAt: savedAt };
    const read = this.#read.get(at.uri);
    if (read?.changedAt === savedAt) return read;
    const { decodedText } = await import("../../detection/decodedText.ts");
    const now = { text: decodedText(await vscode.workspace.fs.readFile(uri)), changedAt: savedAt };
    this.#read.set(at.uri, now);
    while (this.#read.size > MOST_TEXTS) this.#read.delete([...this.#read.keys()][0] ?? "");
    return now;
  }

  #all(): readonly Remembered[] {
    return this.#memory.get<readonly Remembered[]>(KEY) ?? [];
  }
}

/** The run whose figures the code must fit. */
function runOf(standing: Standing): { readonly runFolder: string; readonly at: number } {
  return standing.fitted ?? standing;
}
