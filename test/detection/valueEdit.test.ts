// biome-ignore-all lint/suspicious/noTemplateCurlyInString: sources with substitutions are what is tested.
import { describe, expect, test } from "vitest";
import type { SourceLanguage } from "../../src/detection/definition.ts";
import { editedText, inverseEdits } from "../../src/detection/textEdit.ts";
import { type EditRefusal, type ValueChange, valueEdits } from "../../src/detection/valueEdit.ts";
import type { OptionValue } from "../../src/system/variable.ts";
import { impliedAt, literalAt, marked } from "./markedSource.ts";

interface Options {
  readonly language?: SourceLanguage;
  readonly asciiOnly?: boolean;
  readonly known?: readonly string[];
}

function changed(text: string, was: OptionValue | undefined, value: OptionValue, options: Options = {}) {
  const place = marked(text, options.language, options.asciiOnly);
  const change: ValueChange = { source: literalAt(place, was), key: undefined, value, known: options.known ?? [] };
  return { place, result: valueEdits(place.source, [change]) };
}

/** The literal between the marks becomes `written`, and taking the edit back gives the bytes from before. */
function becomes(text: string, was: OptionValue | undefined, value: OptionValue, written: string, options?: Options) {
  const { place, result } = changed(text, was, value, options);
  if (result.kind !== "edits") throw new Error(JSON.stringify(result.refusal));
  const after = editedText(place.source.text, result.edits);
  expect(after.slice(place.from, after.length - (place.source.text.length - place.to))).toBe(written);
  expect(editedText(after, inverseEdits(place.source.text, result.edits))).toBe(place.source.text);
}

function refuses(
  text: string,
  was: OptionValue | undefined,
  value: OptionValue,
  refusal: EditRefusal,
  options?: Options,
) {
  expect(changed(text, was, value, options).result).toMatchObject({ kind: "refused", refusal });
}

const check = (text: string, was: OptionValue | undefined, value: OptionValue, written: string, options?: Options) =>
  test(`${text} becomes ${written}`, () => becomes(text, was, value, written, options));

describe("a string", () => {
  check(`prompt: «"Answer."»,`, "Answer.", "Answer briefly.", `"Answer briefly."`);
  check(`prompt: «'Answer.'»,`, "Answer.", "Don't guess.", String.raw`'Don\'t guess.'`);
  check(`prompt: «"Answer."»,`, "Answer.", `Say "yes".`, String.raw`"Say \"yes\"."`);
  check(`prompt: «"Answer."»,`, "Answer.", "C:\\temp\\new", String.raw`"C:\\temp\\new"`);
  check(`prompt: «"Answer."»,`, "Answer.", "Answer `${style}`.", '"Answer `${style}`."');
  check(`prompt: «"Answer."»,`, "Answer.", "Ответь 👩‍🔬 ✅", `"Ответь 👩‍🔬 ✅"`);
  check(`prompt: «"Answer."»,`, "Answer.", "Answer\ttabbed\u200b\u202e.", String.raw`"Answer\ttabbed\u200b\u202e."`);
  check(`prompt: «"a😀b"»,`, "a😀b", "a😁b", `"a😁b"`);
  check(`prompt: «"ab"»,`, "ab", "a\ud800b", String.raw`"a\ud800b"`);
  check(`prompt: «"Answer."»,`, "Answer.", "Réponds ✅ 👍", String.raw`"R\xe9ponds \u2705 \u{1f44d}"`, {
    asciiOnly: true,
  });

  test("keeps how the author spelt what stays", () => {
    becomes(
      String.raw`prompt: «"R\u00e9ponds en une phrase."»`,
      "Réponds en une phrase.",
      "Réponds en une très courte phrase.",
      String.raw`"R\u00e9ponds en une très courte phrase."`,
    );
  });
  test("a zero before a digit that stays does not become an octal escape", () => {
    becomes(`prompt: «"a1b"»`, "a1b", "a\u00001b", String.raw`"a\x001b"`);
    becomes(String.raw`prompt: «"a\0b"»`, "a\0b", "a\x001b", String.raw`"a\x001b"`);
  });

  test("of two short lines stays a string", () => {
    becomes(`prompt: «"Answer."»,`, "Answer.", "Answer.\nBe brief.", String.raw`"Answer.\nBe brief."`);
    becomes(`prompt: «"Answer."»,`, "Answer.", "Answer.\n\n", String.raw`"Answer.\n\n"`);
  });
  test("of three lines becomes a template, which reviewers read line by line", () => {
    becomes(`prompt: «"Answer."»,`, "Answer.", "Answer:\n- `a`\n- ${b}", "`Answer:\n- \\`a\\`\n- \\${b}`");
  });
  test("of two lines that do not fit becomes a template", () => {
    const long = "word ".repeat(25);
    becomes(`prompt: «"Answer."»,`, "Answer.", `${long}\nEnd.`, `\`${long}\nEnd.\``);
  });
  test("of one line stays a string, however long", () => {
    const long = "word ".repeat(100);
    becomes(`prompt: «"Answer."»,`, "Answer.", long, `"${long}"`);
  });
});

