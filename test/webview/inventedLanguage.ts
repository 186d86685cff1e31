import { readFileSync } from "node:fs";
import type { WordsMessage } from "../../src/run/wordsMessage.ts";

/** Every Latin letter as a Greek one, but for places and forms: nothing that went through a translation looks English any more. */
export function invented(message: string): string {
  return message.replace(
    /\{\d+\}|\{\d+, plural,|\b(?:one|other) \{|([a-z])|([A-Z])/g,
    (place, small?: string, large?: string) => {
      const letter = small ?? large?.toLowerCase();
      if (letter === undefined) return place;
      const greek = String.fromCodePoint(0x3b1 + (((letter.codePointAt(0) ?? 0) - 0x61) % 17));
      return small === undefined ? greek.toUpperCase() : greek;
    },
  );
}

const bundle = JSON.parse(readFileSync(new URL("../../l10n/bundle.l10n.json", import.meta.url), "utf8")) as Record<
  string,
  string
>;

/** What an editor says that speaks this language. */
export const inventedWords: WordsMessage = {
  type: "words",
  language: "el-x-invented",
  messages: Object.fromEntries(Object.entries(bundle).map(([message, english]) => [message, invented(english)])),
};
