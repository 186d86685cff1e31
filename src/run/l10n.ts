import { countText } from "./views/numberFormat.ts";

/**
 * The translation of messages that people read. A message is its own English, with places `{0}`, `{1}`, ... for values; the
 * editor's `vscode.l10n` is such a translation, and what knows no editor gets one as an argument.
 */
export interface L10n {
  t(message: string, ...args: (string | number | boolean)[]): string;
}

/** Translations by their English message, as the editor loads them for its language. */
export type Messages = Readonly<Record<string, string>>;

/** Translates what is among the messages; everything else stays English. */
export function translator(messages: Messages): L10n {
  const known = new Map(Object.entries(messages));
  return { t: (message, ...args) => filled(known.get(message) || message, args) };
}

/** English as it is written: what terminals, reports and files say, whatever language the editor speaks. */
export const english: L10n = translator({});

/**
 * A message that counts things, in the form that the reader's language has for so many of them. It is written as ICU's
 * MessageFormat writes it: `plural(l10n, "{0, plural, one {# row} other {# rows}} of {1}", 1, name)`, with the categories of
 * the Unicode CLDR (zero, one, two, few, many, other); `#` is the number with thousands separated.
 * @throws Error where what is counted is no number, or the message has no form for the others
 */
export function plural(l10n: L10n, message: string, ...args: (string | number)[]): string {
  const rules = rulesOf(l10n);
  const formed = l10n.t(message).replace(COUNTED, (_, place: string, forms: string) => {
    const count = args[Number(place)];
    if (typeof count !== "number") throw new Error(`${message} counts ${count}, which is no number`);
    const byCategory = new Map([...forms.matchAll(FORM)].map(([, category, form]) => [category, form]));
    const form = byCategory.get(rules.select(count)) ?? byCategory.get("other");
    if (form === undefined) throw new Error(`${message} has no form for ${count}`);
    return form.replaceAll("#", `{${place}}`);
  });
  return filled(
    formed,
    args.map((arg) => (typeof arg === "number" ? countText(arg) : arg)),
  );
}

/** What stands between the braces of a form: text, and places for other values. */
const FORM_TEXT = "(?:[^{}]|\\{\\d+\\})*";
/** A counted place with all its forms, and one of them. */
export const COUNTED = new RegExp(`\\{(\\d+), plural,((?:\\s*[a-z]+\\s*\\{${FORM_TEXT}\\})+)\\s*\\}`, "g");
export const FORM = new RegExp(`([a-z]+)\\s*\\{(${FORM_TEXT})\\}`, "g");

/** Forms for numbers as they are shown: with one decimal at most. */
function rulesOf(l10n: L10n): Intl.PluralRules {
  // Whoever translates the messages writes here which language's forms they have, as BCP 47 names it.
  const language = l10n.t("en");
  const known = knownRules.get(language);
  if (known !== undefined) return known;
  const rules = new Intl.PluralRules(isLanguage(language) ? language : "en", { maximumFractionDigits: 1 });
  knownRules.set(language, rules);
  return rules;
}

const knownRules = new Map<string, Intl.PluralRules>();

function isLanguage(tag: string): boolean {
  try {
    return Intl.PluralRules.supportedLocalesOf(tag).length > 0;
  } catch {
    // No tag of a language at all.
    return false;
  }
}

function filled(message: string, args: readonly (string | number | boolean)[]): string {
  return message.replace(/\{(\d+)\}/g, (place, index: string) => String(args[Number(index)] ?? place));
}