describe("a template", () => {
  check("prompt: «`Answer.`»,", "Answer.", "Answer.\nBriefly.", "`Answer.\nBriefly.`");
  check("prompt: «`Answer.`»,", "Answer.", "Costs `5${x}` $ {\\}", "`Costs \\`5\\${x}\\` $ {\\\\}`");
  check("prompt: «`Cost $`»,", "Cost $", "Cost ${x}", "`Cost \\${x}`");

  test("gets the file's line ends, which evaluate to line feeds", () => {
    becomes("a\r\nprompt: «`One.\r\nTwo.`»\r\n", "One.\nTwo.", "One.\nHalf.\nTwo.", "`One.\r\nHalf.\r\nTwo.`");
    becomes("a\r\nprompt: «`One.`»\r\n", "One.", "One.\r\nTwo.", "`One.\\r\r\nTwo.`");
  });
});

describe("a template with substitutions", () => {
  const known = ["Answer concise."];
  check("prompt: «`Answer ${style}.`»", undefined, "Answer in a concise way.", "`Answer in a ${style} way.`", {
    known,
  });
  check("«`Answer ${style}.`»", undefined, "Answer concise and concise.", "`Answer ${style} and concise.`", { known });
  check("«`Answer ${style}.`»", undefined, "First concise. Answer concise.", "`First concise. Answer ${style}.`", {
    known,
  });
  check("«`Answer ${a} ${b}.`»", undefined, "Say x, then say y, please.", "`Say ${a}, then say ${b}, please.`", {
    known: ["Answer x y."],
  });
  check("«`A ${ f(1, 2) }`»", undefined, "AB 1!", "`AB ${ f(1, 2) }!`", { known: ["A 1"] });
  test("keeps them where both texts are the same", () => {
    becomes("«`${a} and ${b}`»", undefined, "Use x and x now", "`Use ${a} and ${b} now`", { known: ["x and x"] });
  });
  test("keeps escapes between them", () => {
    becomes(
      "«`R\\u00e9ponds ${style} \\`x\\`.`»",
      undefined,
      "Réponds vite `x` ici.",
      "`R\\u00e9ponds ${style} \\`x\\` ici.`",
      {
        known: ["Réponds vite `x`."],
      },
    );
  });
  test("tries the known texts in their order, and passes over those that do not fit", () => {
    becomes("«`Answer ${style}.`»", undefined, "Be short.", "`Be ${style}.`", {
      known: ["Something else", "Answer short."],
    });
  });

  const refused = (expression: string, problem: "gone" | "unknown" | "ambiguous"): EditRefusal => ({
    kind: "substitution",
    expression,
    problem,
  });
  test("is refused where a substitution would be lost", () => {
    refuses("«`Answer ${style}.`»", undefined, "Answer well.", refused("${style}", "gone"), { known });
    refuses("«`${a}, ${b}`»", undefined, "say y, say x", refused("${b}", "gone"), { known: ["x, y"] });
  });
  test("is refused where its text stands at several places", () => {
    refuses("«`Answer ${style}.`»", undefined, "Be concise, very concise!", refused("${style}", "ambiguous"), {
      known,
    });
    refuses("«`Answer${nothing}.`»", undefined, "Be brief!", refused("${nothing}", "ambiguous"), {
      known: ["Answer."],
    });
  });
  test("is refused where its text is only a part of another word", () => {
    refuses("«`Answer ${style}.`»", undefined, "Answer shortly.", refused("${style}", "gone"), {
      known: ["Answer short."],
    });
  });
  test("is refused where nobody knows what it evaluated to", () => {
    refuses("«`Answer ${style}.`»", undefined, "Answer well.", refused("${style}", "unknown"));
    refuses("«`${a}${b}`»", undefined, "xyz", refused("${a}", "unknown"), { known: ["xy"] });
  });
});

