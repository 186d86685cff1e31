import { describe, expect, test } from "vitest";
import { decodedText } from "../../src/detection/decodedText.ts";

const bytes = (...parts: readonly (string | readonly number[])[]) =>
  Buffer.concat(parts.map((part) => (typeof part === "string" ? Buffer.from(part) : Buffer.from(part))));

describe("a file's text", () => {
  const check = (what: string, given: Uint8Array, expected: string | undefined) =>
    test(what, () => expect(decodedText(given)).toBe(expected));
  check("is UTF-8", bytes("prompt: “ä🙂”"), "prompt: “ä🙂”");
  check("has no mark of UTF-8 in it", bytes([0xef, 0xbb, 0xbf], "a"), "a");
  check("is UTF-16 where the mark says so", Buffer.from("\ufeffä🙂", "utf16le"), "ä🙂");
  check("is UTF-16 with the high byte first", Buffer.from("\ufeffä🙂", "utf16le").swap16(), "ä🙂");
  check("has a sign for each byte that is no text", bytes("a", [0xe4], "b", [0xff, 0xfe]), "a\ufffdb\ufffd\ufffd");
  check("is none in a binary file", bytes("a", [0], "b"), undefined);
  check("may be empty", bytes(""), "");
  check("keeps its line ends where they are one kind", bytes("a\r\nb\r\n"), "a\r\nb\r\n");
  check("has the line end that most lines have: line feeds", bytes("a\nb\nc\r\n"), "a\nb\nc\n");
  check("has the line end that most lines have: two characters", bytes("a\r\nb\r\nc\nd"), "a\r\nb\r\nc\r\nd");
  check("has no lone carriage returns", bytes("a\rb\nc\nd"), "a\nb\nc\nd");
  check("of carriage returns alone has both characters", bytes("a\rb"), "a\r\nb");
});
