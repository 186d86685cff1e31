import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  fieldText,
  parseFields,
  renderAnswerFormat,
  renderFields,
  renderJsonFormat,
} from "../../src/system/fieldFormat.ts";

const check = (answer: string, expected: Readonly<Record<string, string>>, names = ["answer", "reason"]) =>
  expect(parseFields(answer, names)).toEqual(expected);

describe("reading an answer", () => {
  test.each([
    ["headings as asked for", "### answer\nParis\n\n### reason\nIt is the capital."],
    ["other heading levels", "# answer\nParis\n\n## reason:\nIt is the capital."],
    ["headings with the value behind them", "### answer: Paris\n### reason: It is the capital."],
    ["bold names with a colon", "**answer**: Paris\n**reason**: It is the capital."],
    ["bold names with the colon inside", "**answer:** Paris\n**reason:** It is the capital."],
    ["bold names on lines of their own", "**answer**\nParis\n\n**reason**\nIt is the capital."],
    ["bold headings", "### **answer**\nParis\n### **reason**\nIt is the capital."],
    ["plain names", "answer: Paris\nreason: It is the capital."],
    ["names in capitals", "ANSWER: Paris\nReason: It is the capital."],
    ["list items", "- answer: Paris\n- reason: It is the capital."],
    ["quoted values", 'answer: "Paris"\nreason: "It is the capital."'],
    ["Windows line ends", "### answer\r\nParis\r\n\r\n### reason\r\nIt is the capital.\r\n"],
    ["a JSON object", '{"answer": "Paris", "reason": "It is the capital."}'],
    ["a fenced JSON object", 'Here:\n```json\n{"answer": "Paris", "reason": "It is the capital."}\n```\nDone.'],
    ["a fence without language", '```\n{"answer": "Paris", "reason": "It is the capital."}\n```'],
    ["a fenced JSON object of another language", '```js\n{"answer": "Paris", "reason": "It is the capital."}\n```'],
    [
      "a JSON object with words around it",
      'Sure: {"answer": "Paris", "reason": "It is the capital."} Glad to help {you}!',
    ],
    [
      "the last of several JSON objects",
      'Say {"answer": "x", "reason": "y"}.\n{"answer": "Paris", "reason": "It is the capital."}',
    ],
    ["JSON keys in other capitals", '{"Answer": "Paris", "REASON": "It is the capital."}'],
    ["JSON with other keys", '{"thought": {"answer": "x"}, "answer": "Paris", "reason": "It is the capital.", "n": 1}'],
    ["JSON that is cut off", '{"answer": "Paris", "reason": "It is the capital.'],
    ["fenced JSON that is cut off", '```json\n{\n  "answer": "Paris",\n  "reason": "It is the capital.'],
    ["JSON with a comma too many", '{"answer": "Paris", "reason": "It is the capital.",}'],
    ["tags", "<answer>Paris</answer>\n<reason>\nIt is the capital.\n</reason>"],
    ["tags in capitals", "Well: <Answer>Paris</Answer> <REASON>It is the capital.</REASON>"],
    ["tags that are cut off", "<answer>Paris</answer><reason>It is the capital."],
    ["words before the first heading", "Sure!\n\n### answer\nParis\n### reason\nIt is the capital."],
  ])("accepts %s", (_form, answer) => {
    check(answer, { answer: "Paris", reason: "It is the capital." });
  });

  test("keeps values of several lines", () => {
    check("### answer\none\n\ntwo\n### reason\n- a\n- b", { answer: "one\n\ntwo", reason: "- a\n- b" });
  });

  test("leaves out what it cannot find", () => {
    check("### reason\nIt is.", { reason: "It is." });
    check("no headings at all", {});
    check('{"answer": "Paris"}', { answer: "Paris" });
  });

  test("takes an answer without headings for a single field, but no empty one", () => {
    check(" Paris \n", { answer: "Paris" }, ["answer"]);
    check('"Paris"', { answer: "Paris" }, ["answer"]);
    check(" \n", {}, ["answer"]);
  });

  test("does not take a colon in running text for a heading", () => {
    check("### answer\nThe reason: unknown.\nA final answer:none", {
      answer: "The reason: unknown.\nA final answer:none",
    });
  });

  test("takes the last mention where headings are repeated before the answer", () => {
    check("### answer\n### reason\n\n### answer\nParis\n### reason\nWhy not", { answer: "Paris", reason: "Why not" });
  });

  test("knows names with underscores when they are written with spaces, and the other way round", () => {
    check("### search query\nx", { search_query: "x" }, ["search_query", "other"]);
    check("### search query\nx", { "search query": "x" }, ["search query", "other"]);
  });

  test("tells names apart of which one begins with the other", () => {
    check("query: a\nquery_2: b", { query: "a", query_2: "b" }, ["query", "query_2"]);
  });

  test("takes special characters in names literally", () => {
    check("### a.b (c)\nx\n### axb (c)\ny", { "a.b (c)": "x\n### axb (c)\ny" }, ["a.b (c)", "other"]);
  });

  test("keeps line ends in JSON that should have been escaped", () => {
    check('{"answer": "one\n\ttwo", "reason": "a \\"b\\""}', { answer: "one\n\ttwo", reason: 'a "b"' });
  });

  test("gives what headings say, though there is JSON in a value", () => {
    const value = '```json\n{"answer": "inside"}\n```';
    check(`### answer\n${value}\n### reason\nso`, { answer: value, reason: "so" });
  });

  test("takes JSON for a single field, but not for one of another name", () => {
    check('{"answer": "Paris"}', { answer: "Paris" }, ["answer"]);
    check('Here you are:\n```json\n{"answer": "Paris"}\n```', { answer: "Paris" }, ["answer"]);
    check('{"answer": "Par', { answer: "Par" }, ["answer"]);
    check('{"city": "Paris"}', { answer: '{"city": "Paris"}' }, ["answer"]);
  });

  test("leaves out what JSON says is null", () => {
    check('{"answer": "Paris", "reason": null}', { answer: "Paris" });
  });

  test("turns JSON values that are no text into text", () => {
    check('{"answer": 42, "reason": ["a", "b"]}', { answer: "42", reason: "a\nb" });
  });

  test("goes on with headings when what looks like JSON is none", () => {
    check("{answer: Paris}", { answer: "{answer: Paris}" }, ["answer"]);
  });
});

