import fc from "fast-check";
import { afterEach, describe, expect, test } from "vitest";
import { secretForms } from "../../src/system/secretForms.ts";
import {
  addSecret,
  addSecretsOf,
  forgetSecrets,
  holdsSecret,
  keyFault,
  RedactedStream,
  redacted,
  redactedJson,
  redactedValue,
  SECRET_MARK,
} from "../../src/system/secrets.ts";
import { TextSearch } from "../../src/system/textSearch.ts";
import { ownMs } from "../ownTime.ts";

afterEach(forgetSecrets);

/** Keys as providers write them, and any other text without a gap. */
const anyKey = fc.oneof(
  fc.stringMatching(/^sk-(?:proj-|ant-api03-)?[A-Za-z0-9_-]{16,60}$/),
  fc.stringMatching(/^[A-Za-z0-9+/]{20,40}={0,2}$/),
  fc.string({ unit: fc.constantFrom(..."abXY019!#$%&'()*+,-./:;<=>?@[]^_`{|}~"), minLength: 12, maxLength: 30 }),
);

const anyText = fc.string({ unit: "grapheme", maxLength: 40 });

/** Texts in which a key was written down by somebody. */
const writings: Readonly<Record<string, (key: string) => string>> = {
  plainly: (key) => key,
  "in JSON": (key) => JSON.stringify({ key }),
  "in JSON within JSON": (key) => JSON.stringify(JSON.stringify({ key })),
  "in an address": (key) => `https://example.com/?key=${encodeURIComponent(key)}&n=1`,
  "in an address in small letters": (key) =>
    encodeURIComponent(key).replace(/%[0-9A-F]{2}/g, (code) => code.toLowerCase()),
  "in a form": (key) => String(new URLSearchParams({ key })),
  "in base64": (key) => Buffer.from(key).toString("base64"),
  "in base64 after one letter": (key) => Buffer.from(`x${key}`).toString("base64"),
  "in base64 between others": (key) => Buffer.from(`user:${key} and more`).toString("base64"),
  "in base64 for addresses": (key) => Buffer.from(`ab${key}`).toString("base64url"),
  "in hexadecimal": (key) => Buffer.from(key).toString("hex"),
  "in a header": (key) => `authorization: Bearer ${key}`,
};

describe("a text without secrets", () => {
  for (const [how, write] of Object.entries(writings)) {
    test(`has none that is written ${how}`, () => {
      fc.assert(
        fc.property(anyKey, anyText, anyText, (key, before, after) => {
          expect(addSecret(key)).toBe(true);
          const shown = redacted(`${before} ${write(key)} ${after}`);
          for (const form of secretForms(key)) expect(shown).not.toContain(form);
          expect(shown).toContain(SECRET_MARK);
        }),
        { numRuns: 12 },
      );
    });
  }

  test("keeps what stands around them", () => {
    addSecret("sk-around-0123456789");
    expect(redacted("before sk-around-0123456789, after")).toBe("before [key], after");
    expect(redacted("sk-around-012345678")).toBe("sk-around-012345678");
  });

  test("has none of two that overlap", () => {
    addSecret("one-overlaps-two");
    addSecret("two-follows-it");
    expect(redacted("<one-overlaps-two-follows-it>")).toBe("<[key]>");
  });

  test("is the same text where there is no secret in it", () => {
    fc.assert(
      fc.property(fc.string({ unit: "grapheme" }), (text) => {
        expect(redacted(text)).toBe(text);
      }),
    );
  });

  test("reads 10 MB of ten secrets in less than a second", async () => {
    for (let number = 0; number < 10; number++) addSecret(`sk-proj-${number}${"aB3dE5gH7jK9".repeat(3)}`);
    const line = JSON.stringify({
      type: "step",
      text: "The quick brown fox jumps over the lazy dog. ",
      n: 0.123456789,
    });
    const text = `${line.repeat(Math.ceil(10_000_000 / line.length))}sk-proj-3${"aB3dE5gH7jK9".repeat(3)}`;
    redacted(line);
    const ms = await ownMs(() => expect(redacted(text).endsWith(`}${SECRET_MARK}`)).toBe(true));
    expect(ms).toBeLessThan(1_000);
  });
});

