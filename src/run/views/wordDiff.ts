import { diffArrays, wordsWithSpaceDiff } from "diff";
import type { VariableValue } from "../../system/variable.ts";
import { valueLines, valueText } from "./valueText.ts";

/** A stretch of text that stayed, went or came. */
export interface DiffPart {
  readonly kind: "same" | "removed" | "added";
  readonly text: string;
}

/** How closely two texts were compared: where they differ too much, a diff explains nothing and takes long. */
export type DiffGrain = "words" | "lines" | "whole";

export interface TextDiff {
  readonly grain: DiffGrain;
  readonly parts: readonly DiffPart[];
}

/** Edits that are looked for, and comparisons on the way: together they keep a diff below some hundredths of a second. */
const [MAX_EDITS, MAX_COMPARED] = [500, 30_000_000];
/** Share of the longer text that unchanged lines must make up for a diff by lines to explain anything. */
const LEAST_COMMON = 0.05;
/** Characters that may be told as replaced by whatever stands there now, without being compared. */
const SHORT = 200;

/** What changed between two values of a variable: words of prompts, whole entries of everything else. */
export function valueDiff(before: VariableValue, after: VariableValue): readonly DiffPart[] {
  return comparedValues(before, after).parts;
}

/** The same, with how closely they were compared. */
export function comparedValues(before: VariableValue, after: VariableValue): TextDiff {
  return typeof before === "string" || typeof after === "string"
    ? textDiff(valueText(before), valueText(after))
    : { grain: "words", parts: lineDiff(valueLines(before), valueLines(after)) };
}

/**
 * Word by word, white space included: `same` and `removed` make up the old text, `same` and `added` the new. Changes with
 * nothing but white space between them are told as one, because a phrase that was replaced reads better whole.
 */
export function wordDiff(before: string, after: string): readonly DiffPart[] {
  return textDiff(before, after).parts;
}

/** As `wordDiff`; line by line where words differ too much, and one text for the other where lines do as well. */
export function textDiff(before: string, after: string): TextDiff {
  const [from, to] = [wordsOf(before), wordsOf(after)];
  const words = tokenDiff(from, to);
  if (words !== undefined) return { grain: "words", parts: joined(words) };
  const [start, end] = commonEnds(from, to);
  const text = (tokens: readonly string[]) => tokens.slice(start, tokens.length - end).join("");
  const middle = changedMiddle(text(from), text(to));
  return {
    grain: middle.grain,
    parts: [
      ...stretch("same", from.slice(0, start).join("")),
      ...middle.parts,
      ...stretch("same", from.slice(from.length - end).join("")),
    ],
  };
}

/** Undefined where too many edits lie between the two. @param most edits at most, besides what their length allows */
function tokenDiff(from: readonly string[], to: readonly string[], most = MAX_EDITS): DiffPart[] | undefined {
  const allowed = Math.floor(MAX_COMPARED / Math.max(1, from.length + to.length));
  const changes = diffArrays([...from], [...to], { maxEditLength: Math.min(most, Math.max(20, allowed)) });
  return changes && parts(changes.map((change) => ({ ...change, value: change.value.join("") })));
}

/** Words and stretches of white space; together they are the text. */
function wordsOf(text: string): readonly string[] {
  return wordsWithSpaceDiff.tokenize(text);
}

/** With their ends: together they are the text. */
function linesOf(text: string): readonly string[] {
  return text.match(/[^\n]*\n|[^\n]+/g) ?? [];
}

/** How many tokens two texts begin with alike, and how many of the others they end with alike. */
function commonEnds(from: readonly string[], to: readonly string[]): readonly [number, number] {
  const shorter = Math.min(from.length, to.length);
  let start = 0;
  while (start < shorter && from[start] === to[start]) start++;
  let end = 0;
  while (end < shorter - start && from.at(-1 - end) === to.at(-1 - end)) end++;
  return [start, end];
}

function changedMiddle(from: string, to: string): TextDiff {
  if (Math.min(from.length, to.length) <= SHORT) return { grain: "words", parts: replaced(from, to) };
  const lines = tokenDiff(linesOf(from), linesOf(to), 2 * MAX_EDITS) ?? [];
  const common = lines.reduce((sum, { kind, text }) => (kind === "same" ? sum + text.trim().length : sum), 0);
  return common < LEAST_COMMON * Math.max(from.length, to.length)
    ? { grain: "whole", parts: replaced(from, to) }
    : withWords(lines);
}

/** Lines that stand for others are compared word by word, where they are alike enough. */
function withWords(lines: readonly DiffPart[]): TextDiff {
  const most = Math.max(20, Math.floor(MAX_EDITS / lines.length));
  const found: DiffPart[] = [];
  let grain: DiffGrain = "words";
  for (const [index, line] of lines.entries()) {
    const [last, next] = [lines[index - 1], lines[index + 1]];
    // Told with the lines that it stands for.
    if (line.kind === "added" && last?.kind === "removed") continue;
    if (line.kind !== "removed" || next?.kind !== "added") {
      found.push(line);
      continue;
    }
    const words = tokenDiff(wordsOf(line.text), wordsOf(next.text), most);
    if (words === undefined) grain = "lines";
    found.push(...(words === undefined ? [line, next] : joined(words)));
  }
  return { grain, parts: found };
}

function replaced(before: string, after: string): DiffPart[] {
  return [...stretch("removed", before), ...stretch("added", after)];
}

function stretch(kind: DiffPart["kind"], text: string): DiffPart[] {
  return text === "" ? [] : [{ kind, text }];
}

function joined(diff: readonly DiffPart[]): DiffPart[] {
  const result: DiffPart[] = [];
  let [removed, added] = ["", ""];
  const flush = () => {
    if (removed !== "") result.push({ kind: "removed", text: removed });
    if (added !== "") result.push({ kind: "added", text: added });
    [removed, added] = ["", ""];
  };
  for (const [index, { kind, text }] of diff.entries()) {
    const follows = diff[index + 1];
    if (kind !== "same") {
      removed += kind === "removed" ? text : "";
      added += kind === "added" ? text : "";
    } else if (text.trim() === "" && removed !== "" && added !== "" && follows !== undefined) {
      removed += text;
      added += text;
    } else {
      flush();
      result.push({ kind, text });
    }
  }
  flush();
  return result;
}

function lineDiff(before: readonly string[], after: readonly string[]): DiffPart[] {
  const changes = diffArrays([...before], [...after], { maxEditLength: MAX_EDITS }) ?? [
    { value: [...before], removed: true, added: false },
    { value: [...after], removed: false, added: true },
  ];
  const last = changes.length - 1;
  return parts(
    changes.map(({ value, added, removed }, index) => ({
      value: value.join("\n") + (index === last ? "" : "\n"),
      added,
      removed,
    })),
  );
}

function parts(changes: readonly { value: string; added?: boolean; removed?: boolean }[]): DiffPart[] {
  return changes
    .filter(({ value }) => value !== "")
    .map(({ value, added, removed }) => ({ kind: added ? "added" : removed ? "removed" : "same", text: value }));
}
