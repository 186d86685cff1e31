import { RUN_OUTPUT_MIME } from "../run/runOutput.ts";
import { counted } from "../run/views/numberFormat.ts";
import { isJsonMime, type KeptOutput, type SavedOutput, writeOutput } from "./nbformatOutput.ts";
import type { MimeBundle } from "./output.ts";
import { cutText, fits, writtenBytes } from "./textCut.ts";

/** Bytes of a notebook's file that one output takes, at most. */
export const OUTPUT_BYTES = 64 * 1024;
/** Outputs of one cell that a notebook keeps; an editor shows no more. */
export const CELL_OUTPUTS = 500;

/** Room for names, braces and notes around an output's data. */
const AROUND_DATA = 4096;
/** Room that is left to text beside data that cannot be shortened. */
const TEXT_BESIDE = 8 * 1024;
/** Longest name of an error; others are no names. */
const ERROR_NAME = 200;
/** Representations of one value that are kept when it is too large, and what their names look like. */
const REPRESENTATIONS = 20;
const mimeName = /^[ -~]{1,100}$/;
/** Notes on what was left out that one output gets. */
const NOTES = 3;
/** How deep an output, and the data in it, stand in the file: one space of indent for each level. */
const [OUTPUT_DEPTH, DATA_DEPTH] = [4, 6];

/**
 * The outputs of a cell as a notebook keeps them: consecutive texts of one stream are one output, none takes more than
 * `OUTPUT_BYTES` of the file, and there are at most `CELL_OUTPUTS`. What is left out is named in its place. Outputs within
 * these limits stay as they are, so what was limited once is not limited again.
 */
export function limitOutputs(outputs: readonly SavedOutput[]): SavedOutput[] {
  const limited = joinStreams(outputs).map(limitOutput);
  if (limited.length <= CELL_OUTPUTS) return limited;
  const head = Math.floor(CELL_OUTPUTS / 2);
  const tail = CELL_OUTPUTS - head - 1;
  const text = `... ${counted(limited.length - head - tail, "output")} left out: a notebook keeps ${CELL_OUTPUTS} of a cell.\n`;
  const note: SavedOutput = { output: { type: "stream", name: "stderr", text }, metadata: {} };
  return [...limited.slice(0, head), note, ...limited.slice(-tail)];
}

/** One output within `OUTPUT_BYTES` of the file. */
export function limitOutput(saved: SavedOutput): SavedOutput {
  const { output, metadata } = saved;
  if (takesAtMost(saved, OUTPUT_BYTES)) return saved;
  if (output === undefined) return { output: leftOutText("an output of an unknown kind", saved), metadata: {} };
  // What a file says about an output is small, unless it is not what it seems.
  const kept = writtenJson(metadata, OUTPUT_DEPTH) <= AROUND_DATA / 4 ? metadata : {};
  const room = OUTPUT_BYTES - AROUND_DATA;
  switch (output.type) {
    case "stream":
      return { output: { ...output, text: cutText(output.text, room, leftOutLine) }, metadata: kept };
    case "error": {
      const name = output.name.slice(0, ERROR_NAME);
      const message = cutText(output.message, room / 4, leftOutLine);
      const stack = cutText(output.stack, room - writtenBytes(message) - writtenBytes(name), leftOutLine);
      return { output: { ...output, name, message, stack }, metadata: kept };
    }
    case "display":
    case "result":
      return { output: { ...output, data: limitBundle(output.data, room) }, metadata: kept };
  }
}

/** A size as people read it: "49.9 MB". */
export function sizeText(bytes: number): string {
  if (bytes < 1000) return counted(bytes, "byte");
  return bytes < 999_950 ? `${(bytes / 1000).toFixed(1)} KB` : `${(bytes / 1_000_000).toFixed(1)} MB`;
}

function leftOutLine(bytes: number): string {
  return `... ${sizeText(bytes)} left out: a notebook keeps ${OUTPUT_BYTES / 1024} KB of an output ...`;
}