describe("data without secrets", () => {
  test("have the same shape, and none in texts and names", () => {
    fc.assert(
      fc.property(anyKey, fc.jsonValue(), (key, value) => {
        addSecret(key);
        const json = redactedJson({ [key]: [value, `a${key}b`, 1234567890123], [`x${key}`]: { key } });
        for (const form of secretForms(key)) expect(json).not.toContain(form);
        const read = JSON.parse(json) as Record<string, unknown>;
        expect(Object.keys(read)).toEqual([SECRET_MARK, `x${SECRET_MARK}`]);
        expect(read[SECRET_MARK]).toEqual([
          redactedValue(JSON.parse(JSON.stringify(value))),
          `a${SECRET_MARK}b`,
          1234567890123,
        ]);
      }),
      { numRuns: 20 },
    );
  });

  test("keep their numbers, whatever the secret", () => {
    addSecret("1763000012345678");
    expect(redactedJson({ at: 1763000012345678, text: "1763000012345678" })).toBe(
      `{"at":1763000012345678,"text":"[key]"}`,
    );
  });

  test("are written as JSON writes them where there is no secret", () => {
    const value = { a: [1, null, "x"], b: undefined, at: new Date(0) };
    expect(redactedJson(value)).toBe(JSON.stringify(value));
    expect(redactedJson(value, 2)).toBe(JSON.stringify(value, null, 2));
  });
});

describe("a stream without secrets", () => {
  test("has none, wherever its pieces end", () => {
    fc.assert(
      fc.property(anyKey, anyText, anyText, fc.array(fc.nat({ max: 60 })), (key, before, after, sizes) => {
        addSecret(key);
        const text = `${before}${key}${after}${key}`;
        const stream = new RedactedStream();
        let shown = "";
        let from = 0;
        for (const size of sizes) {
          shown += stream.write(text.slice(from, from + size));
          from += size;
        }
        shown += stream.write(text.slice(from)) + stream.finish();
        for (const form of secretForms(key)) expect(shown).not.toContain(form);
        expect(shown).toContain(SECRET_MARK);
      }),
      { numRuns: 60 },
    );
  });

  test("loses nothing and holds nothing back for long", () => {
    addSecret("sk-stream-0123456789");
    const stream = new RedactedStream();
    expect(stream.write("a line\n")).toBe("a line\n");
    // So few characters are nobody's secret.
    expect(stream.write("this")).toBe("this");
    expect(stream.write(" and sk-stream")).toBe(" and ");
    expect(stream.write("ing\n")).toBe("sk-streaming\n");
    expect(stream.write("sk-stre")).toBe("");
    expect(stream.finish()).toBe("sk-stre");
  });

  test("shows no more than a few characters of a secret that comes letter by letter", () => {
    addSecret("letter-by-letter-4711");
    const stream = new RedactedStream();
    const shown = [..."letter-by-letter-4711 and on\n"].map((letter) => stream.write(letter)).join("");
    expect(shown).toBe("lett[key] and on\n");
  });

  test("takes most of a secret at its end for the secret", () => {
    addSecret("most-of-it-0123456789");
    const stream = new RedactedStream();
    expect(stream.write("key: most-of-it-01234567") + stream.finish()).toBe(`key: ${SECRET_MARK}`);
  });
});

describe("what can be a key", () => {
  test.each([
    ["", "empty"],
    ["   ", "empty"],
    ["sk-1", "too short"],
    ['"sk-0123456789"', "quoted"],
    ["Bearer sk-0123456789", "with a name"],
    ["OPENAI_API_KEY=sk-0123456789", "with a name"],
    ["sk-0123 456789", "odd characters"],
    ["sk-0123456789…", "odd characters"],
    ["password", "a word"],
    ["12345678", "a word"],
  ])("is not %j: %s", (text, fault) => expect(keyFault(text)).toBe(fault));

  test.each(["sk-proj-0123456789abcdef", "sk-ant-api03-x_y-z", "0a1b2c3d4e5f", "sk-openai"])("is %j", (text) =>
    expect(keyFault(text)).toBeUndefined(),
  );

  test("is taken from variables that are called so", () => {
    addSecretsOf({
      SOME_API_KEY: " of-some-variable ",
      APIKEY: "no",
      PATH: "/usr/of-no-variable",
      X_API_KEY: "password",
    });
    expect(holdsSecret("of-some-variable")).toBe(true);
    expect(holdsSecret("/usr/of-no-variable password")).toBe(false);
  });
});

test("words are found as a plain search finds them", () => {
  const unit = fc.constantFrom("a", "b", "é", "\u6162");
  fc.assert(
    fc.property(
      fc.array(fc.string({ unit, minLength: 2, maxLength: 5 }), { minLength: 1, maxLength: 6 }),
      fc.string({ unit, maxLength: 60 }),
      (words, text) => {
        const covered = Array.from(text, () => false);
        for (const word of words) {
          for (let at = text.indexOf(word); at !== -1; at = text.indexOf(word, at + 1))
            covered.fill(true, at, at + word.length);
        }
        const found = covered.map(() => false);
        for (const { start, end } of new TextSearch(words).spans(text)) found.fill(true, start, end);
        expect(found).toEqual(covered);
      },
    ),
  );
});
