import { createHash } from "node:crypto";
import { UserError } from "../system/userError.ts";
import {
  isObject,
  type Json,
  type JsonObject,
  joinedText,
  ordered,
  orderedMembers,
  RESTORE,
  textLines,
  without,
} from "./nbformatJson.ts";
import { type Impersonal, impersonalOutput, readOutput, type SavedOutput, writeOutput } from "./nbformatOutput.ts";
import { limitOutputs } from "./outputLimits.ts";

/** A cell of a notebook. */
export interface NotebookCell {
  readonly kind: "code" | "markdown" | "raw";
  /** "typescript" or "javascript" for code that a kernel of ours runs; "markdown" and "raw" for the other kinds. */
  readonly languageId: string;
  /** Lines end in a line feed alone. */
  readonly source: string;
  /** Empty but for code. */
  readonly outputs: readonly SavedOutput[];
  /**
   * All that the file says of the cell besides, under the file's own names: `id`, `metadata`, `attachments` and whatever
   * is unknown. A cell of an unknown type (shown as raw) has everything in here, and only it has a member `cell_type`.
   */
  readonly metadata: JsonObject;
}

/** What the format allows as a cell's id. */
const validId = /^[a-zA-Z0-9_-]{1,64}$/;

/** The id of a cell that was read, or that `writeNotebook` wrote; undefined for a new cell. */
export function cellId({ metadata }: NotebookCell): string | undefined {
  return typeof metadata.id === "string" && validId.test(metadata.id) ? metadata.id : undefined;
}

/**
 * The cells with an id each: those that have one keep it (of equal ones the first), the others get one made from their
 * content, so that saving the same notebook again gives the same bytes.
 */
export function withIds(cells: readonly NotebookCell[]): NotebookCell[] {
  const keepers = new Map<string, NotebookCell>();
  for (const cell of cells) {
    const id = cellId(cell);
    if (id !== undefined && !keepers.has(id)) keepers.set(id, cell);
  }
  const taken = new Set(keepers.keys());
  return cells.map((cell) => {
    const own = cellId(cell);
    if (own !== undefined && keepers.get(own) === cell) return cell;
    const id = newId(cell, taken);
    taken.add(id);
    return { ...cell, metadata: { ...cell.metadata, id } };
  });
}

/** Eight hexadecimal digits, as most writers of notebooks make them. */
function newId({ kind, source }: NotebookCell, taken: ReadonlySet<string>): string {
  for (let attempt = 0; ; attempt++) {
    const id = createHash("sha256").update(`${attempt}\n${kind}\n${source}`).digest("hex").slice(0, 8);
    if (!taken.has(id)) return id;
  }
}

/**
 * @param value element of the notebook's `cells`
 * @param place how messages name it
 * @param language of code cells that name none
 */
export function readCell(value: Json, place: string, language: string): NotebookCell {
  if (!isObject(value)) throw new UserError(`${place} is no object. ${RESTORE}`);
  const { cell_type: type, metadata = {}, outputs = [] } = value;
  if (typeof type !== "string") throw new UserError(`${place} has no "cell_type". ${RESTORE}`);
  if (!isObject(metadata)) throw new UserError(`${place}: its "metadata" is no object. ${RESTORE}`);
  const source = sourceText(value.source);
  if (type !== "code" && type !== "markdown" && type !== "raw") {
    return { kind: "raw", languageId: "raw", source: source ?? "", outputs: [], metadata: value };
  }
  if (source === undefined)
    throw new UserError(`${place}: its "source" is neither text nor a list of lines. ${RESTORE}`);
  const rest = without(value, ["cell_type", "source"]);
  if (type !== "code") return { kind: type, languageId: type, source, outputs: [], metadata: rest };
  if (!Array.isArray(outputs) || !outputs.every(isObject)) {
    throw new UserError(`${place}: its "outputs" are no list of objects. ${RESTORE}`);
  }
  return {
    kind: "code",
    languageId: ownLanguage(metadata) ?? language,
    source,
    outputs: outputs.map(readOutput),
    metadata: without(rest, ["outputs", "execution_count"]),
  };
}

/** @param language of code cells that name none */
export function writeCell(cell: NotebookCell, language: string, impersonal: Impersonal): JsonObject {
  const { kind, metadata, outputs } = cell;
  const source = withLineFeeds(cell.source);
  if (
    kind === "raw" &&
    typeof metadata.cell_type === "string" &&
    !["code", "markdown", "raw"].includes(metadata.cell_type)
  ) {
    const unchanged = (sourceText(metadata.source) ?? "") === source;
    return ordered(unchanged ? metadata : { ...metadata, source: textLines(source) }) as JsonObject;
  }
  const rest = without(metadata, ["cell_type", "source", "outputs", "execution_count", "metadata"]);
  const own = isObject(metadata.metadata) ? metadata.metadata : {};
  const members: [string, Json][] = [
    ...Object.entries(rest).map(([name, value]): [string, Json] => [name, ordered(value)]),
    ["cell_type", kind],
    ["metadata", ordered(kind === "code" ? codeMetadata(own, cell.languageId, language) : own)],
    ["source", textLines(source)],
  ];
  const written = limitOutputs(outputs.map((output) => impersonalOutput(output, impersonal))).map(writeOutput);
  if (kind === "code") members.push(["execution_count", null], ["outputs", written]);
  return orderedMembers(members);
}

function sourceText(value: Json | undefined): string | undefined {
  const text = joinedText(value);
  return text && withLineFeeds(text);
}

/** Source code reads the same whatever its lines end in, and files should not depend on the machine they are saved on. */
function withLineFeeds(text: string): string {
  return text.replace(/\r\n?/g, "\n");
}

/** The language that a cell itself names, the way VS Code does in notebooks of several languages. */
function ownLanguage({ vscode }: JsonObject): string | undefined {
  return isObject(vscode) && typeof vscode.languageId === "string" ? vscode.languageId : undefined;
}

/** Names the cell's language where it is another than the notebook's, and leaves out when the cell was run. */
function codeMetadata(metadata: JsonObject, languageId: string, language: string): JsonObject {
  const kept = without(metadata, ["execution"]);
  if (languageId === (ownLanguage(kept) ?? language)) return kept;
  const vscode = isObject(kept.vscode) ? without(kept.vscode, ["languageId"]) : {};
  if (languageId !== language) return { ...kept, vscode: { ...vscode, languageId } };
  return Object.keys(vscode).length > 0 ? { ...kept, vscode } : without(kept, ["vscode"]);
}
