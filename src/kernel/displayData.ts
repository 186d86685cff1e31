import { type MimeBundle, mimeBundleSchema } from "../notebook/output.ts";
import { counted } from "../run/views/numberFormat.ts";
import { redacted } from "../system/secrets.ts";
import { describeError } from "./cellStack.ts";
import { treeHtml } from "./displayHtml.ts";
import { base64, imageData } from "./displayImage.ts";
import { isTable, tableData } from "./displayTable.ts";
import { treeText } from "./displayText.ts";
import { clipped, oneLine, quoted, valueTree } from "./valueTree.ts";

/** How a value offers its own data: a method that returns, or promises, an object from MIME type to data. */
export const DISPLAY: unique symbol = Symbol.for("Jupyter.display");

/** Characters of a string that is shown by itself. */
const LONGEST_TEXT = 20_000;

/**
 * What a cell shows for a value: rich data that the value offers itself (`Symbol.for("Jupyter.display")`), or else an image,
 * a table, a tree or text. Text of the value is never taken for HTML. Never throws, whatever the value is.
 */
export async function displayData(value: unknown): Promise<MimeBundle> {
  return dataOf(value);
}

/** The same, at once where the value allows, so that what is displayed stays in order with what is printed. */
export function dataOf(value: unknown): MimeBundle | Promise<MimeBundle> {
  try {
    const offered = offeredData(value);
    if (offered === undefined) return plainData(value);
    if (!(offered instanceof Promise)) return checkedData(offered, value);
    return offered.then(
      (data: unknown) => checkedData(data, value),
      (error: unknown) => failedData(error, value),
    );
  } catch (error) {
    return failedData(error, value);
  }
}

function offeredData(value: unknown): unknown {
  if ((typeof value !== "object" && typeof value !== "function") || value === null) return undefined;
  const offer: unknown = Reflect.get(value, DISPLAY);
  if (typeof offer !== "function") return undefined;
  const data: unknown = offer.call(value);
  return isThenable(data) ? Promise.resolve(data) : (data ?? undefined);
}

function isThenable(value: unknown): value is PromiseLike<unknown> {
  return typeof value === "object" && value !== null && "then" in value && typeof value.then === "function";
}

/** Bytes are allowed for types that are binary: they travel as base64. */
function checkedData(data: unknown, value: unknown): MimeBundle {
  if (typeof data !== "object" || data === null) return plainData(value);
  const entries = Object.entries(data).filter(([, part]) => part !== undefined);
  const parsed = mimeBundleSchema.safeParse(
    Object.fromEntries(entries.map(([type, part]) => [type, part instanceof Uint8Array ? base64(part) : part])),
  );
  if (parsed.success && entries.length > 0) return parsed.data;
  const [issue] = parsed.success ? [] : parsed.error.issues;
  const where = issue === undefined ? "it is empty" : `${issue.path.join(".") || "it"}: ${issue.message}`;
  return failedData(new TypeError(`not an object from MIME type to text or JSON (${where})`), value);
}

function failedData(error: unknown, value: unknown): MimeBundle {
  // The tree runs no code of the value, so it comes about whatever the value is.
  return { "text/plain": `[The value's own display failed: ${briefError(error)}]\n${treeText(valueTree(value))}` };
}

function briefError(error: unknown): string {
  const { message } = describeError(error);
  return clipped(oneLine(message), 200);
}

function plainData(value: unknown): MimeBundle {
  if (typeof value === "string") return { "text/plain": stringText(value) };
  if (value instanceof Uint8Array) {
    const image = imageData(value);
    if (image !== undefined) return image;
  }
  if (isTable(value)) return tableData(value);
  const tree = valueTree(value);
  const text = treeText(tree);
  return tree.entries.length === 0 ? { "text/plain": text } : { "text/html": treeHtml(tree), "text/plain": text };
}

/** A text of several lines is for reading and stands as it is; one line is told from a number by its quotes. */
function stringText(whole: string): string {
  // Before it is cut: nothing would know the beginning of a key.
  const text = redacted(whole);
  const start = text.slice(0, LONGEST_TEXT);
  if (!start.includes("\n")) return quoted(text, LONGEST_TEXT);
  return text.length <= LONGEST_TEXT ? text : `${start}\n... ${counted(text.length - LONGEST_TEXT, "more character")}`;
}
