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
  /** Bodies of functions, which run later than the cell does; the outermost. */
  readonly functions: readonly ts.TextRange[];
  /** Whether it is an object in braces, which the grammar takes for a block. */
  readonly isObject: boolean;
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
    functions: functionsIn(compiler, file),
    isObject: isObject(compiler, text, kind),
    closers: closersOf(compiler, text),
    syntaxErrors: syntaxErrorsOf(file),
  };
}

/** The parser keeps its errors where its own public types do not tell. */
function syntaxErrorsOf(file: ts.SourceFile): readonly ts.DiagnosticWithLocation[] {
  const errors: unknown = Reflect.get(file, "parseDiagnostics");
  return Array.isArray(errors) ? errors : [];
}

function functionsIn(compiler: Compiler, node: ts.Node): ts.TextRange[] {
  const found: ts.TextRange[] = [];
  const visit = (child: ts.Node): void => {
    if (compiler.isFunctionLike(child)) found.push({ pos: child.pos, end: child.end });
    else compiler.forEachChild(child, visit);
  };
  compiler.forEachChild(node, visit);
  return found;
}

const STARTS_WITH_BRACE = /^(?:\s|\/\/.*|\/\*[\s\S]*?\*\/)*\{/;

/** The kernel runs a cell such as `{ a: 1 }` as an expression wherever that is possible. */
function isObject(compiler: Compiler, text: string, kind: ts.ScriptKind): boolean {
  if (!STARTS_WITH_BRACE.test(text)) return false;
  const wrapped = compiler.createSourceFile("object.ts", `(${text}\n)`, compiler.ScriptTarget.Latest, false, kind);
  const [statement, ...others] = wrapped.statements;
  if (statement === undefined || others.length > 0 || syntaxErrorsOf(wrapped).length > 0) return false;
  return compiler.isExpressionStatement(statement);
}
