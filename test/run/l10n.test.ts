import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { english, translator } from "../../src/run/l10n.ts";
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
