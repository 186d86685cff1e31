import { answerText, goldTexts } from "./answerText.ts";

export type PubmedLabel = "yes" | "no" | "maybe";

/**
 * The label that PubMedQA's published scoring reads from an answer: the first yes, no or maybe anywhere, in any case and
 * **inside words too**, or the whole text, lower-cased, where there is none. "Diagnosis: yes" therefore reads as no
 * ("diag-no-sis"); `strictPubmedLabel` does not have this fault.
 */
export function pubmedLabel(answer: string): string {
  return /yes|no|maybe/i.exec(answer)?.[0].toLowerCase() ?? answer.toLowerCase();
}

/**
 * The label on the last line that says "Answer:", as a word of its own; where no line says so, the whole text when it is
 * nothing but a label. Undefined without a label or with several different ones.
 */
export function strictPubmedLabel(answer: string): PubmedLabel | undefined {
  const lines = [...answer.matchAll(/^.*\banswer[*_ \t]*:(?<said>.*)$/gim)];
  const last = lines.at(-1)?.groups?.said;
  if (last === undefined) return asLabel(answer.replace(/[^\p{L}]+/gu, " ").trim());
  const said = new Set(
    [...last.matchAll(/(?<![\p{L}\p{N}_])(?:yes|no|maybe)(?![\p{L}\p{N}_])/giu)].map(([word]) => asLabel(word)),
  );
  return said.size === 1 ? [...said][0] : undefined;
}

/** 1 when the published scoring reads the gold label from the answer, else 0. Errors as of `tokenF1`. */
export function pubmedMatch(answer: unknown, gold: unknown): number {
  const label = pubmedLabel(answerText("pubmedMatch", answer));
  return goldTexts("pubmedMatch", gold).some((text) => text.toLowerCase() === label) ? 1 : 0;
}

/** 1 when the strict reading gives the gold label, else 0. Errors as of `tokenF1`. */
export function strictPubmedMatch(answer: unknown, gold: unknown): number {
  const label = strictPubmedLabel(answerText("strictPubmedMatch", answer));
  return goldTexts("strictPubmedMatch", gold).some((text) => text.toLowerCase() === label) ? 1 : 0;
}

function asLabel(word: string): PubmedLabel | undefined {
  const label = word.toLowerCase();
  return label === "yes" || label === "no" || label === "maybe" ? label : undefined;
}
