import { isUtf8 } from "node:buffer";
import type { OptionValues } from "../../system/variable.ts";
import { HIGHEST_POWER, nearestDouble } from "./decimal.ts";

const [QUOTE, BACKSLASH, OPENING, CLOSING] = [0x22, 0x5c, 0x7b, 0x7d];
const [MINUS, POINT, COMMA] = [0x2d, 0x2e, 0x2c];
const [ZERO, NINE, SMALL_E, LARGE_E] = [0x30, 0x39, 0x65, 0x45];
/** Digits that are read as one whole number, and those behind them as another. */
const [HIGH_DIGITS, LOW_DIGITS] = [15, 4];
/** Bytes that stand for themselves in a string of JSON. */
const isPlain = Uint8Array.from({ length: 256 }, (_, byte) =>
  byte >= 0x20 && byte < 0x80 && byte !== QUOTE && byte !== BACKSLASH ? 1 : 0,
);
/** How many texts and objects are kept, and how long one may be: names and options come again and again. */
const [SLOTS, LONGEST_KEPT] = [1024, 128];

/** Bytes that are compared four at a time. */
export interface Literal {
  readonly words: Int32Array;
  readonly rest: Uint8Array;
  readonly length: number;
}

export function literal(text: string): Literal {
  const bytes = Buffer.from(text);
  const count = bytes.length >> 2;
  const words = Int32Array.from({ length: count }, (_, index) => bytes.readInt32LE(4 * index));
  return { words, rest: Uint8Array.from(bytes.subarray(4 * count)), length: bytes.length };
}

/**
 * Reads values of JSON where they stand among bytes, for lines that are all of one form. Each reading moves `at` behind what
 * it read, or fails; what it gives is what `JSON.parse` gives for the same bytes. Equal short texts and objects are given as
 * the same value: nobody may change them.
 */
export class JsonBytes {
  /** The next byte to be read. */
  at = 0;
  #bytes: Buffer = Buffer.alloc(0);
  #view: DataView = new DataView(new ArrayBuffer(0));
  /** Values by a hash of their bytes, and these, each in its slot. */
  readonly #kept: (string | OptionValues | undefined)[] = Array.from({ length: SLOTS }, () => undefined);
  readonly #keptBytes = new Uint8Array(SLOTS * LONGEST_KEPT);
  readonly #keptLengths = new Uint8Array(SLOTS);

  /** @param bytes end with a newline, which no value of JSON holds as such: so nothing reads beyond them */
  take(bytes: Buffer): void {
    this.#bytes = bytes;
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
    this.at = 0;
  }

  /** The byte at hand. */
  get byte(): number {
    return this.#bytes[this.at] ?? 0;
  }