/** Representations that must go whole go largest first, and a run's own never; text keeps its beginning and its end. */
function limitBundle(data: MimeBundle, room: number): MimeBundle {
  const entries = Object.entries(data)
    .filter(([mime]) => mimeName.test(mime))
    .slice(0, REPRESENTATIONS)
    .map(([mime, value]) => ({ mime, value, bytes: datumBytes(mime, value) }));
  const texts = entries.filter(({ mime }) => isText(mime)).sort((a, b) => a.bytes - b.bytes);
  const wholes = entries.filter(({ mime }) => !isText(mime)).sort((a, b) => rank(a) - rank(b));
  const beside = Math.min(
    texts.reduce((sum, { bytes }) => sum + bytes, 0),
    TEXT_BESIDE,
  );
  const kept: [string, MimeBundle[string]][] = [];
  const notes: string[] = [];
  let left = room - beside;
  for (const { mime, value, bytes } of wholes) {
    if (bytes <= left || mime === RUN_OUTPUT_MIME) {
      kept.push([mime, value]);
      left -= bytes;
    } else {
      notes.push(leftOutNote(mime, bytes));
    }
  }
  left = Math.max(0, left) + beside;
  for (const [at, { mime, value }] of texts.entries()) {
    const text = cutText(asText(value), Math.floor(left / (texts.length - at)), leftOutLine);
    kept.push([mime, text]);
    left -= writtenBytes(text);
  }
  return withNote(Object.fromEntries(kept), notes.slice(0, NOTES).join("\n"));
}

function isText(mime: string): boolean {
  return mime.startsWith("text/") && mime !== "text/html";
}

function rank({ mime, bytes }: { readonly mime: string; readonly bytes: number }): number {
  return mime === RUN_OUTPUT_MIME ? -1 : bytes;
}

/** Says what is missing where a reader will see it. */
function withNote(data: MimeBundle, note: string): MimeBundle {
  if (note === "") return data;
  const mimes = ["text/markdown", "text/plain"].filter((mime) => mime in data);
  if (mimes.length === 0) return { ...data, "text/plain": note };
  return { ...data, ...Object.fromEntries(mimes.map((mime) => [mime, `${asText(data[mime])}\n\n${note}`])) };
}

function leftOutNote(what: string, bytes: number): string {
  return (
    `... ${what} of ${sizeText(bytes)} left out: a notebook keeps ${OUTPUT_BYTES / 1024} KB of an output. ` +
    "To keep all of it, write it to a file in the cell."
  );
}

function leftOutText(what: string, saved: SavedOutput): KeptOutput {
  return { type: "display", data: { "text/plain": leftOutNote(what, writtenJson(writeOutput(saved), OUTPUT_DEPTH)) } };
}

function joinStreams(outputs: readonly SavedOutput[]): SavedOutput[] {
  const joined: { output: SavedOutput["output"]; metadata: SavedOutput["metadata"]; texts: string[] }[] = [];
  for (const { output, metadata } of outputs) {
    const last = joined.at(-1);
    const isPlain = output?.type === "stream" && Object.keys(metadata).length === 0;
    if (isPlain && last?.output?.type === "stream" && last.output.name === output.name && last.texts.length > 0) {
      last.texts.push(output.text);
    } else {
      joined.push({ output, metadata, texts: isPlain ? [output.text] : [] });
    }
  }
  // Joined once at the end, so that many short texts cost linear time.
  return joined.map(({ output, metadata, texts }) =>
    output?.type === "stream" && texts.length > 1
      ? { output: { ...output, text: texts.join("") }, metadata }
      : { output, metadata },
  );
}

function takesAtMost(saved: SavedOutput, bytes: number): boolean {
  const { output } = saved;
  const texts =
    output?.type === "stream" ? [output.text] : output?.type === "error" ? [output.message, output.stack] : [];
  // Spares writing out what is far too long.
  if (texts.some((text) => text.length > bytes)) return false;
  return writtenJson(writeOutput(saved), OUTPUT_DEPTH) <= bytes;
}

function datumBytes(mime: string, value: MimeBundle[string]): number {
  if (isJsonMime(mime)) return writtenJson(value, DATA_DEPTH);
  const text = asText(value);
  return fits(text, OUTPUT_BYTES) ? writtenBytes(text) : Math.max(Buffer.byteLength(text), OUTPUT_BYTES + 1);
}

function asText(value: MimeBundle[string] | undefined): string {
  return typeof value === "string" ? value : JSON.stringify(value ?? "");
}

/** Bytes of a value in a notebook's file. */
function writtenJson(value: MimeBundle[string], depth: number): number {
  const text = JSON.stringify(value, null, 1);
  let lines = 1;
  for (let at = text.indexOf("\n"); at !== -1; at = text.indexOf("\n", at + 1)) lines++;
  return Buffer.byteLength(text) + lines * depth;
}
