import type ts from "typescript-services";

type Compiler = typeof ts;

/** What stands open, from the outermost inwards. */
type Open = "{" | "(" | "[" | "${";

const CLOSING = { "{": "}", "(": ")", "[": "]", "${": "}`" } as const;

/**
 * What has to follow a text so that the next line starts a new statement: while somebody types, brackets, templates and
 * comments stand open. Empty for a text whose brackets match.
 */
export function closersOf(compiler: Compiler, text: string): string {
  const { SyntaxKind } = compiler;
  const scanner = compiler.createScanner(
    compiler.ScriptTarget.Latest,
    /* skipTrivia */ false,
    compiler.LanguageVariant.Standard,
    text,
  );
  const open: Open[] = [];
  const close = (expected: Open) => {
    if (open.at(-1) === expected) open.pop();
  };
  let previous: ts.SyntaxKind = SyntaxKind.Unknown;
  let unterminated = "";
  for (let token = scanner.scan(); token !== SyntaxKind.EndOfFileToken; token = scanner.scan()) {
    if (token === SyntaxKind.SlashToken || token === SyntaxKind.SlashEqualsToken) {
      if (!endsExpression(compiler, previous)) token = scanner.reScanSlashToken();
    } else if (token === SyntaxKind.CloseBraceToken && open.at(-1) === "${") {
      token = scanner.reScanTemplateToken(/* isTaggedTemplate */ false);
    }
    switch (token) {
      case SyntaxKind.OpenBraceToken:
        open.push("{");
        break;
      case SyntaxKind.OpenParenToken:
        open.push("(");
        break;
      case SyntaxKind.OpenBracketToken:
        open.push("[");
        break;
      case SyntaxKind.TemplateHead:
        open.push("${");
        break;
      case SyntaxKind.CloseBraceToken:
        close("{");
        break;
      case SyntaxKind.CloseParenToken:
        close("(");
        break;
      case SyntaxKind.CloseBracketToken:
        close("[");
        break;
      case SyntaxKind.TemplateTail:
        close("${");
        if (scanner.isUnterminated()) unterminated = "`";
        break;
      case SyntaxKind.TemplateMiddle:
      case SyntaxKind.NoSubstitutionTemplateLiteral:
        if (scanner.isUnterminated()) unterminated = "`";
        break;
      case SyntaxKind.MultiLineCommentTrivia:
        if (scanner.isUnterminated()) unterminated = "*/";
        break;
    }
    if (token > SyntaxKind.LastTriviaToken) previous = token;
  }
  return (
    unterminated +
    open
      .toReversed()
      .map((bracket) => CLOSING[bracket])
      .join("")
  );
}

/** Whether a slash after this token divides; otherwise it begins a regular expression. */
function endsExpression({ SyntaxKind }: Compiler, token: ts.SyntaxKind): boolean {
  switch (token) {
    case SyntaxKind.Identifier:
    case SyntaxKind.PrivateIdentifier:
    case SyntaxKind.NumericLiteral:
    case SyntaxKind.BigIntLiteral:
    case SyntaxKind.StringLiteral:
    case SyntaxKind.RegularExpressionLiteral:
    case SyntaxKind.NoSubstitutionTemplateLiteral:
    case SyntaxKind.TemplateTail:
    case SyntaxKind.CloseParenToken:
    case SyntaxKind.CloseBracketToken:
    case SyntaxKind.CloseBraceToken:
    case SyntaxKind.PlusPlusToken:
    case SyntaxKind.MinusMinusToken:
    case SyntaxKind.ThisKeyword:
    case SyntaxKind.SuperKeyword:
    case SyntaxKind.NullKeyword:
    case SyntaxKind.TrueKeyword:
    case SyntaxKind.FalseKeyword:
      return true;
    default:
      // Words such as `type` name values as well.
      return (
        token > SyntaxKind.LastReservedWord && token <= SyntaxKind.LastKeyword && token !== SyntaxKind.AwaitKeyword
      );
  }
}
