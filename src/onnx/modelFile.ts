import { closeSync, fstatSync, openSync, readFileSync, readSync, statSync, writeSync } from "node:fs";
import { basename, dirname, isAbsolute, join, relative } from "node:path";
import { replaceFile } from "../run/durableFile.ts";
import { errorMessage, UserError } from "../system/userError.ts";
import { decodeModel, encodeModel, type Model, type Tensor } from "./proto.ts";
import { byteLength, makeLater } from "./tensor.ts";

/** Protocol buffers end at 2 GiB; what else is in a file needs some of it. */
export const LIMIT_BYTES = 2 ** 31 - 2 ** 24;
/** Small tensors stay in the file itself, where onnxruntime may fold them. */
const SMALL_BYTES = 1024;
/** Beginnings of pages, so that a file can be mapped into memory. */
const ALIGNMENT = 4096;

/**
 * Reads a model but for its weights: these are read from the file whenever they are asked for, and take no memory in between.
 * @throws UserError where the file, or one that it names, cannot be read, now or later
 */
export function readModel(file: string): Model {
  let read: ReturnType<typeof readApart>;
  try {
    read = readApart(file);
  } catch (thrown) {
    throw new UserError(`${file} is not an ONNX model that can be read: ${errorMessage(thrown)}`);
  }
  const { model, parts } = read;
  for (const [index, tensor] of model.graph.initializer.entries()) {
    const part = tensor.dataLocation === 1 ? externalPart(tensor, file) : parts[index];
    if (part !== undefined) leave(tensor, part);
  }
  return model;
}

/** A model without large weights, and where each of these lies in its file. */
function readApart(file: string): { model: Model; parts: (FilePart | undefined)[] } {
  const changed = changedAt(file);
  const bytes = readFileSync(file);
  const whole = decodeModel(bytes);
  const parts = whole.graph.initializer.map((tensor) => {
    const { rawData } = tensor;
    if (rawData.length < SMALL_BYTES) return undefined;
    tensor.rawData = new Uint8Array(0);
    return { file, changed, offset: rawData.byteOffset - bytes.byteOffset, length: rawData.length };
  });
  // What was read from the bytes of the file are views of them, each of which would keep all of them in memory.
  return { model: decodeModel(encodeModel(whole)), parts };
}

/** Bytes in a file that is as it was when it was first looked at. */
interface FilePart {
  readonly file: string;
  readonly changed: number;
  readonly offset: number;
  readonly length: number;
}

const changedAt = (file: string): number => statSync(file, { throwIfNoEntry: false })?.mtimeMs ?? 0;

function leave(tensor: Tensor, part: FilePart): void {
  const { name } = tensor;
  makeLater(tensor, part.length, () => readPart(name, part));
  Object.assign(tensor, { dataLocation: 0, externalData: [] });
}

function readPart(name: string, { file, changed, offset, length }: FilePart): Uint8Array {
  const bytes = new Uint8Array(length);
  try {
    const descriptor = openSync(file, "r");
    try {
      if (fstatSync(descriptor).mtimeMs !== changed) throw new Error("the file has changed meanwhile");
      readWhole(descriptor, bytes, offset);
    } finally {
      closeSync(descriptor);
    }
  } catch (thrown) {
    throw new UserError(`"${name}" cannot be read from ${file}: ${errorMessage(thrown)}`);
  }
  return bytes;
}

function externalPart(tensor: Tensor, file: string): FilePart {
  const folder = dirname(file);
  const entries = new Map(tensor.externalData.map(({ key, value }) => [key, value]));
  const location = entries.get("location") ?? "";
  const path = join(folder, location);
  const inside = relative(folder, path);
  if (location === "" || isAbsolute(location) || inside.startsWith(".."))
    throw new UserError(
      `${file} keeps "${tensor.name}" in "${location}", which is not beside it; export the model anew.`,
    );
  const [offset, length] = [Number(entries.get("offset") ?? 0), Number(entries.get("length") ?? 0)];
  try {
    const { size, mtimeMs } = statSync(path);
    if (offset + length > size) throw new Error(`it ends ${offset + length - size} bytes too early`);
    return { file: path, changed: mtimeMs, offset, length };
  } catch (thrown) {
    throw new UserError(`${file} keeps "${tensor.name}" in ${path}: ${errorMessage(thrown)}`);
  }
}

function readWhole(descriptor: number, bytes: Uint8Array, offset: number): void {
  for (let at = 0; at < bytes.length; ) {
    const count = readSync(descriptor, bytes, at, Math.min(bytes.length - at, 2 ** 30), offset + at);
    if (count === 0) throw new Error(`it ends ${bytes.length - at} bytes too early`);
    at += count;
  }
}

/** Bytes of a model's weights: most of what its file has. */
export const weightBytes = ({ graph }: Model): number =>
  graph.initializer.reduce((sum, tensor) => sum + byteLength(tensor), 0);

/**
 * Writes a model, in one step; one that is larger than a protocol buffer can be keeps its weights beside it, in
 * `<file>.data`.
 * @param limit bytes of weights from which they go into a file of their own
 */
export function writeModel(model: Model, file: string, limit: number = LIMIT_BYTES): void {
  replaceFile(file, encodeModel(weightBytes(model) < limit ? model : withWeightsIn(`${file}.data`, model)));
}

/** Writes a model's weights into a file. @returns the model without them, for a file beside that one */
export function withWeightsIn(data: string, model: Model): Model {
  const descriptor = openSync(data, "w");
  let offset = 0;
  try {
    const initializer = model.graph.initializer.map((tensor) => {
      const { rawData, ...described } = tensor;
      if (rawData.length < SMALL_BYTES) return tensor;
      offset = Math.ceil(offset / ALIGNMENT) * ALIGNMENT;
      writeWhole(descriptor, rawData, offset);
      const entries = { location: basename(data), offset, length: rawData.length };
      offset += rawData.length;
      const externalData = Object.entries(entries).map(([key, value]) => ({ key, value: String(value) }));
      return { ...described, rawData: new Uint8Array(0), dataLocation: 1, externalData };
    });
    return { ...model, graph: { ...model.graph, initializer } };
  } finally {
    closeSync(descriptor);
  }
}

function writeWhole(descriptor: number, bytes: Uint8Array, offset: number): void {
  for (let at = 0; at < bytes.length; )
    at += writeSync(descriptor, bytes, at, Math.min(bytes.length - at, 2 ** 30), offset + at);
}
