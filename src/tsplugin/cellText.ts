import type ts from "typescript-services";
import { type Declarations, declarationsIn } from "./declaredNames.ts";
import { closersOf } from "./unclosed.ts";

type Compiler = typeof ts;

/** What the plugin knows of one version of a cell's text. */
export interface CellText extends Declarations {
  readonly text: string;
  /** Every word of the text, which includes every name that it reads. */
  readonly words: ReadonlySet<string>;
  /** Where its first statement starts; its length where it has none. */
  readonly codeStart: number;
  /** What ends the constructs that stand open at the end. */
  readonly closers: string;
  /** Errors of the text alone, which `closers` would hide. */
  readonly syntaxErrors: readonly ts.DiagnosticWithLocation[];
}

const WORD = /[\p{ID_Start}$_][\p{ID_Continue}$\u200c\u200d]*/gu;

export function readCellText(compiler: Compiler, fileName: string, text: string, kind: ts.ScriptKind): CellText {
  const file = compiler.createSourceFile(
    fileName,
    text,
    compiler.ScriptTarget.Latest,
    /* setParentNodes */ false,
    kind,
  );
  return {
    ...declarationsIn(compiler, file),
    text,
    words: new Set(text.match(WORD)),
    codeStart: file.statements[0]?.getStart(file) ?? text.length,
    closers: closersOf(compiler, text),
    syntaxErrors: syntaxErrorsOf(file),
  };
}

/** The parser keeps its errors where its own public types do not tell. */
function syntaxErrorsOf(file: ts.SourceFile): readonly ts.DiagnosticWithLocation[] {
  const errors: unknown = Reflect.get(file, "parseDiagnostics");
  return Array.isArray(errors) ? errors : [];
}