describe("joined literals", () => {
  check(`prompt: «"Answer " + "now."»,`, "Answer now.", "Answer later.", `"Answer later."`);
  check(`«'a' +\n  // why\n  "b"»`, "ab", "ac", `'ac' /* why */`);
  check(`p: «"a" + // one\n  /* two\n   * lines */ "//b"»,`, "a//b", "ac", `"ac" /* one */ /* two lines */`);
  check('«["a", // one\n  "b"].join(" ")»', "a b", 7, "7 /* one */");
  check('«["One.", "Two."].join("\\n")»', "One.\nTwo.", "One.\nTwo.\nThree.", "`One.\nTwo.\nThree.`");
  check(`«("One. "\n  "Two.")»`, "One. Two.", "One.", `"One."`, { language: "python" });

  test("are left as they are where comments between them would be lost", () => {
    const python = { language: "python" } as const;
    refuses(`«("One. "  # first\n  "Two.")»`, "One. Two.", "One.", { kind: "comments" }, python);
    refuses(`«"a" + // two of */ these\n  "b"»`, "ab", "ac", { kind: "comments" });
    refuses(`«"a" +\n  // @ts-expect-error see above\n  "b"»`, "ab", "ac", { kind: "comments" });
    becomes(`«("One # " "two.")»`, "One # two.", "One.", `"One."`, python);
  });
});

describe("numbers and booleans", () => {
  check("k: «5»,", 5, 10, "10");
  check("k: «-1»,", -1, 0.25, "0.25");
  check("k: «10_000»,", 10_000, 1_250_000, "1_250_000");
  check("k: «1e-3»,", 1e-3, 1e-7, "1e-7");
  check("k: «0.5»,", 0.5, 1, "1.0", { language: "python" });
  check("rerank: «true»,", true, false, "false");
  check("rerank = «True»", true, false, "False", { language: "python" });
  check("a: 'b', k: «5»,", 5, "auto", "'auto'");
  check(`a: "b", k: «"auto"»,`, "auto", 7, "7");
  check(`k: «"auto"»`, "auto", true, "True", { language: "python" });
});

describe("a string of Python", () => {
  const python = { language: "python" } as const;
  check(`p = «"Answer."»`, "Answer.", `Say "é".`, String.raw`"Say \"é\"."`, python);
  check(String.raw`p = «r"\d+"»`, "\\d+", "\\d+\\s", String.raw`r"\d+\s"`, python);
  check(String.raw`p = «r"\\d+"»`, "\\\\d+", 'a"b\\', String.raw`"a\"b\\"`, python);
  check(`p = «f"Answer."»`, "Answer.", "Answer as {json}.", `f"Answer as {{json}}."`, python);
  check(`p = «"Answer."»`, "Answer.", "One.\nTwo.\nThree.", `"""One.\nTwo.\nThree."""`, python);
  check(`p = «'''Answer.'''»`, "Answer.", "It's ''' 'quoted'", String.raw`'''It's \'\'\' 'quoted\''''`, python);
  check(`p = «"Answer."»`, "Answer.", "a\ud800 👍", String.raw`"a\ud800 \U0001f44d"`, { ...python, asciiOnly: true });

  test("of bytes is refused", () => {
    const source = literalAt(marked(`p = «b"Answer."»`, "python"), "Answer.");
    const change = { source, key: undefined, value: "x", known: [] };
    expect(valueEdits(marked(`p = «b"Answer."»`, "python").source, [change])).toMatchObject({ kind: "refused" });
  });
});

