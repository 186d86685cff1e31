import type { Int64, Tensor } from "./proto.ts";

/** Numbers of the types of elements in files, by the names that onnxruntime gives them. */
export const elementType = {
  float32: 1,
  uint8: 2,
  int8: 3,
  int32: 6,
  int64: 7,
  string: 8,
  bool: 9,
  float16: 10,
  float64: 11,
} as const;

const names = new Map<number, string>(Object.entries(elementType).map(([name, number]) => [number, name]));

export const elementTypeName = (number: number): string => names.get(number) ?? `type ${number}`;

export function toNumber(value: Int64): number {
  return typeof value === "number" ? value : value.toNumber();
}

export const shapeOf = (tensor: Tensor): number[] => tensor.dims.map(toNumber);

export const elementsIn = (shape: readonly number[]): number => shape.reduce((product, size) => product * size, 1);

function tensor(name: string, dataType: number, shape: readonly number[], values: ArrayBufferView): Tensor {
  return {
    name,
    dims: [...shape],
    dataType,
    rawData: new Uint8Array(values.buffer, values.byteOffset, values.byteLength),
    floatData: [],
    int32Data: [],
    int64Data: [],
    doubleData: [],
    externalData: [],
    dataLocation: 0,
  };
}

/** How many bytes a tensor's values have that are made when they are asked for. */
const laterBytes = new WeakMap<Tensor, number>();

/** Leaves a tensor's values where they come from: they are made each time they are asked for, and take no memory between. */
export function makeLater(tensor: Tensor, length: number, bytes: () => Uint8Array): void {
  laterBytes.set(tensor, length);
  Object.defineProperty(tensor, "rawData", { enumerable: true, get: bytes });
}

export const byteLength = (tensor: Tensor): number => laterBytes.get(tensor) ?? tensor.rawData.length;

/** @throws RangeError where the number of values is not the product of the shape */
export function floatTensor(name: string, shape: readonly number[], values: Float32Array): Tensor {
  if (values.length !== elementsIn(shape))
    throw new RangeError(`${name}: ${values.length} values for a tensor of ${shape.join(" x ")}`);
  return tensor(name, elementType.float32, shape, values);
}

/** A tensor whose values are made each time they are asked for. */
export function laterFloats(name: string, shape: readonly number[], values: () => Float32Array): Tensor {
  const made = tensor(name, elementType.float32, shape, new Uint8Array(0));
  makeLater(made, 4 * elementsIn(shape), () => floatTensor(name, shape, values()).rawData);
  return made;
}

export function integerTensor(name: string, shape: readonly number[], values: readonly number[]): Tensor {
  return tensor(name, elementType.int64, shape, BigInt64Array.from(values, BigInt));
}

/** The values of a tensor of 32-bit floats, without a copy where memory allows; undefined for other types. */
export function floatsOf({ dataType, rawData, floatData }: Tensor): Float32Array | undefined {
  if (dataType !== elementType.float32) return undefined;
  if (rawData.length === 0) return Float32Array.from(floatData);
  const { buffer, byteOffset, byteLength } = rawData.byteOffset % 4 === 0 ? rawData : Uint8Array.from(rawData);
  return new Float32Array(buffer, byteOffset, byteLength / 4);
}

/** The values of a tensor of integers; undefined for other types. Those beyond 2^53 lose their last digits. */
export function integersOf({ dataType, rawData, int32Data, int64Data }: Tensor): number[] | undefined {
  if (dataType !== elementType.int64 && dataType !== elementType.int32) return undefined;
  const wide = dataType === elementType.int64;
  if (rawData.length === 0) return wide ? int64Data.map(toNumber) : [...int32Data];
  const { buffer } = Uint8Array.from(rawData);
  return wide ? Array.from(new BigInt64Array(buffer), Number) : [...new Int32Array(buffer)];
}
