const UNITS: Readonly<Record<string, number>> = { K: 1024, M: 1024 ** 2, G: 1024 ** 3, T: 1024 ** 4 };

/** Bytes that people mean: "500MB", "2 GiB", in units of 1,024. Undefined where the text is no size. */
export function bytesIn(text: string): number | undefined {
  const [, number = "", unit = ""] = /^\s*([\d.]+)\s*([KMGT])i?B?\s*$/i.exec(text) ?? [];
  const bytes = Math.round(Number(number) * (UNITS[unit.toUpperCase()] ?? Number.NaN));
  return Number.isSafeInteger(bytes) && bytes > 0 ? bytes : undefined;
}