describe("a docstring", () => {
  const python = { language: "python" } as const;
  const inClass = (docstring: string): string => `class QA(dspy.Signature):\n    «${docstring}»\n\n    a = 1\n`;
  check(inClass(`"""Answer."""`), "Answer.", "Answer:\n- briefly", `"""Answer:\n    - briefly\n    """`, python);
  check(
    inClass(`"""Answer.\n\n    Be brief.\n    """`),
    "Answer.\n\nBe brief.",
    "Answer.\n\nBe very brief.\n  - really",
    `"""Answer.\n\n    Be very brief.\n      - really\n    """`,
    python,
  );
  check(
    inClass(`"""\n    Answer.\n    """`).replaceAll("\n", "\r\n"),
    "Answer.",
    "Answer.\nNow.",
    `"""\r\n    Answer.\r\n    Now.\r\n    """`,
    python,
  );
  test("whose further lines are all indented begins on a line of its own", () => {
    becomes(inClass(`"""Answer."""`), "Answer.", "Steps:\n  one", `"""\n    Steps:\n      one\n    """`, python);
  });
  test("that Python would not give back is refused", () => {
    refuses(inClass(`"""Answer."""`), "Answer.", "Answer\tnow.", { kind: "docstring" }, python);
    refuses(inClass(`"""Answer."""`), "Answer.", "Answer.\n\n", { kind: "docstring" }, python);
  });
});

describe("a value that was not written down", () => {
  const inserts = (text: string, entries: Readonly<Record<string, OptionValue>>, after: string, kind?: "property") => {
    const place = marked(text);
    const source = impliedAt(place, 1, kind);
    const changes = Object.entries(entries).map(([key, value]) => ({ source, key, value, known: [] }));
    const result = valueEdits(place.source, changes);
    if (result.kind !== "edits") throw new Error(JSON.stringify(result.refusal));
    const edited = editedText(place.source.text, result.edits);
    expect(edited).toBe(after);
    expect(editedText(edited, inverseEdits(place.source.text, result.edits))).toBe(place.source.text);
    for (const edit of result.edits) {
      for (const { change, offset } of edit.values) {
        expect(edit.text.slice(offset)).toMatch(new RegExp(`^"?${String(change.value)}`));
      }
    }
  };
  test("becomes a further argument", () => {
    inserts("options({ k: choice([1, 10]) }«»)", { k: 10 }, "options({ k: choice([1, 10]) }, { k: 10 })");
    inserts("options({k: choice([1, 10])}«»)", { k: 10 }, "options({k: choice([1, 10])}, {k: 10})");
    inserts("options({ k: x },«» )", { k: 10 }, "options({ k: x }, { k: 10 })");
    inserts("options({ k: x },«»)", { k: 10 }, "options({ k: x }, { k: 10 })");
  });
  test("becomes an argument on a line of its own where the others have one", () => {
    inserts("options(\n  { k: x },«» // space\n)", { k: 10 }, "options(\n  { k: x }, // space\n  { k: 10 },\n)");
    inserts("options(\r\n\t{ k: x }«»\r\n)", { k: 10 }, "options(\r\n\t{ k: x },\r\n\t{ k: 10 }\r\n)");
  });
  test("is written with others in one piece", () => {
    inserts(`options({ a: x }«»)`, { k: 10, "top-p": 0.5 }, `options({ a: x }, { k: 10, "top-p": 0.5 })`);
    inserts(`options({ a: x }«»)`, { a: "b" }, `options({ a: x }, { a: "b" })`);
  });
  test("joins the others in an object", () => {
    inserts("options(space, { a: 1«» })", { k: 10 }, "options(space, { a: 1, k: 10 })", "property");
    inserts("options(space, { a: 1,«» })", { k: 10 }, "options(space, { a: 1, k: 10, })", "property");
    inserts("options(space, {«»})", { k: 10 }, "options(space, { k: 10 })", "property");
    inserts("options(space, {«» })", { k: 10 }, "options(space, { k: 10 })", "property");
    inserts("f({\n  a: 1,«» // one\n})", { k: 10 }, "f({\n  a: 1, // one\n  k: 10,\n})", "property");
    inserts("f({\n  a: 1«»\n})", { k: 10, l: 2 }, "f({\n  a: 1,\n  k: 10, l: 2\n})", "property");
  });
  test("is an argument by itself where it is the whole variable", () => {
    const place = marked(`modelChoice(["small", "large"]«»)`);
    const change = { source: impliedAt(place, "small"), key: undefined, value: "large", known: [] };
    const result = valueEdits(place.source, [change]);
    expect(result.kind === "edits" && editedText(place.source.text, result.edits)).toBe(
      `modelChoice(["small", "large"], "large")`,
    );
  });
  test("that it has already is not written", () => {
    const place = marked("options({ k: x }«»)");
    const change = { source: impliedAt(place, 1), key: "k", value: 1, known: [] };
    expect(valueEdits(place.source, [change])).toEqual({ kind: "edits", edits: [] });
  });
});

