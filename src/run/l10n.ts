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

function filled(message: string, args: readonly (string | number | boolean)[]): string {
  return message.replace(/\{(\d+)\}/g, (place, index: string) => String(args[Number(index)] ?? place));
}
