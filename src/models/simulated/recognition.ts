import { type Behaviour, defaultBehaviour } from "./behaviour.ts";
import type { Directive } from "./directive.ts";
import { directives } from "./directives.ts";

/** A directive found in a prompt. */
export interface Mention {
  readonly directive: Directive;
  /** Offset of its first word in the prompt. */
  readonly at: number;
}

/** Directives of a prompt in the order in which they are mentioned. */
export function findDirectives(prompt: string): readonly Mention[] {
  const known = recent.get(prompt);
  if (known !== undefined) return known;
  const text = prompt.toLowerCase().replace(/[’]/g, "'");
  const mentions = directives.flatMap((directive) => {
    // The last mention counts: within a family, what is said later overrides what was said earlier.
    const last = Math.max(-1, ...directive.patterns.map((pattern) => lastMatch(text, pattern)));
    return last < 0 ? [] : [{ directive, at: last }];
  });
  const found = mentions.sort((a, b) => a.at - b.at);
  if (recent.size > 2_000) recent.clear();
  recent.set(prompt, found);
  return found;
}

const recent = new Map<string, readonly Mention[]>();

function lastMatch(text: string, pattern: RegExp): number {
  let last = -1;
  for (const match of text.matchAll(new RegExp(pattern, "g"))) last = match.index;
  return last;
}

/** What a list of directives makes of the default behaviour. */
export function applyDirectives(found: readonly Directive[]): Behaviour {
  const ids = new Set(found.map((item) => item.id));
  const behaviour: Behaviour = Object.assign({}, defaultBehaviour, ...found.map((item) => item.effect));
  const both = ids.has("extract.names") && ids.has("extract.content");
  return both ? { ...behaviour, keywords: "both" } : behaviour;
}
