import {
  isObject,
  type Json,
  type JsonObject,
  joinedText,
  ordered,
  orderedMembers,
  textLines,
  without,
} from "./nbformatJson.ts";
import type { MimeBundle, Output } from "./output.ts";

/** An output that a notebook can hold: what a cell gives, but for the wish to remove what it gave before. */
export type KeptOutput = Exclude<Output, { readonly type: "clear" }>;

/** An output as a notebook's file holds it. */
export interface SavedOutput {
  /** Undefined for an output that this version cannot show: of an unknown type, or not as the format wants it. */
  readonly output: KeptOutput | undefined;
  /**
   * All that the file says of the output besides: normally `{}` or `{ metadata: {...} }`. For one that cannot be shown it is
   * the whole output, and only then has a member `output_type`.
   */
  readonly metadata: JsonObject;
}

/** The output that an element of a code cell's `outputs` means. Nothing of it is lost but the execution count. */
export function readOutput(value: JsonObject): SavedOutput {
  const output = knownOutput(value);
  if (output === undefined) return { output, metadata: value };
  const rest = without(value, ["output_type", "execution_count", ...membersOf[output.type]]);
  const nothingSaid = isObject(rest.metadata) && Object.keys(rest.metadata).length === 0;
  return { output, metadata: nothingSaid ? without(rest, ["metadata"]) : rest };
}

/** Takes out of text what says where on this machine, or whose, something is. */
export type Impersonal = (text: string) => string;

/**
 * An output whose error, if it is one, names no place of this machine. (What a cell itself prints and shows is the
 * author's to judge.)
 */
export function impersonalOutput(saved: SavedOutput, impersonal: Impersonal): SavedOutput {
  const { output, metadata } = saved;
  if (output?.type !== "error") return saved;
  const { name, message, stack } = output;
  return { output: { type: "error", name, message: impersonal(message), stack: impersonal(stack) }, metadata };
}

/** The element of `outputs` that holds an output. */
export function writeOutput({ output, metadata }: SavedOutput): JsonObject {
  if (output === undefined) return isObject(metadata) ? orderedMembers(Object.entries(metadata)) : {};
  const rest = Object.entries(without(metadata, ["output_type", "execution_count", ...membersOf[output.type]]))
    .filter(([name, value]) => name !== "metadata" || isObject(value))
    .map(([name, value]) => [name, ordered(value)] as const);
  switch (output.type) {
    case "stream":
      return orderedMembers([
        ...rest,
        ["name", output.name],
        ["output_type", "stream"],
        ["text", textLines(output.text)],
      ]);
    case "display":
      return orderedMembers([
        ["metadata", {}],
        ...rest,
        ["data", writeData(output.data)],
        ["output_type", "display_data"],
      ]);
    case "result":
      return orderedMembers([
        ["metadata", {}],
        ...rest,
        ["data", writeData(output.data)],
        ["execution_count", null],
        ["output_type", "execute_result"],
      ]);
    case "error":
      return orderedMembers([
        ...rest,
        ["ename", output.name],
        ["evalue", output.message],
        ["output_type", "error"],
        ["traceback", output.stack === "" ? [] : output.stack.split("\n")],
      ]);
  }
}

/** Whether data of this MIME type may be any JSON; all other data is text (or base64). */
export function isJsonMime(mime: string): boolean {
  return /^application\/(?:.*\+)?json$/.test(mime);
}

/** Text that people read line by line in a file. */
function hasLines(mime: string): boolean {
  return mime.startsWith("text/") || mime === "image/svg+xml" || mime === "application/javascript";
}

/** Members of the file's output that its meaning is made of. */
const membersOf: Readonly<Record<KeptOutput["type"], readonly string[]>> = {
  stream: ["name", "text"],
  display: ["data"],
  result: ["data"],
  error: ["ename", "evalue", "traceback"],
};

function knownOutput(value: JsonObject): KeptOutput | undefined {
  switch (value.output_type) {
    case "stream": {
      const text = joinedText(value.text);
      const { name } = value;
      return text !== undefined && (name === "stdout" || name === "stderr")
        ? { type: "stream", name, text }
        : undefined;
    }
    case "display_data":
    case "execute_result": {
      const data = readData(value.data);
      return data && { type: value.output_type === "display_data" ? "display" : "result", data };
    }
    case "error": {
      const { ename, evalue, traceback } = value;
      if (typeof ename !== "string" || typeof evalue !== "string" || !Array.isArray(traceback)) return undefined;
      if (!traceback.every((line) => typeof line === "string")) return undefined;
      return { type: "error", name: ename, message: evalue, stack: traceback.join("\n") };
    }
    default:
      return undefined;
  }
}

function readData(data: Json | undefined): MimeBundle | undefined {
  if (!isObject(data)) return undefined;
  const read = Object.entries(data).map(
    ([mime, value]) => [mime, isJsonMime(mime) ? value : joinedText(value)] as const,
  );
  const known = read.filter((entry): entry is readonly [string, Json] => entry[1] !== undefined);
  return known.length === read.length ? Object.fromEntries(known) : undefined;
}

/** The members of JSON data keep their order: a reader sees them in it. */
function writeData(data: MimeBundle): JsonObject {
  return orderedMembers(Object.entries(data).map(([mime, value]) => [mime, writeDatum(mime, value)] as const));
}

function writeDatum(mime: string, value: Json): Json {
  if (isJsonMime(mime)) return value;
  // The format knows nothing but text here; some libraries give JSON all the same.
  const text = typeof value === "string" ? value : JSON.stringify(value);
  return hasLines(mime) ? textLines(text) : text;
}
