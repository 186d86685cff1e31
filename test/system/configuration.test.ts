import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  canonicalJson,
  completeConfiguration,
  configurationHash,
  initialConfiguration,
  valueMismatch,
} from "../../src/system/configuration.ts";
import { choice, component, modelChoice, options, prompt, range } from "../../src/system/declaration.ts";
import { UserError } from "../../src/system/userError.ts";
import type { Variable } from "../../src/system/variable.ts";

const declare = (name: string, variable?: Variable) =>
  component({
    name,
    description: "",
    inputs: ["x"],
    outputs: [`${name}_out`],
    run: () => ({}) as never,
    ...(variable && { variable }),
  });
const components = [
  declare("writer", prompt("Write.", 20)),
  declare("retriever", options({ k: choice([1, 5]), cut: range(0, 1, { step: 0.1 }) })),
  declare("judge", modelChoice(["m:a", "m:b"])),
  declare("plain"),
];

describe("the hash of a configuration", () => {
  test("does not depend on the order of components or options", () => {
    const one = { writer: "Write.", retriever: { k: 5, cut: 0.3 } };
    const other = { retriever: { cut: 0.3, k: 5 }, writer: "Write." };
    expect(configurationHash(one)).toBe(configurationHash(other));
  });

  test("differs when a value differs", () => {
    const hashes = ["a", "a ", null, { k: 1 }, { k: "1" }, { k: true }].map((value) => configurationHash({ c: value }));
    expect(new Set(hashes).size).toBe(hashes.length);
  });

  test("rests on JSON that is equal exactly for equal values", () => {
    fc.assert(
      fc.property(fc.jsonValue(), fc.jsonValue(), (one, other) => {
        const plain = (value: unknown): unknown => JSON.parse(JSON.stringify(value));
        expect(JSON.parse(canonicalJson(one))).toEqual(plain(one));
        const reversed = (value: unknown): unknown =>
          Array.isArray(value)
            ? value.map(reversed)
            : value !== null && typeof value === "object"
              ? Object.fromEntries(
                  Object.entries(value)
                    .toReversed()
                    .map(([key, member]) => [key, reversed(member)]),
                )
              : value;
        expect(canonicalJson(reversed(one))).toBe(canonicalJson(one));
        if (canonicalJson(one) === canonicalJson(other)) expect(plain(one)).toEqual(plain(other));
      }),
    );
  });
});

describe("completing a configuration", () => {
  const refusal = (given: Parameters<typeof completeConfiguration>[1]) => {
    try {
      completeConfiguration(components, given);
    } catch (thrown) {
      expect(thrown).toBeInstanceOf(UserError);
      return (thrown as UserError).message;
    }
    throw new Error("nothing was refused");
  };

  test("gives what is left out the author's value", () => {
    expect(completeConfiguration(components, {})).toEqual(initialConfiguration(components));
    expect(completeConfiguration(components, { judge: "m:b" })).toEqual({
      writer: "Write.",
      retriever: { k: 1, cut: 0 },
      judge: "m:b",
      plain: null,
    });
  });

  test("takes a per-input choice, and decimals as steps give them", () => {
    const perInput = { perInput: true, fallback: "m:b" } as const;
    expect(completeConfiguration(components, { judge: perInput }).judge).toEqual(perInput);
    expect(() => completeConfiguration(components, { retriever: { k: 1, cut: 0.1 + 0.2 } })).not.toThrow();
  });

  test.each([
    [{ writr: "x" }, /No component is called "writr"; there are writer, retriever, judge, plain/],
    [{ writer: "" }, /"writer" must be a prompt/],
    [{ writer: "a prompt that is far too long" }, /"writer" must have at most 20 characters/],
    [{ writer: { k: 1 } }, /"writer" must be a prompt/],
    [{ retriever: { k: 1, cut: 0, kk: 1 } }, /"retriever" has no option "kk"; there are k, cut/],
    [{ retriever: { k: 7, cut: 0 } }, /"retriever" must have "k" in 1, 5, not 7/],
    [{ retriever: { k: 1 } }, /"retriever" must have "cut" from 0 to 1 in steps of 0.1, not undefined/],
    [{ retriever: { k: 1, cut: 0.05 } }, /"cut" from 0 to 1 in steps of 0.1, not 0.05/],
    [{ retriever: { k: 1, cut: Number.NaN } }, /"cut" .* not NaN/],
    [{ retriever: "k=1" }, /"retriever" must be an object of options/],
    [{ judge: "m:c" }, /"judge" must be one of m:a, m:b/],
    [{ judge: { perInput: true, fallback: "m:c" } as const }, /"judge" must be one of m:a, m:b/],
    [{ plain: "x" }, /"plain" must be null/],
  ])("refuses %j", (given, message) => {
    expect(refusal(given)).toMatch(message);
  });
});

test("a value of a large whole-number range is checked without listing the range", () => {
  const seeds = options({ seed: range(1, 2_000_000_000, { integer: true }) });
  expect(valueMismatch(seeds, { seed: 1_999_999_999 })).toBeUndefined();
  expect(valueMismatch(seeds, { seed: 1.5 })).toMatch(/"seed" from 1 to 2000000000 in steps of 1, not 1.5/);
});