describe("writing fields", () => {
  test("gives text as it is, lists of text line by line, and everything else as JSON", () => {
    expect(fieldText("a\nb")).toBe("a\nb");
    expect(fieldText(["a", "b"])).toBe("a\nb");
    expect(fieldText({ a: [1] })).toBe('{\n "a": [\n  1\n ]\n}');
    expect(fieldText(undefined)).toBe("");
    expect(renderFields({ q: "Who?", k: 3 })).toBe("### q\nWho?\n\n### k\n3");
  });

  test("asks for JSON by the names of its keys", () => {
    expect(renderJsonFormat(["answer"])).toMatch(/JSON object whose only key is "answer"/);
    expect(renderJsonFormat(["a", "b"])).toMatch(/JSON object.*2 keys.*"a", "b"$/);
  });

  test("asks for every output by name", () => {
    expect(renderAnswerFormat(["answer"])).toMatch(/this field only.*\n### answer$/);
    expect(renderAnswerFormat(["a", "b"])).toMatch(/these 2 fields.*\n### a\n### b$/);
  });
});

test("whatever is written is read back, for any names and any values that hold no heading themselves", () => {
  const name = fc.stringMatching(/^[a-z][a-z0-9_]{0,8}$/);
  const value = fc.string({ unit: "grapheme", maxLength: 60 }).map((text) => text.trim());
  const fields = fc.uniqueArray(fc.tuple(name, value), { selector: ([key]) => key, minLength: 1, maxLength: 4 });
  fc.assert(
    fc.property(fields, (entries) => {
      const written = Object.fromEntries(entries);
      const names = Object.keys(written);
      const line = new RegExp(`^[ \\t#*_\`-]*(${names.map((each) => each.replace(/_/g, "[_ ]")).join("|")})`, "im");
      const ambiguous = entries.some(([, text]) => line.test(text) || /^"[^"\n]*"$/.test(text) || text.includes("{"));
      fc.pre(!ambiguous);
      expect(parseFields(renderFields(written), names)).toEqual(written);
    }),
    { numRuns: 400 },
  );
});

describe("JSON of any names and values", () => {
  const name = fc.stringMatching(/^[a-z][a-z0-9_ .-]{0,8}$/).filter((text) => text === text.trim());
  const value = fc.string({ unit: "binary", maxLength: 40 });
  const fields = fc
    .uniqueArray(fc.tuple(name, value), { selector: ([key]) => key.replace(/ /g, "_"), minLength: 1, maxLength: 4 })
    .map((entries) => Object.fromEntries(entries));

  test("is read back, however it is laid out and whatever stands around it", () => {
    const space = fc.constantFrom(undefined, 1, "\t");
    const around = fc.constantFrom(
      ["", ""],
      ["```json\n", "\n```"],
      ["Well:\n```\n", "\n```\nDone."],
      ["So it is ", " then."],
    );
    fc.assert(
      fc.property(fields, space, around, (written, indent, [before = "", after = ""]) => {
        const names = Object.keys(written);
        expect(parseFields(`${before}${JSON.stringify(written, undefined, indent)}${after}`, names)).toEqual(written);
      }),
      { numRuns: 400 },
    );
  });

  test("that is cut off anywhere gives the values that are whole, and of the last one as much as there is", () => {
    fc.assert(
      fc.property(fields, fc.nat(), (written, at) => {
        const names = Object.keys(written);
        const text = JSON.stringify(written);
        const cut = text.slice(0, at % (text.length + 1));
        // With a single name, an answer without any is the value itself.
        fc.pre(names.length > 1);
        const read = Object.entries(parseFields(cut, names));
        expect(read.map(([key]) => key)).toEqual(names.slice(0, read.length));
        for (const [at, [key, given]] of read.entries()) {
          if (at < read.length - 1) expect(given).toBe(written[key]);
          else expect(written[key]?.startsWith(given)).toBe(true);
        }
      }),
      { numRuns: 600 },
    );
  });

  test("any text at all is read without an error", () => {
    const piece = fc.constantFrom(
      "{",
      "}",
      '"',
      "\\",
      "a",
      ":",
      ",",
      "\n",
      "###",
      " ",
      "<a>",
      "</a>",
      "```",
      "\\u12",
      "**",
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 60 }), (pieces) => {
        for (const given of Object.values(parseFields(pieces.join(""), ["a", "b"])))
          expect(typeof given).toBe("string");
      }),
      { numRuns: 600 },
    );
  });
});
