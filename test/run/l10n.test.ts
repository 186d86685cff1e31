import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { english, plural, translator } from "../../src/run/l10n.ts";
import { retelling } from "../../src/run/retelling.ts";

const german = translator({
  Stop: "Anhalten",
  "{0} of {1}": "{0} von {1}",
  "Run of {0}": "Lauf von {0}",
  "{0} by {1}": "durch {1}: {0}",
  "fitting the reward of {0}": "passt die Belohnung von {0} an",
  Resume: "",
});

describe("a translation", () => {
  const check = (message: string, args: (string | number)[], translated: string) =>
    test(`${message} ${args.join(", ")}`, () => expect(german.t(message, ...args)).toBe(translated));
  check("Stop", [], "Anhalten");
  check("{0} of {1}", [3, 12], "3 von 12");
  check("{0} by {1}", ["Faust", "Goethe"], "durch Goethe: Faust");
  check("Open report", [], "Open report");
  check("model {0}", ["a:b"], "model a:b");
  check("Resume", [], "Resume");
  check("constructor", [], "constructor");

  test("leaves values as they are, whatever they hold", () => {
    fc.assert(
      fc.property(fc.string(), (name) => {
        expect(german.t("Run of {0}", name)).toBe(`Lauf von ${name}`);
      }),
    );
    expect(german.t("{0} of {1}", "{1}", "$&")).toBe("{1} von $&");
  });

  test("leaves a place without a value as it is", () => {
    expect(german.t("{0} of {1}", 1)).toBe("1 von {1}");
    expect(english.t("Run of {0}")).toBe("Run of {0}");
  });
});

describe("a sentence that was written down in English", () => {
  const told = retelling(["fitting the reward of {0}", "{0} by {1}", "A (b) [c] {0}?"]);
  const check = (text: string, translated: string) => test(text, () => expect(told(text, german)).toBe(translated));
  check("fitting the reward of retriever", "passt die Belohnung von retriever an");
  check("fitting the reward of two\nlines", "passt die Belohnung von two\nlines an");
  check("Faust by Goethe", "durch Goethe: Faust");
  check("was fitting the reward of retriever", "was fitting the reward of retriever");
  check("A (b) [c] d?", "A (b) [c] d?");
  check("something else", "something else");

  test("may hold others that are known, where they are expected", () => {
    const fragments = retelling(["{0} of {1}"], ["Stop", "Run of {0}"]);
    expect(fragments("Stop of Run of 7", german)).toBe("Anhalten von Lauf von 7");
    expect(fragments("Stop", german)).toBe("Stop");
  });

  test("is the same again in English, whatever it is", () => {
    const pieces = fc.constantFrom("fitting the reward of ", " by ", "a", "{0}", "\n", "A (b) [c] ", "?");
    fc.assert(
      fc.property(fc.array(pieces), (parts) => {
        expect(told(parts.join(""), english)).toBe(parts.join(""));
      }),
    );
  });
});

describe("a message that counts", () => {
  const rows = "{0, plural, one {# row} other {# rows}} of {1}";
  const polish = translator({
    en: "pl",
    [rows]: "{1}: {0, plural, one {# wiersz} few {# wiersze} many {# wierszy} other {# wiersza}}",
  });
  const check = (count: number, inEnglish: string, inPolish: string) =>
    test(`of ${count}`, () => {
      expect(plural(english, rows, count, "qa")).toBe(`${inEnglish} of qa`);
      expect(plural(polish, rows, count, "qa")).toBe(`qa: ${inPolish}`);
    });
  check(0, "0 rows", "0 wierszy");
  check(1, "1 row", "1 wiersz");
  check(1.04, "1 row", "1 wiersz");
  check(1.5, "1.5 rows", "1.5 wiersza");
  check(2, "2 rows", "2 wiersze");
  check(5, "5 rows", "5 wierszy");
  check(1234, "1,234 rows", "1,234 wiersze");

  test("takes the others' form where a translation has no better one", () => {
    const partly = translator({ en: "pl", [rows]: "{0, plural, other {wiersze: #}} z {1}" });
    expect(plural(partly, rows, 1, "qa")).toBe("wiersze: 1 z qa");
    expect(plural(translator({ en: "no language at all" }), rows, 1, "qa")).toBe("1 row of qa");
  });

  test("counts several things, each in its own form, with other values among them", () => {
    const message = "{2}: {0, plural, one {# row} other {# rows}} in {1, plural, one {one run of {2}} other {# runs}}";
    expect(plural(english, message, 1, 3, "qa")).toBe("qa: 1 row in 3 runs");
    expect(plural(english, message, 2, 1, "qa")).toBe("qa: 2 rows in one run of qa");
  });

  test("leaves values as they are, whatever they hold", () => {
    fc.assert(
      fc.property(fc.string(), (name) => {
        expect(plural(english, rows, 2, name)).toBe(`2 rows of ${name}`);
      }),
    );
    expect(plural(english, rows, 2, "# {0} $& {0, plural, other {x}}")).toBe(
      "2 rows of # {0} $& {0, plural, other {x}}",
    );
  });

  test("counts nothing but numbers", () => expect(() => plural(english, rows, "2", "qa")).toThrow(/no number/));

  test("reaches what the editor translates whole: it leaves forms alone", () => {
    // The editor fills "{...}" by what stands between the braces, and leaves what it has no value for.
    const editor = { t: (message: string) => message.replace(/\{([^}]+)\}/g, (place) => place) };
    expect(plural(editor, rows, 1, "qa")).toBe("1 row of qa");
  });

  describe("and was written down in English", () => {
    const told = retelling(["on {0, plural, one {# row} other {# rows}} of {1}", "{0} of {1}"]);
    const check = (text: string, again: string) => test(text, () => expect(told(text, english)).toBe(again));
    check("on 1 row of qa", "on 1 row of qa");
    check("on 1 rows of qa", "on 1 row of qa");
    check("on 1,200 rows of qa", "on 1,200 rows of qa");
    check("on 1200 rows of qa", "on 1,200 rows of qa");
    check("on few rows of qa", "on few rows of qa");
  });
});
