import { inspect, types } from "node:util";
import { counted } from "../run/views/numberFormat.ts";
import { redacted } from "../system/secrets.ts";

/** A value as far as it is shown: one line about it, and what it holds. */
export interface ValueNode {
  /** `42`, `"text"`, `[Getter]`; of a value with entries its class: `Array(3)`, `Person`, or nothing for a plain object. */
  readonly label: string;
  readonly shape: "leaf" | "list" | "object" | "map";
  readonly entries: readonly ValueEntry[];
  /** Entries that are left out. */
  readonly more: number;
  /** Whether it holds entries although none is shown, because it lies too deep. */
  readonly closed: boolean;
}

export interface ValueEntry {
  /** Empty for the items of lists and sets. */
  readonly key: string;
  readonly value: ValueNode;
}

export interface TreeLimits {
  /** Objects within objects. */
  readonly depth: number;
  /** Entries of one object. */
  readonly width: number;
  /** Values in all. */
  readonly nodes: number;
  /** Characters of one string. */
  readonly text: number;
  /** Characters of all strings; beyond them each is cut to a few words. */
  readonly texts: number;
}

export const treeLimits: TreeLimits = { depth: 5, width: 100, nodes: 2_000, text: 1_000, texts: 20_000 };

/** Characters of a string where there is no more room. */
const FEW_WORDS = 60;

/**
 * Reads a value without running its code: getters are named, not called, and proxies are not asked.
 * Takes time by the limits, whatever the size of the value.
 */
export function valueTree(value: unknown, limits: TreeLimits = treeLimits): ValueNode {
  return new TreeReader(limits).read(value, 0);
}

class TreeReader {
  readonly #limits: TreeLimits;
  /** Objects around the current one. */
  readonly #around: object[] = [];
  #left: number;
  #room: number;

  constructor(limits: TreeLimits) {
    this.#limits = limits;
    this.#left = limits.nodes;
    this.#room = limits.texts;
  }

