import { type Notebook, readNotebook } from "../notebook/nbformat.ts";
import { cellId } from "../notebook/nbformatCell.ts";
import { UserError } from "../system/userError.ts";
import { decodedText, utf16Of } from "./decodedText.ts";
import type { SourceLanguage } from "./definition.ts";
import { mayHold } from "./mayHold.ts";
import type { SourceText } from "./readSource.ts";

/** Larger texts are not read: they are bundles and data, and would take longer than anybody waits. */
export const LARGEST_SOURCE = 1_000_000;
/** Notebooks hold pictures and tables besides their code. */
const LARGEST_NOTEBOOK_BYTES = 16_000_000;

const languages: Readonly<Record<string, SourceLanguage>> = {
  ts: "typescript",
  mts: "typescript",
  cts: "typescript",
  tsx: "typescriptreact",
  js: "javascript",
  mjs: "javascript",
  cjs: "javascript",
  jsx: "javascriptreact",
  py: "python",
};

/** The languages in which definitions are found, by the editor's names for them. */
export const sourceLanguages: readonly SourceLanguage[] = [...new Set(Object.values(languages))];

/** True for the editor's name of a language in which definitions are found. */
export function isSourceLanguage(language: string): language is SourceLanguage {
  return sourceLanguages.some((known) => known === language);
}

/** The language of a file by its name; undefined for notebooks and everything else. */
export function languageOf(uri: string): SourceLanguage | undefined {
  return languages[extensionOf(uri)];
}

export function isNotebook(uri: string): boolean {
  return ["optnb", "ipynb"].includes(extensionOf(uri));
}

/** Most bytes that are read of a file. */
export function largestBytes(uri: string): number {
  return isNotebook(uri) ? LARGEST_NOTEBOOK_BYTES : LARGEST_SOURCE;
}

/**
 * The text of a file, or of each code cell of a notebook in their order; nothing where it is binary or no notebook.
 * @param options.all false to have nothing of a file that can hold no definition, without decoding it
 * @returns undefined for a file that is not worth reading
 */
export function sourcesIn(
  uri: string,
  bytes: Uint8Array,
  { all }: { readonly all: boolean },
): readonly SourceText[] | undefined {
  const language = languageOf(uri);
  if (!all && !mayHoldBytes(bytes, language)) return undefined;
  if (language === undefined) return isNotebook(uri) ? cellsIn(uri, bytes) : undefined;
  const text = decodedText(bytes);
  return text === undefined ? [] : [{ location: { uri }, language, text }];
}

/** What is looked for is ASCII, which stands in UTF-8 as it stands in the encoding of single bytes. */
function mayHoldBytes(bytes: Uint8Array, language: SourceLanguage | undefined): boolean {
  const text =
    utf16Of(bytes) === undefined
      ? Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString("latin1")
      : (decodedText(bytes) ?? "");
  return language === undefined ? mayHold(text, "typescript") || mayHold(text, "python") : mayHold(text, language);
}

function cellsIn(uri: string, bytes: Uint8Array): readonly SourceText[] {
  return (notebookIn(bytes)?.cells ?? []).flatMap((cell): SourceText[] => {
    const { kind, languageId, source } = cell;
    const id = cellId(cell);
    if (kind !== "code" || id === undefined || !isSourceLanguage(languageId)) return [];
    return source.length > LARGEST_SOURCE ? [] : [{ location: { uri, cell: id }, language: languageId, text: source }];
  });
}

/** Whoever opens a notebook that cannot be read is told why by then. */
function notebookIn(bytes: Uint8Array): Notebook | undefined {
  try {
    return readNotebook(bytes);
  } catch (error) {
    if (error instanceof UserError) return undefined;
    throw error;
  }
}

function extensionOf(uri: string): string {
  return /\.(\w+)(?:$|[?#])/.exec(uri)?.[1]?.toLowerCase() ?? "";
}
