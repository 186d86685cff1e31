import type { SourceLanguage } from "./definition.ts";

/** A name, the way to a member of it, and what writes to it. The way is bounded, so that long chains take no longer. */
const writing =
  /(?<![\w$])([\w$]+)((?:\s*(?:\?\.|\.)\s*[\w$]+|\s*\[[^\][]*\]){0,8})\s*(?:(?:[-+*/%&|^]|\*\*|<<|>>>?|&&|\|\||\?\?)?=(?![=>])|\+\+|--|\.\s*(?:push|unshift|splice|pop|shift|sort|reverse|fill|append|extend|insert|update|setdefault|remove|clear)\s*\()/g;
const given = /\bObject\s*\.\s*(?:assign|definePropert\w+)\s*\(\s*([\w$]+)|\bdelete\s+([\w$]+)/g;
const declares = /(?:\b(?:const|let|var)\s+|,\s*)$/;

/** In Python a name is declared by its first assignment; the others are counted by who reads the statements. */
const pythonWriting =
  /(?<!\w)(\w+)((?:\s*\.\s*\w+|\s*\[[^\][]*\]){0,8})\s*(?:(?:[-+*/%&|^@]|\*\*|\/\/|<<|>>)=(?!=)|\]\s*=(?!=)|\.\s*(?:append|extend|insert|update|setdefault|remove|pop|clear|sort|reverse)\s*\()|\bglobal\s+(\w+)/g;
const pythonMember = /^(\w+)\s*(?:\.\s*\w+|\[[^\][]*\])+\s*=(?!=)/gm;

/**
 * Names that a stretch of code writes to after they were declared. It goes by the text alone and also counts what stands
 * in strings and comments: who asks wants to be sure that a name keeps its value.
 */
export function rewrittenNames(text: string, language: SourceLanguage): string[] {
  const found = new Set<string>();
  if (language === "python") {
    for (const [, name, , shared] of text.matchAll(pythonWriting)) found.add(name ?? shared ?? "");
    for (const [, name = ""] of text.matchAll(pythonMember)) found.add(name);
    return [...found];
  }
  for (const match of text.matchAll(writing)) {
    const [, name = "", members = ""] = match;
    const declared = members === "" && declares.test(text.slice(Math.max(0, match.index - 12), match.index));
    if (!declared) found.add(name);
  }
  for (const [, assigned, deleted] of text.matchAll(given)) found.add(assigned ?? deleted ?? "");
  return [...found];
}