  /** Passes these very bytes. @returns false where others stand, with `at` where it was */
  pass({ words, rest, length }: Literal): boolean {
    let at = this.at;
    const end = at + length;
    if (end > this.#bytes.length) return false;
    const view = this.#view;
    for (let index = 0; index < words.length; index++, at += 4) {
      if (view.getInt32(at, true) !== words[index]) return false;
    }
    for (let index = 0; index < rest.length; index++, at++) if (view.getUint8(at) !== rest[index]) return false;
    this.at = end;
    return true;
  }

  /** @returns undefined where no number stands */
  number(): number | undefined {
    const bytes = this.#bytes;
    const start = this.at;
    const isNegative = bytes[start] === MINUS;
    const first = isNegative ? start + 1 : start;
    let high = 0;
    let at = first;
    let byte = bytes[at] ?? 0;
    for (; byte >= ZERO && byte <= NINE; byte = bytes[++at] ?? 0) high = high * 10 + (byte - ZERO);
    const whole = at - first;
    if (whole === 0 || (whole > 1 && bytes[first] === ZERO)) return undefined;
    if (whole > HIGH_DIGITS || byte === SMALL_E || byte === LARGE_E) return this.#anyNumber();
    if (byte !== POINT) {
      this.at = at;
      return isNegative ? -high : high;
    }
    const point = at;
    // Zeros in front are no digits.
    let digits = high === 0 ? 0 : whole;
    byte = bytes[++at] ?? 0;
    for (; byte >= ZERO && byte <= NINE && digits < HIGH_DIGITS; byte = bytes[++at] ?? 0) {
      high = high * 10 + (byte - ZERO);
      if (high !== 0) digits++;
    }
    const behind = at;
    let low = 0;
    for (; byte >= ZERO && byte <= NINE; byte = bytes[++at] ?? 0) low = low * 10 + (byte - ZERO);
    const places = at - point - 1;
    if (places === 0) return undefined;
    if (at - behind > LOW_DIGITS || places > HIGHEST_POWER || byte === SMALL_E || byte === LARGE_E) {
      return this.#anyNumber();
    }
    const value = nearestDouble(high, low, at - behind, places);
    if (value === undefined) return this.#anyNumber();
    this.at = at;
    return isNegative ? -value : value;
  }

  /** @returns undefined where no text stands */
  text(): string | undefined {
    const bytes = this.#bytes;
    if (bytes[this.at] !== QUOTE) return undefined;
    const start = this.at + 1;
    let at = start;
    while (isPlain[bytes[at] ?? 0] === 1) at++;
    if (bytes[at] !== QUOTE) return this.#longText();
    this.at = at + 1;
    return bytes.toString("latin1", start, at);
  }

  /** A text that is likely to come again. @returns undefined where none stands */
  name(): string | undefined {
    const bytes = this.#bytes;
    if (bytes[this.at] !== QUOTE) return undefined;
    const start = this.at;
    let at = start + 1;
    while (isPlain[bytes[at] ?? 0] === 1) at++;
    if (bytes[at] !== QUOTE) return this.#longText();
    this.at = at + 1;
    const known = this.#known(start, at + 1);
    if (typeof known === "string") return known;
    return this.#keep(start, at + 1, bytes.toString("latin1", start + 1, at));
  }

  /** An object of numbers, truth values and plain texts. @returns undefined where none stands */
  options(): OptionValues | undefined {
    const bytes = this.#bytes;
    const start = this.at;
    if (bytes[start] !== OPENING) return undefined;
    let at = start + 1;
    for (let byte = bytes[at]; byte !== CLOSING; byte = bytes[++at]) {
      if (byte === undefined || byte < 0x20 || byte === OPENING) return undefined;
      if (byte !== QUOTE) continue;
      at++;
      while (isPlain[bytes[at] ?? 0] === 1) at++;
      if (bytes[at] !== QUOTE) return undefined;
    }
    this.at = at + 1;
    const known = this.#known(start, at + 1);
    if (known !== undefined && typeof known !== "string") return known;
    const value = parsed(bytes.toString("latin1", start, at + 1));
    return isOptions(value) ? this.#keep(start, at + 1, value) : undefined;
  }

  #anyNumber(): number | undefined {
    const start = this.at;
    let at = start;
    for (let byte = this.byte; byte !== COMMA && byte >= 0x20; byte = this.#bytes[at] ?? 0) at++;
    const value = parsed(this.#bytes.toString("latin1", start, at));
    this.at = at;
    return typeof value === "number" ? value : undefined;
  }

  /** With signs beyond ASCII, or some that are written in another way. */
  #longText(): string | undefined {
    const bytes = this.#bytes;
    const start = this.at;
    let at = start + 1;
    for (let byte = bytes[at]; byte !== QUOTE; byte = bytes[++at]) {
      if (byte === BACKSLASH) at++;
      else if (byte === undefined || byte < 0x20) return undefined;
    }
    this.at = at + 1;
    const text = bytes.subarray(start, at + 1);
    if (!isUtf8(text)) return undefined;
    const value = parsed(text.toString("utf8"));
    return typeof value === "string" ? value : undefined;
  }

  #known(start: number, end: number): string | OptionValues | undefined {
    const length = end - start;
    if (length > LONGEST_KEPT) return undefined;
    const bytes = this.#bytes;
    const slot = slotOf(bytes, start, end);
    if (this.#keptLengths[slot] !== length) return undefined;
    const [kept, from] = [this.#keptBytes, slot * LONGEST_KEPT];
    for (let index = 0; index < length; index++) if (kept[from + index] !== bytes[start + index]) return undefined;
    return this.#kept[slot];
  }

  #keep<T extends string | OptionValues>(start: number, end: number, value: T): T {
    if (end - start > LONGEST_KEPT) return value;
    const slot = slotOf(this.#bytes, start, end);
    this.#kept[slot] = value;
    this.#keptLengths[slot] = end - start;
    this.#keptBytes.set(this.#bytes.subarray(start, end), slot * LONGEST_KEPT);
    return value;
  }
}

function slotOf(bytes: Buffer, start: number, end: number): number {
  let hash = end - start;
  for (let at = start; at < end; at++) hash = Math.imul(hash ^ (bytes[at] ?? 0), 0x01000193);
  return (hash ^ (hash >>> 15)) & (SLOTS - 1);
}

function isOptions(value: unknown): value is OptionValues {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return false;
  return Object.entries(value).every(
    ([name, option]) =>
      // A name that objects have a use of their own for is left to those who know it.
      name !== "__proto__" &&
      (typeof option === "string" ||
        typeof option === "boolean" ||
        (typeof option === "number" && Number.isFinite(option))),
  );
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}