describe("text that is not what was detected", () => {
  const moved = (text: string, now: string, was: OptionValue) => {
    const place = marked(text);
    const change = { source: literalAt(place, was), key: undefined, value: "new", known: [] };
    const result = valueEdits({ ...place.source, text: now }, [change]);
    expect(result).toMatchObject({ kind: "refused", refusal: { kind: "moved" } });
  };
  test("is never written over", () => {
    moved(`prompt: «"Answer."»`, `prompt:  "Answer."`, "Answer.");
    moved(`prompt: «"Answer."»`, `prompt: "Reply.."`, "Answer.");
    moved("prompt: «`Answer.`»", "prompt: `Reply..`", "Answer.");
    moved("k: «5»,", "k: 6,", 5);
    moved("k: «true»,", "k: fals", true);
    moved(`«"a" + "b"»`, `"a" + f()`, "ab");
  });
  test("is not inserted into", () => {
    const place = marked("options({ k: x }«»)");
    const change = { source: impliedAt(place, 1), key: "k", value: 2, known: [] };
    const result = valueEdits({ ...place.source, text: `options({ k: x } ?? y)` }, [change]);
    expect(result).toMatchObject({ kind: "refused", refusal: { kind: "moved" } });
  });
});

describe("several changes", () => {
  const at = { uri: "file:///a" };
  test("to one place must agree", () => {
    const place = marked(`const P = «"a"»;`);
    const change = (value: string): ValueChange => ({
      source: literalAt(place, "a"),
      key: undefined,
      value,
      known: [],
    });
    expect(valueEdits(place.source, [change("b"), change("b")])).toMatchObject({ edits: [{ text: '"b"' }] });
    expect(valueEdits(place.source, [change("b"), change("c")])).toMatchObject({
      kind: "refused",
      refusal: { kind: "conflict", other: "b" },
    });
  });
  test("are refused whole when one of them is computed", () => {
    const place = marked(`const P = «"a"»;`);
    const computed = { kind: "computed", at, span: literalSpan(place), why: "it is computed by f(...)" } as const;
    const changes: ValueChange[] = [
      { source: literalAt(place, "a"), key: undefined, value: "b", known: [] },
      { source: { ...computed, span: { ...computed.span, from: 0 } }, key: undefined, value: "b", known: [] },
    ];
    expect(valueEdits(place.source, changes)).toMatchObject({
      kind: "refused",
      change: changes[1],
      refusal: { kind: "computed", why: "it is computed by f(...)" },
    });
  });
});

function literalSpan(place: ReturnType<typeof marked>) {
  const source = literalAt(place, "a");
  if (source.kind !== "literal") throw new Error(source.kind);
  return source.span;
}
