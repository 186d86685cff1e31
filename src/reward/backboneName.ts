/** What a transformer's name ends in: how it is pooled, and what it holds. What stands before is for people. */
const IDENTITY = /-(?:mean|first|last)-[0-9a-f]{12}$/;

/** Whether weights that were learned on one backbone hold for another: folders may be called otherwise by now. */
export function isSameBackbone(one: string, other: string): boolean {
  const [first, second] = [one, other].map((name) => IDENTITY.exec(name)?.[0] ?? name);
  return first === second;
}

/** The backbone without a model: features of words, for every machine. Any other is the folder of a transformer. */
export const LEXICAL = "lexical";
