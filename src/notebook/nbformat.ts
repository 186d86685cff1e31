import { UserError } from "../system/userError.ts";
import { type NotebookCell, readCell, withIds, writeCell } from "./nbformatCell.ts";
import {
  isObject,
  type Json,
  type JsonObject,
  jsonOf,
  ordered,
  orderedMembers,
  RESTORE,
  without,
} from "./nbformatJson.ts";
import type { Impersonal } from "./nbformatOutput.ts";

/** A notebook document: nbformat 4 (a Jupyter notebook file), whose code is TypeScript unless it says otherwise. */
export interface Notebook {
  readonly cells: readonly NotebookCell[];
  /** All that the file says besides its cells, under the file's own names: `metadata` and whatever is unknown. */
  readonly metadata: JsonObject;
}

/** Version of what this product itself says in a notebook (`metadata.optimas`); raised when older readers could misread it. */
export const NOTEBOOK_FORMAT = 1;

/** What is written is nbformat 4.5, or the later minor version that the file had. */
const MAJOR = 4;
const MINOR = 5;

/**
 * Reads the bytes of a notebook file. Minor versions after 4.5 are read too, as the format wants it: they only add, and
 * what they add is kept. A file without content, as "New File" makes it, is a notebook without cells.
 * @param where how messages name the file
 * @throws UserError for everything that is no notebook, damaged, or of a newer version than this one can keep whole
 */
export function readNotebook(bytes: Uint8Array, where = "This file"): Notebook {
  const value = jsonOf(bytes, where);
  if (value === undefined) return { cells: [], metadata: {} };
  const { cells, metadata, minor, rest } = notebookIn(value, where);
  refuseNewer(metadata, where);
  const language = languageOf(metadata);
  return {
    cells: withIds(cells.map((cell, at) => readCell(cell, `${where}, cell ${at + 1}`, language))),
    metadata: { ...rest, ...(minor > MINOR && { nbformat_minor: minor }), metadata },
  };
}

/**
 * The text of a notebook's file, always the same for the same notebook: members in the order of their names, one space
 * of indent, as Jupyter itself writes. It holds no execution counts and no timings, and of each output no more than
 * `limitOutputs` leaves.
 * @param impersonal applied to what errors say, so that the file names no folders of this machine
 */
export function writeNotebook({ cells, metadata }: Notebook, impersonal: Impersonal = (text) => text): string {
  const own = isObject(metadata.metadata) ? metadata.metadata : {};
  const language = languageOf(own);
  const { nbformat_minor: minor } = metadata;
  const file = orderedMembers([
    ...Object.entries(without(metadata, ["cells", "metadata", "nbformat", "nbformat_minor"])).map(
      ([name, value]): [string, Json] => [name, ordered(value)],
    ),
    ["cells", withIds(cells).map((cell) => writeCell(cell, language, impersonal))],
    ["metadata", ordered(describedMetadata(own))],
    ["nbformat", MAJOR],
    ["nbformat_minor", typeof minor === "number" && minor > MINOR ? minor : MINOR],
  ]);
  return `${JSON.stringify(file, null, 1)}\n`;
}

function notebookIn(value: Json, where: string) {
  if (!isObject(value) || !("nbformat" in value || "cells" in value || "worksheets" in value)) {
    throw new UserError(`${where} is JSON, but no notebook: it has no "nbformat" and no "cells". It is left as it is.`);
  }
  const { nbformat, nbformat_minor: minor, cells, metadata = {} } = value;
  if (typeof nbformat !== "number") throw new UserError(`${where}: its "nbformat" is no number. ${RESTORE}`);
  if (nbformat > MAJOR) {
    throw new UserError(
      `${where} is of a newer notebook format (${nbformat}) than this version of Optimas reads (${MAJOR}). Update Optimas; ` +
        "the file is left as it is.",
    );
  }
  if (nbformat !== MAJOR) {
    throw new UserError(
      `${where} is of the old notebook format ${nbformat}. Convert it: jupyter nbconvert --to notebook --inplace FILE`,
    );
  }
  if (typeof minor !== "number" || !Number.isSafeInteger(minor) || minor < 0) {
    throw new UserError(`${where}: its "nbformat_minor" is no whole number. ${RESTORE}`);
  }
  if (!Array.isArray(cells)) throw new UserError(`${where}: its "cells" are no list. ${RESTORE}`);
  if (!isObject(metadata)) throw new UserError(`${where}: its "metadata" is no object. ${RESTORE}`);
  return { cells, metadata, minor, rest: without(value, ["cells", "metadata", "nbformat", "nbformat_minor"]) };
}

function refuseNewer({ optimas }: JsonObject, where: string): void {
  if (!isObject(optimas) || typeof optimas.format !== "number" || optimas.format <= NOTEBOOK_FORMAT) return;
  throw new UserError(
    `${where} was written by a newer version of Optimas (format ${optimas.format}; this one reads up to ` +
      `${NOTEBOOK_FORMAT}). Update Optimas; the file is left as it is.`,
  );
}

/** The language of code cells that name none. */
function languageOf({ language_info: info, kernelspec }: JsonObject): string {
  const named = (isObject(info) ? info.name : undefined) ?? (isObject(kernelspec) ? kernelspec.language : undefined);
  return typeof named === "string" ? named : "typescript";
}

/** What every reader needs to colour and to run the code, unless the notebook has its own. */
function describedMetadata(metadata: JsonObject): JsonObject {
  const optimas = isObject(metadata.optimas) ? metadata.optimas : {};
  return {
    ...metadata,
    kernelspec: metadata.kernelspec ?? {
      name: "optimas",
      display_name: "TypeScript (Optimas)",
      language: "typescript",
    },
    language_info: metadata.language_info ?? languageInfo,
    optimas: { ...optimas, format: NOTEBOOK_FORMAT },
  };
}

const languageInfo: JsonObject = {
  name: "typescript",
  file_extension: ".ts",
  mimetype: "text/typescript",
  codemirror_mode: { name: "javascript", typescript: true },
  pygments_lexer: "typescript",
};
