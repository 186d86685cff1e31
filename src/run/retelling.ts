import { COUNTED, FORM, type L10n, plural } from "./l10n.ts";

type Told = (text: string, l10n: L10n) => string;

/**
 * Tells sentences that were written down in English in another language, by recognizing them: what programs keep is English
 * for good, so that it is the same for everybody, and only who shows it knows the reader's language.
 * @param sentences messages with places, in the order of their numbers; the first that fits counts
 * @param fragments messages that may stand in the places of others
 * @returns gives a text back as it is when it is none of them
 */
export function retelling(sentences: readonly string[], fragments: readonly string[] = []): Told {
  const part: Told = fragments.length === 0 ? (text) => text : retelling(fragments);
  let patterns: readonly { readonly message: string; readonly pattern: RegExp }[] | undefined;
  return (text, l10n) => {
    patterns ??= sentences.map((message) => ({ message, pattern: patternOf(message) }));
    for (const { message, pattern } of patterns) {
      const found = pattern.exec(text);
      if (found === null) continue;
      const values = valuesIn(found, message);
      const isCounted = values.some((value) => typeof value === "number");
      if (isCounted)
        return plural(l10n, message, ...values.map((one) => (typeof one === "string" ? part(one, l10n) : one)));
      return l10n.t(message, ...values.map((value) => part(String(value), l10n)));
    }
    return text;
  };
}

/** What stands in the places of a message, in the order of their numbers; what is counted as a number. */
function valuesIn(found: RegExpExecArray, message: string): (string | number)[] {
  const counted = new Set([...message.matchAll(COUNTED)].map(([, place]) => place));
  return Object.entries(found.groups ?? {}).reduce<(string | number)[]>((values, [name, value]) => {
    const [, place = ""] = name.split("_");
    if (value !== undefined) values[Number(place)] = counted.has(place) ? Number(value.replaceAll(",", "")) : value;
    return values;
  }, []);
}

/** Each place is a group of its own, also where it stands in several forms: `at_0`, `at_0_1`, ... */
function patternOf(message: string): RegExp {
  let groups = 0;
  const literal = (text: string) => text.replace(/[\\^$.*+?()[\]{}|/-]/g, "\\$&");
  const open = (text: string, counted?: string): string =>
    text
      .split(/(\{\d+\}|#)/)
      .map((piece) => {
        const place = /^\{(\d+)\}$/.exec(piece)?.[1] ?? (piece === "#" ? counted : undefined);
        if (place === undefined) return literal(piece);
        return `(?<at_${place}_${groups++}>${piece === "#" ? "[\\d.,]+" : ".+?"})`;
      })
      .join("");
  const parts = message.split(COUNTED);
  // Text, then the number of a counted place, then its forms, and so on.
  const pattern = parts.map((piece, index) => {
    if (index % 3 === 0) return open(piece);
    if (index % 3 === 1) return "";
    return `(?:${[...piece.matchAll(FORM)].map(([, , form = ""]) => open(form, parts[index - 1])).join("|")})`;
  });
  return new RegExp(`^${pattern.join("")}$`, "s");
}
