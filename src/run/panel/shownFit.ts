import { errorMessage } from "../../system/userError.ts";
import { readFitTexts } from "../fitFolder.ts";
import type { FitTexts } from "../fitTexts.ts";
import { briefLine, briefText } from "../views/briefLine.ts";
import type { DiffPart } from "../views/wordDiff.ts";
import { shownDiff } from "./shownDiff.ts";

/** What a run's folder holds of one fit, for a page. */
export type ShownFit =
  | { readonly kind: "texts"; readonly mistakes: readonly ShownMistake[]; readonly changed: readonly ShownChange[] }
  /** Never kept, or no longer: the oldest of a long run go. */
  | { readonly kind: "none" }
  | { readonly kind: "unreadable"; readonly message: string };

/** A pair that the local reward orders wrongly. */
export interface ShownMistake {
  readonly example: string;
  readonly input: string;
  /** From the output that the local reward prefers to the one that is truly better. */
  readonly diff: readonly DiffPart[];
  readonly betterScore: number;
  readonly preferredScore: number;
  /** r(better) − r(preferred), below 0. */
  readonly margin: number;
}

/** An output that was changed on purpose. */
export interface ShownChange {
  readonly change: string;
  readonly strength: number;
  readonly example: string;
  readonly input: string;
  readonly diff: readonly DiffPart[];
  readonly difference: number;
}

/** Texts of which a page shows so many characters: more than are kept. */
const MOST_CHARACTERS = 4000;
/** Entries of a file that this product wrote are fewer. */
const MOST_ENTRIES = 100;

/** Texts as they may be put before a person, with their differences. */
export function shownFit({ mistakes, changed }: FitTexts): ShownFit {
  return {
    kind: "texts",
    mistakes: mistakes.slice(0, MOST_ENTRIES).map((mistake) => {
      const { exampleId, input, preferred, better, betterScore, preferredScore, margin } = mistake;
      return {
        example: briefLine(exampleId),
        input: briefText(input, MOST_CHARACTERS),
        diff: shownDiff(cut(preferred), cut(better)).parts,
        betterScore,
        preferredScore,
        margin,
      };
    }),
    changed: changed
      .slice(0, MOST_ENTRIES)
      .map(({ change, strength, exampleId, input, before, after, difference }) => ({
        change: briefLine(change),
        strength,
        example: briefLine(exampleId),
        input: briefText(input, MOST_CHARACTERS),
        diff: shownDiff(cut(before), cut(after)).parts,
        difference,
      })),
  };
}

function cut(text: string): string {
  return text.length > MOST_CHARACTERS ? `${text.slice(0, MOST_CHARACTERS)}…` : text;
}

/** The same from a run's folder. @param seq number of the fit's event */
export function fitIn(folder: string, seq: number): ShownFit {
  try {
    const texts = readFitTexts(folder, seq);
    return texts === undefined ? { kind: "none" } : shownFit(texts);
  } catch (error) {
    return { kind: "unreadable", message: errorMessage(error) };
  }
}
