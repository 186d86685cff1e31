const UNITS = [
  ["year", 365 * 24 * 3600],
  ["month", 30 * 24 * 3600],
  ["week", 7 * 24 * 3600],
  ["day", 24 * 3600],
  ["hour", 3600],
  ["minute", 60],
] as const;

/** "5 minutes ago", "yesterday", "now", in the editor's language. Times to come count as now. */
export function ageWords(at: number, now: number, language: string): string {
  const seconds = Math.max(0, (now - at) / 1000);
  const format = new Intl.RelativeTimeFormat(supported(language), { numeric: "auto" });
  const [unit, length] = UNITS.find(([, length]) => seconds >= length) ?? ["second", 0];
  return length === 0 ? format.format(0, "second") : format.format(-Math.floor(seconds / length), unit);
}

/** The editor's names of languages are those of the standard but for tests of translations ("qps-ploc"). */
function supported(language: string): string {
  try {
    return Intl.RelativeTimeFormat.supportedLocalesOf(language)[0] ?? "en";
  } catch {
    return "en";
  }
}
