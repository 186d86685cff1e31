import protobuf from "protobufjs";

/**
 * As much of the ONNX file format (onnx.ai, IR version 4 and later) as graphs of transformers use. Fields that are not
 * listed are kept as they are and written back.
 */
const schema = `
  syntax = "proto2";
  message Model {
    optional int64 ir_version = 1;
    repeated OperatorSet opset_import = 8;
    optional string producer_name = 2;
    optional string producer_version = 3;
    optional Graph graph = 7;
    repeated Entry metadata_props = 14;
  }
  message OperatorSet { optional string domain = 1; optional int64 version = 2; }
  message Entry { optional string key = 1; optional string value = 2; }
  message Graph {
    repeated Node node = 1;
    optional string name = 2;
    repeated Tensor initializer = 5;
    repeated Value input = 11;
    repeated Value output = 12;
    repeated Value value_info = 13;
  }
  message Node {
    repeated string input = 1;
    repeated string output = 2;
    optional string name = 3;
    optional string op_type = 4;
    repeated Attribute attribute = 5;
    optional string domain = 7;
    repeated Entry metadata_props = 9;
  }
  message Attribute {
    optional string name = 1;
    optional float f = 2;
    optional int64 i = 3;
    optional bytes s = 4;
    optional Tensor t = 5;
    optional Graph g = 6;
    repeated float floats = 7;
    repeated int64 ints = 8;
    optional int32 type = 20;
  }
  message Tensor {
    repeated int64 dims = 1;
    optional int32 data_type = 2;
    repeated float float_data = 4 [packed = true];
    repeated int32 int32_data = 5 [packed = true];
    repeated int64 int64_data = 7 [packed = true];
    optional string name = 8;
    optional bytes raw_data = 9;
    repeated double double_data = 10 [packed = true];
    repeated Entry external_data = 13;
    optional int32 data_location = 14;
  }
  message Value { optional string name = 1; optional Type type = 2; }
  message Type { optional TensorType tensor_type = 1; }
  message TensorType { optional int32 elem_type = 1; optional Shape shape = 2; }
  message Shape { repeated Dimension dim = 1; }
  message Dimension { optional int64 dim_value = 1; optional string dim_param = 2; }
`;

/** A 64-bit integer: what is read comes as an object, what is written may be a number. */
export type Int64 = number | { toNumber(): number; toString(): string };

export interface Entry {
  key: string;
  value: string;
}

export interface Model {
  irVersion: Int64;
  opsetImport: { domain: string; version: Int64 }[];
  producerName: string;
  graph: Graph;
  metadataProps: Entry[];
}

export interface Graph {
  name: string;
  node: Node[];
  initializer: Tensor[];
  input: Value[];
  output: Value[];
  valueInfo: Value[];
}

export interface Node {
  name: string;
  opType: string;
  /** Empty for the operators of the standard. */
  domain: string;
  /** Names of tensors; "" where an optional one is left out. */
  input: string[];
  output: string[];
  attribute: Attribute[];
  metadataProps: Entry[];
}

export interface Attribute {
  name: string;
  /** One of `attributeType`. */
  type: number;
  f?: number;
  i?: Int64;
  s?: Uint8Array;
  t?: Tensor | null;
  g?: Graph | null;
  ints?: Int64[];
}

export interface Tensor {
  name: string;
  dims: Int64[];
  /** One of `elementType`. */
  dataType: number;
  rawData: Uint8Array;
  floatData: number[];
  int32Data: number[];
  int64Data: Int64[];
  doubleData: number[];
  externalData: Entry[];
  /** 1 where the values lie in a file of their own. */
  dataLocation: number;
}

export interface Value {
  name: string;
  type?: { tensorType?: { elemType: number; shape?: { dim: Dimension[] } | null } | null } | null;
}

/** Either of the two; a field that is there counts as told, and the last one told holds. */
export interface Dimension {
  dimValue?: Int64;
  dimParam?: string;
}

export const attributeType = { float: 1, int: 2, string: 3, tensor: 4, graph: 5, floats: 6, ints: 7 } as const;

const modelType = protobuf.parse(schema).root.lookupType("Model");

/** @throws Error where the bytes are no protocol buffer, or hold no graph */
export function decodeModel(bytes: Uint8Array): Model {
  const reader = protobuf.Reader.create(bytes);
  reader.discardUnknown = false;
  // The classes that the schema makes have these very fields, with defaults where a message has none.
  const model = modelType.decode(reader) as unknown as Model;
  if ((model.graph as Graph | null | undefined) == null) throw new Error("there is no graph in it");
  return model;
}

export function encodeModel(model: Model): Uint8Array {
  return modelType.encode(model).finish();
}
