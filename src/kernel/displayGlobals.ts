import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { type MimeBundle, mimeBundleSchema } from "../notebook/output.ts";
import { currentCell } from "../sdk/cellHost.ts";
import { UserError } from "../system/userError.ts";
import type * as cellGlobals from "./cellGlobals.d.ts";
import { DISPLAY, dataOf } from "./displayData.ts";
import { escapeHtml } from "./displayHtml.ts";
import { imageData } from "./displayImage.ts";
import { briefText } from "./displayText.ts";

type DisplayGlobals = Pick<typeof cellGlobals, "display" | "html" | "md" | "svg" | "image">;

/** What cells show things with. @param folder that paths of images start in */
export function displayGlobals(folder: string): DisplayGlobals {
  return {
    display,
    html: (source: string | TemplateStringsArray, ...values: readonly unknown[]) =>
      new Markup("text/html", markupText("text/html", source, values)),
    svg: (source: string | TemplateStringsArray, ...values: readonly unknown[]) =>
      new Markup("image/svg+xml", markupText("image/svg+xml", source, values)),
    md: (source: string | TemplateStringsArray, ...values: readonly unknown[]) =>
      new Markup("text/markdown", markdownText(source, values)),
    image: (source) => new Picture(typeof source === "string" ? pictureFile(folder, source) : bytesData(source)),
  };
}

async function display(value: unknown, options: cellGlobals.CellDisplayOptions = {}): Promise<void> {
  const cell = currentCell();
  if (cell === undefined)
    throw new UserError("display() works in the cells of a notebook only; print with console.log.");
  const data = options.raw === true ? mimeBundleSchema.parse(value) : dataOf(value);
  // Without waiting where there is nothing to wait for: a line printed next must come next.
  cell.display(data instanceof Promise ? await data : data, options.id);
}

/** Text that is shown as what its MIME type says. */
class Markup {
  readonly #type: string;
  readonly #text: string;

  constructor(type: string, text: string) {
    this.#type = type;
    this.#text = text;
  }

  /** The text, when it is of the type. */
  ofType(type: string): string | undefined {
    return type === this.#type ? this.#text : undefined;
  }

  [DISPLAY](): MimeBundle {
    const plain = this.#type === "text/markdown" ? { "text/plain": this.#text } : {};
    return { [this.#type]: this.#text, ...plain };
  }
}

class Picture {
  readonly #data: MimeBundle;

  constructor(data: MimeBundle) {
    this.#data = data;
  }

  [DISPLAY](): MimeBundle {
    return this.#data;
  }
}

function markupText(type: string, source: string | TemplateStringsArray, values: readonly unknown[]): string {
  if (typeof source === "string") return source;
  return joined(source, values, (value): string => {
    if (Array.isArray(value)) return value.map((one: unknown) => markupOf(type, one)).join("");
    return markupOf(type, value);
  });
}

function markupOf(type: string, value: unknown): string {
  return (value instanceof Markup ? value.ofType(type) : undefined) ?? escapeHtml(valueText(value));
}

/** Within code of Markdown entities would be shown as they are written, and there HTML is none anyway. */
function markdownText(source: string | TemplateStringsArray, values: readonly unknown[]): string {
  if (typeof source === "string") return source;
  let before = "";
  return joined(source, values, (value, index) => {
    before += source[index] ?? "";
    const markdown = value instanceof Markup ? value.ofType("text/markdown") : undefined;
    if (markdown !== undefined) return markdown;
    const text = valueText(value);
    const fences = before.match(/```/g)?.length ?? 0;
    if (fences % 2 === 1) return text.replace(/`{3,}/g, (run) => [...run].join("\u200b"));
    return text.replace(/[&<]/g, (character) => (character === "<" ? "&lt;" : "&amp;"));
  });
}

function joined(
  source: TemplateStringsArray,
  values: readonly unknown[],
  text: (value: unknown, index: number) => string,
): string {
  return source.map((part, index) => (index < values.length ? `${part}${text(values[index], index)}` : part)).join("");
}

function valueText(value: unknown): string {
  return typeof value === "string" ? value : briefText(value, 2_000);
}

function pictureFile(folder: string, path: string): MimeBundle {
  const file = resolve(folder, path);
  let bytes: Buffer;
  try {
    bytes = readFileSync(file);
  } catch {
    throw new UserError(`There is no picture ${file}; name a PNG, JPEG, GIF, WebP or SVG file.`);
  }
  return bytesData(bytes, file);
}

function bytesData(bytes: Uint8Array, file?: string): MimeBundle {
  const data = imageData(bytes);
  if (data !== undefined) return data;
  const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString("utf8");
  if (isSvg(text)) return { "image/svg+xml": text };
  throw new UserError(`${file ?? "The bytes given to image()"}: not a PNG, JPEG, GIF, WebP or SVG picture.`);
}

/** A declaration, a document type or comments may come before the picture itself. */
function isSvg(text: string): boolean {
  const start = text.slice(0, 4_096).trimStart();
  return start.startsWith("<") && /<svg[\s/>]/i.test(start);
}
