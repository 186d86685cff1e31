import type ts from "typescript-services";
import type { Attempt } from "./attempt.ts";
import { ModuleSpecifiers } from "./moduleSpecifiers.ts";
import type { Cell, NotebookCells } from "./notebookCells.ts";
import type { ShippedSdk } from "./shippedSdk.ts";
import { ShownSpans } from "./shownSpans.ts";

/** What decorations of the server's answers share. */
export class Decoration {
  readonly compiler: typeof ts;
  readonly project: ts.server.Project;
  /** The service as it answers about files that are no cells. */
  readonly service: ts.LanguageService;
  readonly cells: NotebookCells;
  readonly sdk: ShippedSdk;
  readonly shown: ShownSpans;
  readonly specifiers: ModuleSpecifiers;
  readonly attempt: Attempt;

  constructor(
    compiler: typeof ts,
    project: ts.server.Project,
    service: ts.LanguageService,
    cells: NotebookCells,
    sdk: ShippedSdk,
    attempt: Attempt,
  ) {
    this.compiler = compiler;
    this.project = project;
    this.service = service;
    this.cells = cells;
    this.sdk = sdk;
    this.shown = new ShownSpans(cells);
    this.specifiers = new ModuleSpecifiers(project, sdk);
    this.attempt = attempt;
  }

  /** An answer about one file, improved where that file is a cell of ours. */
  about<Answer>(fileName: string, what: string, answer: Answer, improved: (cell: Cell) => Answer): Answer {
    const cell = this.cells.get(fileName);
    if (cell === undefined) return answer;
    return this.attempt(
      what,
      () => improved(cell),
      () => answer,
    );
  }

  /** An answer that may name places in any file, improved where the project holds cells of ours. */
  anywhere<Answer>(what: string, answer: Answer, improved: () => Answer): Answer {
    return this.cells.count === 0 ? answer : this.attempt(what, improved, () => answer);
  }
}