  read(value: unknown, depth: number): ValueNode {
    this.#left--;
    if (typeof value === "string") return leaf(this.#string(value));
    if ((typeof value !== "object" && typeof value !== "function") || value === null) return leaf(primitive(value));
    if (this.#around.includes(value)) return leaf("[Circular]");
    try {
      return this.#object(value, depth);
    } catch (error) {
      // A hostile or half-made object; the rest of the value is still worth showing.
      return leaf(`[unreadable: ${error instanceof Error ? clipped(oneLine(error.message), 100) : "it throws"}]`);
    }
  }

  #string(text: string): string {
    const longest = Math.min(this.#limits.text, Math.max(FEW_WORDS, this.#room));
    this.#room -= Math.min(text.length, longest);
    return quoted(text, longest);
  }

  #object(value: object, depth: number): ValueNode {
    const known = knownLeaf(value, this.#limits.text);
    if (known !== undefined) return leaf(known);
    const { label, shape, keys, count, entry } = contentsOf(value);
    const closed = count > 0 && (depth >= this.#limits.depth || this.#left <= 0);
    if (closed || count === 0) return { label, shape, entries: [], more: 0, closed };
    this.#around.push(value);
    const entries: ValueEntry[] = [];
    for (const key of keys) {
      if (entries.length >= this.#limits.width || this.#left <= 0) break;
      entries.push(entry(key, (inner) => this.read(inner, depth + 1)));
    }
    this.#around.pop();
    return { label, shape, entries, more: Math.max(0, count - entries.length), closed: false };
  }
}

function leaf(label: string): ValueNode {
  return { label, shape: "leaf", entries: [], more: 0, closed: false };
}

function primitive(value: unknown): string {
  if (typeof value === "bigint") {
    // Writing out a huge number takes longer than anyone would read.
    return value < 10n ** 200n && value > -(10n ** 200n) ? `${value}n` : "[huge bigint]";
  }
  if (Object.is(value, -0)) return "-0";
  return String(value);
}

/** A string in quotes, at most `longest` characters of it. A key is taken out first: cut off, nothing would know it any more. */
export function quoted(whole: string, longest: number): string {
  const text = redacted(whole);
  const shown = JSON.stringify(text.slice(0, longest));
  return text.length <= longest ? shown : `${shown}... ${counted(text.length - longest, "more character")}`;
}

export function count(number: number): string {
  return number.toLocaleString("en-US");
}

/** Also without keys, like `quoted`. */
export function clipped(whole: string, longest: number): string {
  const text = redacted(whole);
  return text.length <= longest ? text : `${text.slice(0, longest - 3)}...`;
}

export function oneLine(text: string): string {
  return text.replace(/\s+/g, " ").trim();
}

/** Values that are best told in one line, by their class. */
function knownLeaf(value: object, longest: number): string | undefined {
  if (types.isProxy(value)) return inspected(value, longest);
  if (typeof value === "function") return functionLabel(value);
  if (types.isDate(value)) {
    const time = Date.prototype.getTime.call(value);
    return Number.isNaN(time) ? "Invalid Date" : Date.prototype.toISOString.call(value);
  }
  if (types.isRegExp(value)) return clipped(RegExp.prototype.toString.call(value), longest);
  if (types.isNativeError(value)) return errorLabel(value, longest);
  if (types.isBoxedPrimitive(value)) return inspected(value, longest);
  if (types.isPromise(value) || types.isGeneratorObject(value)) return inspected(value, longest);
  if (types.isWeakMap(value) || types.isWeakSet(value)) return `${className(value) ?? "Weak"} {...}`;
  if (types.isAnyArrayBuffer(value)) return `${className(value) ?? "ArrayBuffer"}(${count(value.byteLength)})`;
  // Node's own classes, and some of packages, know best how they read.
  if (typeof dataProperty(value, inspect.custom) === "function") return inspected(value, longest);
  return undefined;
}

function inspected(value: object, longest: number): string {
  const custom = !types.isProxy(value) && !types.isPromise(value);
  const text = inspect(value, {
    depth: types.isPromise(value) ? 0 : 2,
    customInspect: custom,
    maxArrayLength: 20,
    maxStringLength: 200,
    breakLength: Number.POSITIVE_INFINITY,
  });
  return clipped(text, longest);
}

function functionLabel(value: object): string {
  const source = Function.prototype.toString.call(value).slice(0, 6);
  const named = dataProperty(value, "name");
  const name = typeof named === "string" && named !== "" ? clipped(named, 80) : "(anonymous)";
  if (source === "class " || source === "class{") {
    const parent: unknown = Object.getPrototypeOf(value);
    const parentName = typeof parent === "function" ? dataProperty(parent, "name") : undefined;
    return `[class ${name}${typeof parentName === "string" && parentName !== "" ? ` extends ${parentName}` : ""}]`;
  }
  return `[${className(value) ?? "Function"}: ${name}]`;
}

function errorLabel(error: Error, longest: number): string {
  const message = dataProperty(error, "message");
  return clipped(`${className(error) ?? "Error"}: ${typeof message === "string" ? oneLine(message) : ""}`, longest);
}

/** Name of the class, found without running code. */
function className(value: object): string | undefined {
  const made = dataProperty(value, "constructor");
  const name = typeof made === "function" ? dataProperty(made, "name") : undefined;
  return typeof name === "string" && name !== "" ? clipped(name, 80) : undefined;
}

/** A property that is plain data, own or inherited; undefined when it would have to be computed. */
function dataProperty(value: object, key: PropertyKey): unknown {
  for (let owner: object | null = value, steps = 0; owner !== null && steps < 50; steps++) {
    if (types.isProxy(owner)) return undefined;
    const found = Object.getOwnPropertyDescriptor(owner, key);
    if (found !== undefined) return found.value;
    owner = Object.getPrototypeOf(owner);
  }
  return undefined;
}

interface Contents<Key = unknown> {
  readonly label: string;
  readonly shape: ValueNode["shape"];
  readonly keys: Iterable<Key>;
  readonly count: number;
  entry(key: Key, read: (value: unknown) => ValueNode): ValueEntry;
}

function contentsOf(value: object): Contents {
  if (Array.isArray(value) || (ArrayBuffer.isView(value) && !(value instanceof DataView))) {
    const list = value as ArrayLike<unknown>;
    const { length } = list;
    return {
      label: `${className(value) ?? "Array"}(${count(length)})`,
      shape: "list",
      keys: indices(length),
      count: length,
      entry: (key, read) => ({ key: "", value: item(list, Number(key), read) }),
    };
  }
  if (types.isSet(value)) {
    const { size } = value;
    const entry: Contents["entry"] = (inner, read) => ({ key: "", value: read(inner) });
    return {
      label: `${className(value) ?? "Set"}(${count(size)})`,
      shape: "list",
      keys: Set.prototype.values.call(value),
      count: size,
      entry,
    };
  }
  if (types.isMap(value)) {
    return {
      label: `${className(value) ?? "Map"}(${count(value.size)})`,
      shape: "map",
      keys: Map.prototype.entries.call(value),
      count: value.size,
      entry: (pair, read) => {
        const [key, inner] = pair as [unknown, unknown];
        return { key: briefLabel(read(key)), value: read(inner) };
      },
    };
  }
  const keys = enumerableKeys(value);
  const name = Object.getPrototypeOf(value) === null ? "[null prototype]" : className(value);
  return {
    label: name === "Object" || name === undefined ? "" : name,
    shape: "object",
    keys,
    count: keys.length,
    entry: (key, read) => ({ key: keyText(key as PropertyKey), value: property(value, key as PropertyKey, read) }),
  };
}

function* indices(length: number): Iterable<number> {
  for (let index = 0; index < length; index++) yield index;
}

function item(list: ArrayLike<unknown>, index: number, read: (value: unknown) => ValueNode): ValueNode {
  if (ArrayBuffer.isView(list)) return read(list[index]);
  return Object.hasOwn(list, index) ? property(list, index, read) : leaf("[empty]");
}

function property(owner: object, key: PropertyKey, read: (value: unknown) => ValueNode): ValueNode {
  const found = Object.getOwnPropertyDescriptor(owner, key);
  if (found === undefined) return leaf("[gone]");
  if (found.get !== undefined) return leaf(found.set === undefined ? "[Getter]" : "[Getter/Setter]");
  if (found.set !== undefined) return leaf("[Setter]");
  return read(found.value);
}

function enumerableKeys(value: object): PropertyKey[] {
  const symbols = Object.getOwnPropertySymbols(value);
  const shown = symbols.filter((symbol) => Object.prototype.propertyIsEnumerable.call(value, symbol));
  return [...Object.keys(value), ...shown];
}

function keyText(key: PropertyKey): string {
  if (typeof key === "symbol") return `[${String(key)}]`;
  const text = String(key);
  return /^[\p{ID_Start}$_][\p{ID_Continue}$]*$/u.test(text) || /^\d+$/.test(text) ? text : quoted(text, 100);
}

/** A node in a few words, for places that have room for no more. */
export function briefLabel(node: ValueNode): string {
  if (node.shape === "leaf") return node.label;
  const inside = node.closed || node.entries.length > 0 ? "..." : "";
  return `${node.label}${node.shape === "list" ? `[${inside}]` : `${node.label === "" ? "" : " "}{${inside}}`}`;
}
